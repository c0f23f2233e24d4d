import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { isAway } from "../../../lib/threadScope";

/** Open conversations one member has at once, with room. */
const MAX_HELD = 1_000;
/** Conversations one member follows, the latest first: older ones are found by search and by their link. */
const MAX_FOLLOWED = 500;

/**
 * What a member may open wherever it lies: open conversations they have, snoozed ones too, and all they follow; each once,
 * merged and deleted ones not.
 */
export async function personalThreads(
  ctx: QueryCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
): Promise<Doc<"threads">[]> {
  const held = await ctx.db
    .query("threads")
    .withIndex("by_org_assignee", (q) => q.eq("orgId", orgId).eq("isOpen", true).eq("assigneeId", member._id))
    .order("desc")
    .take(MAX_HELD);
  const followed = await followedThreads(ctx, member);
  return [...held, ...followed.filter(({ assigneeId, isOpen }) => assigneeId !== member._id || !isOpen)];
}

/** The conversations a member follows, at most 500. */
export async function followedThreads(ctx: QueryCtx, member: Doc<"members">): Promise<Doc<"threads">[]> {
  const marks = await ctx.db
    .query("readMarks")
    .withIndex("by_member_followed", (q) => q.eq("memberId", member._id).eq("isFollowing", true))
    .order("desc")
    .take(MAX_FOLLOWED);
  const threads = await Promise.all(marks.map(({ threadId }) => ctx.db.get("threads", threadId)));
  return threads.flatMap((thread) => (thread === null || isAway(thread) ? [] : [thread]));
}
