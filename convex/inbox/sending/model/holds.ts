import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";

/** What is kept of an answer that has not left. */
export type NewHold = Omit<Doc<"heldReplies">, "_id" | "_creationTime" | "jobId">;

/** Keeps what it takes to make a draft of a reply again, until it leaves. */
export async function hold(ctx: MutationCtx, held: NewHold): Promise<void> {
  const { messageId, dueAt } = held;
  const jobId = await ctx.scheduler.runAt(dueAt, internal.inbox.sending.jobs.endHold, { messageId });
  await ctx.db.insert("heldReplies", { ...held, jobId });
}

/** The hold of a message, or null: it has left. */
export async function heldOf(ctx: QueryCtx, messageId: Id<"messages">): Promise<Doc<"heldReplies"> | null> {
  return await ctx.db
    .query("heldReplies")
    .withIndex("by_message", (q) => q.eq("messageId", messageId))
    .unique();
}

/** Forgets a hold. The job that would end it is the caller's to cancel, unless it is the caller. */
export async function dropHold(ctx: MutationCtx, { _id }: Doc<"heldReplies">): Promise<void> {
  await ctx.db.delete("heldReplies", _id);
}

/** Leaves at another instant (UTC ms). */
export async function moveHold(ctx: MutationCtx, held: Doc<"heldReplies">, dueAt: number): Promise<void> {
  await ctx.scheduler.cancel(held.jobId);
  const { messageId } = held;
  const jobId = await ctx.scheduler.runAt(dueAt, internal.inbox.sending.jobs.endHold, { messageId });
  await ctx.db.patch("heldReplies", held._id, { dueAt, jobId });
  await ctx.db.patch("messages", messageId, { heldUntil: dueAt, at: dueAt });
}

/** Erases what a held message said; it does not come back as a draft. */
export async function purgeHold(ctx: MutationCtx, messageId: Id<"messages">): Promise<void> {
  const held = await heldOf(ctx, messageId);
  if (held === null) return;
  await ctx.scheduler.cancel(held.jobId);
  await dropHold(ctx, held);
  await ctx.db.patch("messages", messageId, { heldUntil: undefined });
}
