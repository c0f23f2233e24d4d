import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { addressesOf, requireContact } from "../../contacts/model";
import { requireFile } from "../../files/model";
import { personRows, withoutTraces, type ErasedPage, type PersonPage } from "../../lib/dataSubjects";
import { holdsOf, removeHold } from "../holds/model";
import { cancelMessage, isWaiting } from "../model";
import { decisionsOf, explain } from "../model/explain";
import { purgeText } from "../retention/model";
import type { MessageContent } from "../schema";

/** Messages a transaction exports or erases; each has a body, some tries and some decisions. */
const PAGE = 25;
const MAX_ATTEMPTS = 50;
const MAX_LINKS = 500;

/** A page of a person's messages, the earliest due first. */
export async function messagesPage(ctx: QueryCtx, contactId: Id<"contacts">, cursor: string | null, size = PAGE) {
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .paginate({ cursor, numItems: size });
}

/** What was sent to a person, or not: text, tries, reasons. */
export async function exportMessages(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<PersonPage> {
  await requireContact(ctx, orgId, contactId);
  const page = await messagesPage(ctx, contactId, cursor);
  const files: PersonPage["files"] = [];
  const rows = await Promise.all(
    page.page.map(async (row) => {
      const body = await ctx.db.get("messageBodies", row.bodyId);
      const { content, rendered } = body ?? {};
      if (content !== undefined) files.push(...(await filesOf(ctx, orgId, content)));
      const decisions = (await explain(ctx, row._id)).map(({ at, stage, rule, outcome, inputs }) => ({
        at,
        stage,
        rule,
        outcome,
        inputs,
      }));
      return { ...row, content, rendered, attempts: await attemptsOf(ctx, row._id), decisions };
    }),
  );
  return { rows: personRows(rows), files, cursor: page.isDone ? null : page.continueCursor };
}

/**
 * Takes a person out of their messages: what waits is cancelled, texts go, and addresses and names are taken out of tries
 * and decisions. The log stays as figures. Their links end, and when they last wrote or talked with the team is forgotten.
 */
export async function eraseMessages(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  contactId: Id<"contacts">,
  cursor: string | null,
): Promise<ErasedPage> {
  const contact = await requireContact(ctx, orgId, contactId);
  const addresses = (await addressesOf(ctx, contactId)).map(({ address }) => address);
  const page = await messagesPage(ctx, contactId, cursor);
  for (const row of page.page) {
    if (isWaiting(row.state)) await cancelMessage(ctx, row._id, "contact_erased");
    const traces = [contact.name, ...addresses, row.address ?? "", ...Object.values(row.to ?? {})];
    await eraseMessage(
      ctx,
      row,
      traces.filter((trace) => trace !== ""),
    );
  }
  if (!page.isDone) return { count: page.page.length, cursor: page.continueCursor };
  const links = await ctx.db
    .query("unsubscribeTokens")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_LINKS);
  for (const { _id } of links) await ctx.db.delete("unsubscribeTokens", _id);
  const windows = await ctx.db
    .query("inboundWindows")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .take(MAX_LINKS);
  for (const { _id } of windows) await ctx.db.delete("inboundWindows", _id);
  const holds = await holdsOf(ctx, contactId);
  for (const { _id } of holds) await removeHold(ctx, _id);
  const count = page.page.length + links.length + windows.length + holds.length;
  return { count, cursor: links.length === MAX_LINKS ? page.continueCursor : null };
}

async function eraseMessage(ctx: MutationCtx, row: Doc<"messageQueue">, traces: readonly string[]): Promise<void> {
  await purgeText(ctx, row, Date.now());
  await ctx.db.patch("messageQueue", row._id, { address: undefined, to: undefined, subject: "" });
  for (const attempt of await attemptsOf(ctx, row._id)) {
    const { outcome } = attempt;
    if (outcome.kind !== "refused") continue;
    const failure = { ...outcome.failure, reason: withoutTraces(outcome.failure.reason, traces) };
    await ctx.db.patch("attempts", attempt._id, { outcome: { ...outcome, failure } });
  }
  for (const decision of await decisionsOf(ctx, row._id)) {
    const inputs = Object.fromEntries(
      Object.entries(decision.inputs).map(([name, value]) => [
        name,
        typeof value === "string" ? withoutTraces(value, traces) : value,
      ]),
    );
    await ctx.db.patch("decisions", decision._id, { inputs });
  }
  await eraseReason(ctx, row._id, traces);
}

// A provider's refusal repeats the address it refused.
async function eraseReason(ctx: MutationCtx, queueId: Id<"messageQueue">, traces: readonly string[]): Promise<void> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null || !("failure" in row.state)) return;
  const failure = { ...row.state.failure, reason: withoutTraces(row.state.failure.reason, traces) };
  await ctx.db.patch("messageQueue", queueId, { state: { ...row.state, failure } });
}

async function attemptsOf(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Doc<"attempts">[]> {
  return await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(MAX_ATTEMPTS);
}

async function filesOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  content: MessageContent,
): Promise<PersonPage["files"]> {
  const fileIds = content.kind === "finished" ? content.fileIds : [];
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  return files.map(({ storageId, name, contentType, sizeBytes }) => ({ storageId, name, contentType, sizeBytes }));
}
