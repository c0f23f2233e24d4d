import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { purgeText } from "../../../delivery/retention/model";
import { emitIfWanted } from "../../../events/model";
import { forgetMerges } from "../../merges/model/undo";
import { purgeMessage, purgeThread } from "../../retention/model";
import { deleteTicket } from "../../tickets/model/rows";

// Removes deleted conversations for good, with all that belongs to them. What stays are figures and the record of who
// deleted them: neither has words in it.

/** Messages of one conversation that one transaction removes: each has files, names, references and a text that was sent. */
const MESSAGES_PER_STEP = 50;
/** Small rows of one conversation that one transaction removes. */
const ROWS_PER_STEP = 200;

/** Removes one batch of what can no longer be restored at `now` (UTC ms). True when there may be more. */
export async function purgeNext(ctx: MutationCtx, now: number): Promise<boolean> {
  const thread = await ctx.db
    .query("threads")
    .withIndex("by_restorable", (q) => q.gte("restorableUntil", 0).lte("restorableUntil", now))
    .first();
  if (thread === null) return false;
  await purgeStep(ctx, thread, now);
  return true;
}

async function purgeStep(ctx: MutationCtx, thread: Doc<"threads">, now: number): Promise<void> {
  // What was merged into it goes with it, from the outside in.
  const merged = await ctx.db
    .query("threads")
    .withIndex("by_merged", (q) => q.eq("mergedIntoId", thread._id))
    .first();
  if (merged !== null) {
    await purgeStep(ctx, merged, now);
    return;
  }
  if (await removeMessages(ctx, thread, now)) return;
  if (await removeRows(ctx, thread._id)) return;
  if (await forgetMerges(ctx, thread._id)) return;
  // What remains of it in other tables: drafts, drafts of several people, tags, keys, the ticket's words.
  if (!(await purgeThread(ctx, thread, now))) return;
  if (thread.ticketId !== undefined) await deleteTicket(ctx, thread.ticketId);
  await emitIfWanted(ctx, { orgId: thread.orgId, kind: "thread.purged", subject: { threadId: thread._id } });
  await removeKeys(ctx, thread._id);
  if (thread.restorableUntil !== 0 && thread.mergedIntoId === undefined) {
    await record(ctx, {
      orgId: thread.orgId,
      actor: { kind: "system", name: "inbox" },
      action: "thread.purged",
      subject: { table: "threads", id: thread._id },
      details: { number: thread.number },
    });
  }
  await ctx.db.delete("threads", thread._id);
}

async function removeMessages(ctx: MutationCtx, { _id: threadId }: Doc<"threads">, now: number): Promise<boolean> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(MESSAGES_PER_STEP);
  for (const message of messages) {
    if (message.purgedAt === undefined) await purgeMessage(ctx, message, now);
    const sent = message.queueId === undefined ? null : await ctx.db.get("messageQueue", message.queueId);
    if (sent !== null) await purgeText(ctx, sent, now);
    await ctx.db.delete("messages", message._id);
  }
  return messages.length > 0;
}

/** Its references, read marks, and what is known of whose it was. */
async function removeRows(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  const refs = await ctx.db
    .query("messageRefs")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(ROWS_PER_STEP);
  for (const { _id } of refs) await ctx.db.delete("messageRefs", _id);
  const marks = await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId))
    .take(ROWS_PER_STEP);
  for (const { _id } of marks) await ctx.db.delete("readMarks", _id);
  const decisions = await ctx.db
    .query("assignmentDecisions")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(ROWS_PER_STEP);
  for (const { _id } of decisions) await ctx.db.delete("assignmentDecisions", _id);
  return refs.length + marks.length + decisions.length > 0;
}

async function removeKeys(ctx: MutationCtx, threadId: Id<"threads">): Promise<void> {
  const keys = await ctx.db
    .query("threadKeys")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(ROWS_PER_STEP);
  for (const { _id } of keys) await ctx.db.delete("threadKeys", _id);
  const tags = await ctx.db
    .query("threadTags")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(ROWS_PER_STEP);
  for (const { _id } of tags) await ctx.db.delete("threadTags", _id);
}
