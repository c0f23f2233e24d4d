import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { getConnection } from "../../connections/model";
import { countryOfLocale, normaliseEmail, normalisePhone } from "../../contacts/addresses";
import type { Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { requireOrg } from "../../orgs/model";
import { summaryOf } from "../content";
import { recordDecision, requireMessage, setState } from "../model";
import { ERROR_CLASSES, vFailure, type MessageContent } from "../schema";
import type { DeadGroup } from "../deadLetters/schema";
import { deadGroups } from "./counts";
import { deadRows, discard, requireReason } from "./deadLetterJobs";
import { decisionsOf } from "./explain";
import { visibleMessages } from "./sight";
import { itemOf, vQueueItem } from "./views";

const MAX_TEXT_CHARS = 100_000;
const MAX_SUBJECT_CHARS = 500;

/** A line of the dead letters. */
export const vDeadLetter = v.object({ ...vQueueItem.fields, deadAt: v.number(), failure: vFailure });

/** A page of dead letters, the latest first; with `group` those of one group only. */
export async function listDeadLetters(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { group, paginationOpts }: { group?: DeadGroup; paginationOpts: PaginationOptions },
) {
  const result = await deadRows(ctx, orgId, group).order("desc").paginate(paginationOpts);
  const shown = await visibleMessages(ctx, result.page);
  const page = await Promise.all(shown.map((row) => deadLetterOf(ctx, row)));
  return { ...result, page: page.flat() };
}

/** The groups of dead letters with the name of their connection (null: removed, or none was chosen), most first. */
export async function listDeadGroups(ctx: QueryCtx, orgId: Id<"organisations">) {
  const groups = await deadGroups(ctx, orgId);
  return await Promise.all(
    groups.map(async ({ group: { reason, connectionId }, count }) => {
      const connection = connectionId === null ? null : await getConnection(ctx, connectionId);
      return { reason, connectionId, connectionName: connection?.name ?? null, count };
    }),
  );
}

async function deadLetterOf(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<Infer<typeof vDeadLetter>[]> {
  if (row.state.kind !== "dead") return [];
  const { at: deadAt, failure } = row.state;
  return [{ ...(await itemOf(ctx, row)), deadAt, failure }];
}

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members">; queueId: Id<"messageQueue"> };

type Edit = { channel?: Channel | "best"; address?: string; subject?: string; text?: string };

/**
 * Changes what a dead letter says or where it goes. New words replace a template for this one message. Throws `conflict`
 * for a message that is not dead, `invalid` with the field for what cannot be.
 */
export async function editDeadLetter(ctx: MutationCtx, by: ByMember, edit: Edit): Promise<void> {
  const row = await requireDead(ctx, by);
  const changes: Partial<Doc<"messageQueue">> = {};
  if (edit.channel !== undefined && edit.channel !== row.channel) changes.channel = edit.channel;
  if (edit.address !== undefined) {
    const { locale } = await requireOrg(ctx, by.orgId);
    const country = countryOfLocale(locale);
    changes.to = { ...row.to, ...addressFor(edit.channel ?? row.channel, edit.address, country) };
  }
  if (edit.subject !== undefined || edit.text !== undefined) {
    changes.subject = await changeWords(ctx, row, edit);
  }
  // Where it went before says nothing any more about where it goes.
  if (changes.channel !== undefined || changes.to !== undefined) {
    Object.assign(changes, { routedChannel: undefined, address: undefined });
  }
  await ctx.db.patch("messageQueue", row._id, changes);
  const changed = Object.keys(edit).filter((field) => edit[field as keyof Edit] !== undefined);
  const inputs: Doc<"decisions">["inputs"] = { memberId: by.memberId, changed: changed.join(", ") };
  if (changes.channel !== undefined) Object.assign(inputs, { fromChannel: row.channel, channel: changes.channel });
  await recordDecision(ctx, row, { stage: "edit", rule: "member", outcome: "changed", inputs });
  await audit(ctx, by, "message.edited", { changed: changed.join(", ") });
}

/** Ends a dead letter for good. Throws `conflict` for a message that is not dead, `invalid` without a reason. */
export async function discardByMember(ctx: MutationCtx, by: ByMember, reasonText: string): Promise<void> {
  const reason = requireReason(reasonText);
  const row = await requireDead(ctx, by);
  await discard(ctx, row, { memberId: by.memberId, reason }, Date.now());
  await audit(ctx, by, "message.discarded", { reason });
}

/**
 * Makes a discarded message the dead letter again that it was. Throws `conflict` for a message that was not discarded, or
 * was moved on since.
 */
export async function restoreByMember(ctx: MutationCtx, by: ByMember): Promise<void> {
  const row = await requireMessage(ctx, by.orgId, by.queueId);
  const last = (await decisionsOf(ctx, row._id)).findLast(({ stage }) => stage === "discard");
  if (row.state.kind !== "cancelled" || last === undefined) {
    throw appError("conflict", "This message was not discarded.");
  }
  const { deadAt, deadReason, failureClass, failureCode, failureReason } = last.inputs;
  const failure = {
    class: ERROR_CLASSES.find((known) => known === failureClass) ?? "permanent",
    reason: String(failureReason ?? ""),
    ...(typeof failureCode === "string" ? { code: failureCode } : {}),
  };
  const at = typeof deadAt === "number" ? deadAt : row.state.at;
  const inputs = { memberId: by.memberId };
  await recordDecision(ctx, row, { stage: "restore", rule: "member", outcome: "dead", inputs });
  await setState(ctx, row, { kind: "dead", at, failure }, { deadAt: at, deadReason: String(deadReason ?? "") });
  await audit(ctx, by, "message.restored", {});
}

async function requireDead(ctx: QueryCtx, { orgId, queueId }: ByMember): Promise<Doc<"messageQueue">> {
  const row = await requireMessage(ctx, orgId, queueId);
  if (row.state.kind !== "dead") throw appError("conflict", `This message is no dead letter (${row.state.kind}).`);
  return row;
}

function addressFor(
  channel: Channel | "best",
  text: string,
  country: string | undefined,
): Partial<Record<"email" | "sms" | "whatsapp", string>> {
  if (channel === "best" || channel === "webhook") {
    throw appError("invalid", "Choose a channel with addresses first.", { field: "channel" });
  }
  const address = channel === "email" ? normaliseEmail(text) : normalisePhone(text, country);
  if (address === null) throw appError("invalid", "This is no address of that channel.", { field: "address" });
  return { [channel]: address };
}

async function changeWords(ctx: MutationCtx, row: Doc<"messageQueue">, edit: Edit): Promise<string> {
  const body = await ctx.db.get("messageBodies", row.bodyId);
  if (body === null) throw appError("conflict", "The text of this message was removed.");
  const before = body.content.kind === "finished" ? body.content : wordsOf(row, body);
  const subject = checked("subject", edit.subject ?? before.subject ?? "", MAX_SUBJECT_CHARS);
  const text = checked("text", edit.text ?? before.text, MAX_TEXT_CHARS);
  const fileIds = body.content.kind === "finished" ? body.content.fileIds : [];
  // HTML that says something else than the new text would go out in its place.
  const html = edit.text === undefined ? before.html : undefined;
  const content: MessageContent = { kind: "finished", subject, text, html, fileIds };
  await ctx.db.patch("messageBodies", body._id, { content, rendered: undefined });
  return summaryOf(subject, text);
}

function wordsOf(row: Doc<"messageQueue">, { rendered }: Doc<"messageBodies">) {
  return { subject: rendered?.subject ?? row.subject, text: rendered?.text ?? "", html: rendered?.html };
}

function checked(field: "subject" | "text", value: string, most: number): string {
  const isEmpty = field === "text" && value.trim() === "";
  if (isEmpty || value.length > most) {
    throw appError("invalid", `This must have 1 to ${most} characters.`, { field });
  }
  return value;
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId, queueId }: ByMember,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "messageQueue", id: queueId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
