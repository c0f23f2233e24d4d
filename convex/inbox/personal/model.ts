import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { emit } from "../../events/model";
import { listMembers } from "../../orgs/model";
import { listTeamMembers, listTeams } from "../../orgs/teams/model";
import { listedMarks, markOf, setMark } from "../model/readMarks";
import { mentionsIn } from "./mentions";

// What a thread is to one member (product.md ): on the same row as what they have read of it.

/** Followers of one thread, with room: an organisation's members. */
const MAX_FOLLOWERS = 500;

/** What a member may say of a thread for themselves alone; absent: as before. */
export type PersonalChange = {
  isStarred?: boolean;
  isFollowing?: boolean;
  isMuted?: boolean;
  /** Out of one's own lists until something new comes; nobody else notices. */
  isArchived?: boolean;
  isUnread?: boolean;
};

/** Says what a thread is to a member. The same again changes nothing. */
export async function setPersonal(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  memberId: Id<"members">,
  change: PersonalChange,
): Promise<void> {
  const { isStarred, isFollowing, isMuted, isArchived, isUnread } = change;
  const on = (value: boolean) => (value ? (true as const) : undefined);
  await setMark(ctx, thread, memberId, {
    ...(isStarred === undefined ? {} : { isStarred: on(isStarred) }),
    ...(isFollowing === undefined ? {} : { isFollowing: on(isFollowing) }),
    ...(isMuted === undefined ? {} : { isMuted: on(isMuted) }),
    ...(isArchived === undefined ? {} : { archivedAt: isArchived ? thread.lastMessageAt : undefined }),
    ...(isUnread === undefined ? {} : { isMarkedUnread: on(isUnread) }),
    ...(isUnread === false ? { readAt: Math.max(Date.now(), thread.lastMessageAt) } : {}),
  });
}

/** What a thread is to a member, as the lists show it. */
export async function personalOf(ctx: QueryCtx, thread: Doc<"threads">, memberId: Id<"members">) {
  const mark = await markOf(ctx, thread._id, memberId);
  return {
    isUnread: mark === null || mark.isMarkedUnread === true || mark.readAt < thread.lastMessageAt,
    isStarred: mark?.isStarred === true,
    isFollowing: mark?.isFollowing === true,
    isMuted: mark?.isMuted === true,
    isArchived: isArchived(mark, thread),
  };
}

/** True while nothing came since a member put the thread away. */
export function isArchived(mark: Doc<"readMarks"> | null, { lastMessageAt }: Doc<"threads">): boolean {
  return mark?.archivedAt !== undefined && lastMessageAt <= mark.archivedAt;
}

/** Members who want to know of what happens in a thread: its holder and who follows it, but for those who muted it. */
export async function listenersOf(ctx: QueryCtx, thread: Doc<"threads">): Promise<Id<"members">[]> {
  const following = await ctx.db
    .query("readMarks")
    .withIndex("by_thread_following", (q) => q.eq("threadId", thread._id).eq("isFollowing", true))
    .take(MAX_FOLLOWERS);
  const { assigneeId } = thread;
  const holder = assigneeId === undefined ? null : await markOf(ctx, thread._id, assigneeId);
  const holders = assigneeId === undefined || holder?.isMuted === true ? [] : [assigneeId];
  const followers = following.filter(({ isMuted }) => isMuted !== true).map(({ memberId }) => memberId);
  return [...new Set([...holders, ...followers])];
}

/** Who follows the one thread follows the other one too; to whom it is something else, the other one is that as well. */
export async function shareFollowers(ctx: MutationCtx, from: Doc<"threads">, to: Doc<"threads">): Promise<void> {
  const following = await ctx.db
    .query("readMarks")
    .withIndex("by_thread_following", (q) => q.eq("threadId", from._id).eq("isFollowing", true))
    .take(MAX_FOLLOWERS);
  for (const { memberId } of following) await setPersonal(ctx, to, memberId, { isFollowing: true });
  for (const { memberId, isStarred, isMentioned } of await listedMarks(ctx, from._id)) {
    const shared = { ...(isStarred === true ? { isStarred } : {}), ...(isMentioned === true ? { isMentioned } : {}) };
    if (isStarred === true || isMentioned === true) await setMark(ctx, to, memberId, shared);
  }
}

/**
 * Whoever a note names, alone, by a team of theirs or as everybody, follows the thread from then on, may open it, and is
 * told (product.md A-67); who was named `before` is not told again. Authors who name themselves and members who were suspended are left out.
 */
export async function followMentions(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  {
    text,
    before = "",
    messageId,
    by,
  }: { text: string; before?: string; messageId: Id<"messages">; by: Doc<"members"> },
): Promise<void> {
  const known = await namedIn(ctx, by, before);
  const named = (await namedIn(ctx, by, text)).filter((memberId) => !known.includes(memberId));
  await callIn(ctx, thread, named, { messageId, by });
}

/** Lets members follow a thread, open it, and be told of it, as a note that names them does. */
export async function callIn(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  memberIds: readonly Id<"members">[],
  { messageId, by }: { messageId: Id<"messages">; by: Doc<"members"> },
): Promise<void> {
  if (memberIds.length === 0) return;
  for (const memberId of memberIds) {
    await setMark(ctx, thread, memberId, { isFollowing: true, isMentioned: true, archivedAt: undefined });
  }
  await emit(ctx, {
    orgId: thread.orgId,
    kind: "member.mentioned",
    subject: { threadId: thread._id, messageId },
    payload: { memberIds: memberIds.join(","), by: by._id },
  });
}

/** Members whom a text of `by` names, but for themselves. */
async function namedIn(
  ctx: QueryCtx,
  { _id: authorId, orgId }: Doc<"members">,
  text: string,
): Promise<Id<"members">[]> {
  if (!text.includes("@")) return [];
  const members = (await listMembers(ctx, orgId)).filter(({ _id, status }) => status === "active" && _id !== authorId);
  const teams = (await listTeams(ctx, orgId)).filter(({ isArchived }) => !isArchived);
  const { ids, isEveryone } = mentionsIn<Id<"members"> | Id<"teams">>(text, [
    ...members.map(({ _id: id, displayName: name }) => ({ id, name })),
    ...teams.map(({ _id: id, name }) => ({ id, name })),
  ]);
  const ofTeams = new Set<Id<"members">>();
  for (const { _id } of teams.filter((team) => ids.includes(team._id))) {
    for (const { memberId } of await listTeamMembers(ctx, _id)) ofTeams.add(memberId);
  }
  // Each once, also who is named and in a team that is.
  return members
    .map(({ _id }) => _id)
    .filter((memberId) => isEveryone || ids.includes(memberId) || ofTeams.has(memberId));
}
