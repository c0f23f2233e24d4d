import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { normaliseEmail, normalisePhone } from "../../contacts/addresses";
import type { Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { summaryOf } from "../content";
import { recordDecision, requireMessage } from "../model";
import { vFailure, type MessageContent } from "../schema";
import { discard, requireReason } from "./deadLetterJobs";
import { itemOf, vQueueItem } from "./views";

const MAX_TEXT_CHARS = 100_000;
const MAX_SUBJECT_CHARS = 500;

/** A line of the dead letters. */
export const vDeadLetter = v.object({ ...vQueueItem.fields, deadAt: v.number(), failure: vFailure });

/** A page of dead letters, the latest first. */
export async function listDeadLetters(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { reason, paginationOpts }: { reason?: string; paginationOpts: PaginationOptions },
) {
  const rows =
    reason === undefined
      ? ctx.db.query("messageQueue").withIndex("by_org_dead", (q) => q.eq("orgId", orgId).gt("deadAt", 0))
      : ctx.db
          .query("messageQueue")
          .withIndex("by_org_dead_reason", (q) => q.eq("orgId", orgId).eq("deadReason", reason).gt("deadAt", 0));
  const result = await rows.order("desc").paginate(paginationOpts);
  const page = await Promise.all(result.page.map((row) => deadLetterOf(ctx, row)));
  return { ...result, page: page.flat() };
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
  if (edit.channel !== undefined) changes.channel = edit.channel;
  if (edit.address !== undefined) changes.to = { ...row.to, ...addressFor(edit.channel ?? row.channel, edit.address) };
  if (edit.subject !== undefined || edit.text !== undefined) {
    changes.subject = await changeWords(ctx, row, edit);
  }
  await ctx.db.patch("messageQueue", row._id, changes);
  const changed = Object.keys(edit).filter((field) => edit[field as keyof Edit] !== undefined);
  const inputs = { memberId: by.memberId, changed: changed.join(", ") };
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

async function requireDead(ctx: QueryCtx, { orgId, queueId }: ByMember): Promise<Doc<"messageQueue">> {
  const row = await requireMessage(ctx, orgId, queueId);
  if (row.state.kind !== "dead") throw appError("conflict", `This message is no dead letter (${row.state.kind}).`);
  return row;
}

function addressFor(channel: Channel | "best", text: string): Partial<Record<"email" | "sms" | "whatsapp", string>> {
  if (channel === "best" || channel === "webhook") {
    throw appError("invalid", "Choose a channel with addresses first.", { field: "channel" });
  }
  const address = channel === "email" ? normaliseEmail(text) : normalisePhone(text);
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
  action: string,
  details: Record<string, string>,
): Promise<void> {
  const subject = { table: "messageQueue", id: queueId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
