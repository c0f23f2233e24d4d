import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { changeThread } from "../../model/fields";
import { isUnread, markOf, markRead, restoreReadMark, setMark } from "../../model/readMarks";
import { undoMacro } from "../../macros/model/undo";
import type { MacroBefore } from "../../macros/schema";
import { deleteOne, restoreOne } from "../../deletion/model";
import { setPersonal } from "../../personal/model";
import { assignThread, setThreadStatus } from "../../model/work";
import { putBack } from "../../assignment/model/putBack";
import { assignToTeam } from "../../assignment/model/work";
import { snoozeThread } from "../../snooze/model";
import { setSpam } from "../../spam/model";
import { replyToOne, takeBackOne } from "../replies/model";
import type { BulkAction, BulkBefore } from "../schema";
import { restorePriority, restoreSnooze, restoreStatus } from "./model/restore";

// What an order about many does to one thread, and the way back.

type ByMember = { orgId: Id<"organisations">; member: Doc<"members">; operationId: Id<"bulkOperations"> };

/**
 * Does it to one thread as the member would by hand: with audit and events. Returns what it was before, or null when
 * nothing was to be changed. Throws what the single change throws.
 */
export async function changeOne(
  ctx: MutationCtx,
  by: ByMember,
  thread: Doc<"threads">,
  action: BulkAction,
): Promise<BulkBefore | null> {
  const threadId = thread._id;
  switch (action.kind) {
    case "assign": {
      const { assigneeId = null } = thread;
      if (assigneeId === action.assigneeId) return null;
      await assignThread(ctx, { ...by, threadId, assigneeId: action.assigneeId });
      return { assigneeId };
    }
    case "status": {
      const { status, snoozedUntil } = thread;
      if (status === action.status) return null;
      await setThreadStatus(ctx, { ...by, threadId, status: action.status });
      return snoozedUntil === undefined ? { status } : { status, snoozedUntil };
    }
    case "priority": {
      const { priority } = thread;
      if (priority === action.priority) return null;
      await changeThread(ctx, by, threadId, { priority: action.priority });
      return { priority };
    }
    case "type": {
      const { threadType } = thread;
      if (threadType === action.threadType) return null;
      await changeThread(ctx, by, threadId, { threadType: action.threadType });
      return { threadType };
    }
    case "snooze": {
      const { snoozedUntil } = thread;
      if (snoozedUntil === action.until) return null;
      await snoozeThread(ctx, { ...by, threadId, until: action.until });
      return snoozedUntil === undefined ? {} : { snoozedUntil };
    }
    case "tag":
    case "untag":
      return (await setTag(ctx, by, thread, action.tag, action.kind === "tag")) ? {} : null;
    case "read": {
      if (!(await isUnread(ctx, thread, by.member._id))) return null;
      const mark = await markOf(ctx, threadId, by.member._id);
      await markRead(ctx, thread, by.member._id);
      return { readAt: mark?.readAt ?? null, isMarkedUnread: mark?.isMarkedUnread };
    }
    case "unread":
      if (await isUnread(ctx, thread, by.member._id)) return null;
      await setMark(ctx, thread, by.member._id, { isMarkedUnread: true });
      return {};
    case "spam":
      return (await setSpam(ctx, by.member, thread, true)) ? {} : null;
    case "delete":
      return (await deleteOne(ctx, by, thread)) ? {} : null;
    case "follow":
    case "unfollow":
      return (await setFollowing(ctx, by, thread, action.kind === "follow")) ? {} : null;
    case "team": {
      const { teamId = null, assigneeId = null, neededSkills } = thread;
      if (teamId === action.teamId) return null;
      await assignToTeam(ctx, by.member, { threadId, teamId: action.teamId });
      return { teamId, assigneeId, neededSkills };
    }
    case "reply":
      await replyToOne(ctx, by, thread, { text: action.text, close: action.close });
      return {};
    case "macro":
      return await runAlone(ctx, by, thread);
  }
}

/** Puts one thread back. False when somebody changed it since: their change stays. */
export async function revertOne(
  ctx: MutationCtx,
  by: ByMember,
  thread: Doc<"threads">,
  { action, before }: { action: BulkAction; before: BulkBefore },
): Promise<boolean> {
  const threadId = thread._id;
  switch (action.kind) {
    case "assign":
      if (before.assigneeId === undefined || (thread.assigneeId ?? null) !== action.assigneeId) return false;
      await assignThread(ctx, { ...by, threadId, assigneeId: before.assigneeId });
      return true;
    case "status":
      if (thread.status !== action.status) return false;
      await restoreStatus(ctx, by, threadId, before);
      return true;
    case "priority":
      if (thread.priority !== action.priority) return false;
      await restorePriority(ctx, by, threadId, before.priority);
      return true;
    case "type":
      if (before.threadType === undefined || thread.threadType !== action.threadType) return false;
      await changeThread(ctx, by, threadId, { threadType: before.threadType });
      return true;
    case "snooze":
      if (thread.snoozedUntil !== action.until) return false;
      await restoreSnooze(ctx, by, threadId, before.snoozedUntil);
      return true;
    case "tag":
    case "untag":
      return await setTag(ctx, by, thread, action.tag, action.kind === "untag");
    case "read":
      await restoreReadMark(ctx, threadId, by.member._id, { readAt: 0, ...before });
      return true;
    case "unread":
      return await clearUnread(ctx, thread, by.member._id);
    case "spam":
      return await setSpam(ctx, by.member, thread, false);
    case "delete":
      return await restoreOne(ctx, by, thread);
    case "follow":
    case "unfollow":
      return await setFollowing(ctx, by, thread, action.kind === "unfollow");
    case "team":
      if (before.teamId === undefined || (thread.teamId ?? null) !== action.teamId) return false;
      await putBack(ctx, by.member, thread, before);
      return true;
    case "reply":
      return await takeBackOne(ctx, by, thread);
    case "macro":
      return await undoMacro(ctx, by, thread, before.macro ?? {});
  }
}

// All of a macro or nothing: what it did before a step was refused goes with that step.
async function runAlone(
  ctx: MutationCtx,
  { member, operationId }: ByMember,
  { _id: threadId }: Doc<"threads">,
): Promise<BulkBefore | null> {
  const run = { operationId, memberId: member._id, threadId };
  const macro: MacroBefore | null = await ctx.runMutation(internal.inbox.macros.jobs.runOne, run);
  return macro === null ? null : { macro };
}

// Who opened it since has read it.
async function clearUnread(ctx: MutationCtx, thread: Doc<"threads">, memberId: Id<"members">): Promise<boolean> {
  const mark = await markOf(ctx, thread._id, memberId);
  if (mark?.isMarkedUnread !== true) return false;
  await setMark(ctx, thread, memberId, { isMarkedUnread: undefined });
  return true;
}

async function setFollowing(
  ctx: MutationCtx,
  { member }: ByMember,
  thread: Doc<"threads">,
  isFollowing: boolean,
): Promise<boolean> {
  const mark = await markOf(ctx, thread._id, member._id);
  if ((mark?.isFollowing === true) === isFollowing) return false;
  await setPersonal(ctx, thread, member._id, { isFollowing });
  return true;
}

async function setTag(
  ctx: MutationCtx,
  by: ByMember,
  { _id, tags }: Doc<"threads">,
  tag: string,
  isOn: boolean,
): Promise<boolean> {
  if (tags.includes(tag) === isOn) return false;
  await changeThread(ctx, by, _id, { tags: isOn ? [...tags, tag] : tags.filter((known) => known !== tag) });
  return true;
}
