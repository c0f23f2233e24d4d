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

async function getMark(ctx: QueryCtx, threadId: Id<"threads">, memberId: Id<"members">) {
  return await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId).eq("memberId", memberId))
    .unique();
}
