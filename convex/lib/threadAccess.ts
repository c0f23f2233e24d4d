import type { GenericDatabaseReader } from "convex/server";
import type { DataModel, Doc } from "../_generated/dataModel";
import { scopeOf, threadAccess } from "./threadScope";

// Conversations and their followers are read here and not in inbox, because domains below it name conversations too:
// deadlines, tasks, what is sent. The rule itself is lib/threadScope.ts.

type Reader = { db: GenericDatabaseReader<DataModel> };

/** A context that may come from a member's call; jobs have no member and see everything. */
export type MaybeMemberCtx = Reader & { member?: Doc<"members"> };

/** True when the member may open the conversation; nobody opens a deleted one. Costs nothing for members who see everything. */
export async function mayOpenThread(ctx: Reader, member: Doc<"members">, thread: Doc<"threads">): Promise<boolean> {
  return thread.deleted === undefined && (await isInSight(ctx, member, thread));
}

/** The same, deleted or not. */
export async function isInSight(ctx: Reader, member: Doc<"members">, thread: Doc<"threads">): Promise<boolean> {
  const scope = scopeOf(member);
  if (scope === null) return true;
  const { channelId, teamId, assigneeId } = thread;
  const place = { channelId, teamId, isAssigned: assigneeId === member._id };
  if (threadAccess(scope, { ...place, isFollowing: false }) !== null) return true;
  const mark = await ctx.db
    .query("readMarks")
    .withIndex("by_thread_member", (q) => q.eq("threadId", thread._id).eq("memberId", member._id))
    .unique();
  return threadAccess(scope, { ...place, isFollowing: mark?.isFollowing === true }) !== null;
}

/** The same for whoever calls: in jobs and over REST true for all but deleted ones. */
export async function callerMayOpen(ctx: MaybeMemberCtx, thread: Doc<"threads">): Promise<boolean> {
  if (ctx.member === undefined) return thread.deleted === undefined;
  return await mayOpenThread(ctx, ctx.member, thread);
}

/**
 * The same by id, which events, links and sources carry as text; of a conversation that was merged, for the one it is in.
 * True for none: what is about no conversation is not hidden with one. False for what does not exist or was deleted.
 */
export async function mayOpenThreadId(
  ctx: Reader,
  member: Doc<"members">,
  threadId: string | undefined,
): Promise<boolean> {
  if (threadId === undefined) return true;
  const thread = await threadNamed(ctx, threadId);
  return thread !== null && thread.orgId === member.orgId && (await mayOpenThread(ctx, member, thread));
}

/** The same for whoever calls: true in jobs. */
export async function callerMayOpenId(ctx: MaybeMemberCtx, threadId: string | undefined): Promise<boolean> {
  return ctx.member === undefined || (await mayOpenThreadId(ctx, ctx.member, threadId));
}

/**
 * Whether whoever calls may see what was made of a conversation and outlives it: tasks, sent messages. True in jobs, and
 * for members who see everything also where the conversation was deleted or is gone.
 */
export async function callerSeesWorkOf(ctx: MaybeMemberCtx, threadId: string | undefined): Promise<boolean> {
  const { member } = ctx;
  if (member === undefined || threadId === undefined || scopeOf(member) === null) return true;
  const thread = await threadNamed(ctx, threadId);
  return thread !== null && thread.orgId === member.orgId && (await isInSight(ctx, member, thread));
}

async function threadNamed(ctx: Reader, threadId: string): Promise<Doc<"threads"> | null> {
  const id = ctx.db.normalizeId("threads", threadId);
  let thread = id === null ? null : await ctx.db.get("threads", id);
  while (thread?.mergedIntoId !== undefined) thread = await ctx.db.get("threads", thread.mergedIntoId);
  return thread;
}

/** The context of a member's call as a job has it, to finish what the member was allowed to begin. */
export function withoutCaller<Ctx extends object>(ctx: Ctx): Omit<Ctx, "member"> {
  const { member: _, ...rest } = ctx as Ctx & { member?: Doc<"members"> };
  return rest;
}
