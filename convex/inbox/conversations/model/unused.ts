import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { deleteOne, orderPurge } from "../../deletion/model";
import { hasWords } from "../../sending/joinDocs";

// A conversation that was begun by answering another one, and in which nothing was said.

/** Drafts of one conversation: one a member at most. */
const MAX_DRAFTS = 50;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * Removes a conversation that was begun to answer another one when nothing was said, planned or drafted in it: it leaves
 * all lists and counts at once, and for good. False, and nothing happens, for any other.
 */
export async function leaveUnused(ctx: MutationCtx, by: ByMember, thread: Doc<"threads">): Promise<boolean> {
  if (!(await isUnused(ctx, thread)) || (await isWrittenIn(ctx, thread))) return false;
  if (!(await deleteOne(ctx, by, thread))) return false;
  await orderPurge(ctx, by, thread._id);
  return true;
}

/** True for one that was begun to answer another one while nothing has been said in it. */
export async function isUnused(ctx: QueryCtx, thread: Doc<"threads">): Promise<boolean> {
  if (thread.goesOnFromId === undefined || thread.ticketId !== undefined || thread.mergedIntoId !== undefined) {
    return false;
  }
  const message = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .first();
  const merged = await ctx.db
    .query("threads")
    .withIndex("by_merged", (q) => q.eq("mergedIntoId", thread._id))
    .first();
  return message === null && merged === null;
}

async function isWrittenIn(ctx: QueryCtx, { _id: threadId }: Doc<"threads">): Promise<boolean> {
  const shared = await ctx.db
    .query("sharedDrafts")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .first();
  if (shared !== null) return true;
  const drafts = await ctx.db
    .query("drafts")
    .withIndex("by_thread_member", (q) => q.eq("threadId", threadId))
    .take(MAX_DRAFTS);
  return drafts.some(({ doc, parts }) => hasWords(doc) || (parts?.fileIds.length ?? 0) > 0);
}
