import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** Notes that a member has seen everything in the thread up to now. Per person, not per team (product.md 3.2). */
export async function markRead(ctx: MutationCtx, thread: Doc<"threads">, memberId: Id<"members">): Promise<void> {
  const mark = await markOf(ctx, thread._id, memberId);
  const isRead = mark !== null && mark.readAt >= thread.lastMessageAt && mark.isMarkedUnread !== true;
  if (isRead) return;
  const readAt = Math.max(Date.now(), thread.lastMessageAt);
  await setMark(ctx, thread, memberId, { readAt, isMarkedUnread: undefined });
}

/** True when something arrived in the thread that the member has not seen, or the member made it unread. */
export async function isUnread(ctx: QueryCtx, thread: Doc<"threads">, memberId: Id<"members">): Promise<boolean> {
  const mark = await markOf(ctx, thread._id, memberId);
  return mark === null || mark.isMarkedUnread === true || mark.readAt < thread.lastMessageAt;
}

/** Puts a member's mark back to where it was; `readAt` null: never read. */
export async function restoreReadMark(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
  { readAt, isMarkedUnread }: { readAt: number | null; isMarkedUnread?: true },
): Promise<void> {
  const mark = await markOf(ctx, threadId, memberId);
  if (mark !== null) await ctx.db.patch("readMarks", mark._id, { readAt: readAt ?? 0, isMarkedUnread });
}

/** Members who have looked at one conversation, with room. */
const MAX_MARKS = 500;

type MarkFields = Partial<
  Omit<Doc<"readMarks">, "_id" | "_creationTime" | "orgId" | "threadId" | "memberId" | "activeAt">
>;

/** Changes what a thread is to a member. */
export async function setMark(
  ctx: MutationCtx,
  { orgId, _id: threadId }: Doc<"threads">,
  memberId: Id<"members">,
  fields: MarkFields,
): Promise<void> {
  const mark = await markOf(ctx, threadId, memberId);
  const activeAt = await activityOf(ctx, threadId, { ...mark, ...fields });
  if (mark !== null) await ctx.db.patch("readMarks", mark._id, { ...fields, activeAt });
  else await ctx.db.insert("readMarks", { orgId, threadId, memberId, readAt: 0, ...fields, activeAt });
}

/** When the thread was active last, as the lists of a member's own go by it; undefined where it stands in none. */
async function activityOf(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  { isStarred, isFollowing, isMentioned }: MarkFields,
): Promise<number | undefined> {
  if (isStarred !== true && isFollowing !== true && isMentioned !== true) return undefined;
  return (await ctx.db.get("threads", threadId))?.lastMessageAt;
}

/** Moves a thread to where it stands by now in the lists of those to whom it is something. */
export async function followActivity(
  ctx: MutationCtx,
  { _id: threadId, lastMessageAt: activeAt }: Doc<"threads">,
): Promise<void> {
  for (const mark of await listedMarks(ctx, threadId)) {
    if (mark.activeAt !== activeAt) await ctx.db.patch("readMarks", mark._id, { activeAt });
  }
}

/** The marks of a thread that stand in a list of their member's own. */
export async function listedMarks(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"readMarks">[]> {
  return await ctx.db
    .query("readMarks")
    .withIndex("by_thread_active", (q) => q.eq("threadId", threadId).gt("activeAt", 0))
    .take(MAX_MARKS);
}

/** Puts a mark from before there were lists of one's own into them. */
export async function completeMark(ctx: MutationCtx, mark: Doc<"readMarks">): Promise<void> {
  const activeAt = await activityOf(ctx, mark.threadId, mark);
  if (activeAt !== mark.activeAt) await ctx.db.patch("readMarks", mark._id, { activeAt });
}

/** What a thread is to a member, or null: never looked at. */
export async function markOf(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  memberId: Id<"members">,
): Promise<Doc<"readMarks"> | null> {
  return await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId).eq("memberId", memberId))
    .unique();
}

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
