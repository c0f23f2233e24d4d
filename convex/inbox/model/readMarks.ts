import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** Notes that a member has seen everything in the thread up to now. Per person, not per team (product.md 3.2). */
export async function markRead(ctx: MutationCtx, thread: Doc<"threads">, memberId: Id<"members">): Promise<void> {
  const readAt = Math.max(Date.now(), thread.lastMessageAt);
  const mark = await getMark(ctx, thread._id, memberId);
  if (mark === null) await ctx.db.insert("readMarks", { orgId: thread.orgId, threadId: thread._id, memberId, readAt });
  else if (mark.readAt < thread.lastMessageAt) await ctx.db.patch("readMarks", mark._id, { readAt });
}

/** True when something arrived in the thread that the member has not seen. */
export async function isUnread(ctx: QueryCtx, thread: Doc<"threads">, memberId: Id<"members">): Promise<boolean> {
  const mark = await getMark(ctx, thread._id, memberId);
  return mark === null || mark.readAt < thread.lastMessageAt;
}

/** Up to when a member has read the thread (UTC ms), or null when never. */
export async function readUpTo(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
): Promise<number | null> {
  return (await getMark(ctx, threadId, memberId))?.readAt ?? null;
}

/** Puts a member's mark back to where it was; null: never read. */
export async function restoreReadMark(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
  readAt: number | null,
): Promise<void> {
  const mark = await getMark(ctx, threadId, memberId);
  if (mark === null) return;
  if (readAt === null) await ctx.db.delete("readMarks", mark._id);
  else await ctx.db.patch("readMarks", mark._id, { readAt });
}

/** Members who have looked at one conversation, with room. */
const MAX_MARKS = 500;

/**
 * What a member has seen of a conversation that gets another one's messages: all of it only who had seen both. Before the
 * rows of the two change.
 */
export async function mergeReadMarks(ctx: MutationCtx, source: Doc<"threads">, target: Doc<"threads">): Promise<void> {
  const seen = await marksOf(ctx, source);
  const seenThere = await marksOf(ctx, target);
  const newest = Math.max(source.lastMessageAt, target.lastMessageAt);
  for (const mark of seenThere) {
    const other = seen.find(({ memberId }) => memberId === mark.memberId);
    const hasSeenBoth = mark.readAt >= target.lastMessageAt && (other?.readAt ?? 0) >= source.lastMessageAt;
    await ctx.db.patch("readMarks", mark._id, { readAt: hasSeenBoth ? newest : 0 });
  }
}

async function marksOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<Doc<"readMarks">[]> {
  return await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", thread._id))
    .take(MAX_MARKS);
}

async function getMark(ctx: QueryCtx, threadId: Id<"threads">, memberId: Id<"members">) {
  return await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId).eq("memberId", memberId))
    .unique();
}
