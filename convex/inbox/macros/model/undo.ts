import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { emit } from "../../../events/model";
import { putBack } from "../../assignment/model/putBack";
import { restorePriority, restoreStatus } from "../../bulk/changes/model/restore";
import { takeBackOne } from "../../bulk/replies/model";
import { getDraft, removeDraft, saveDraft } from "../../model/drafts";
import { changeThread } from "../../model/fields";
import { isOpenStatus, ownThread, patchThread } from "../../model/rows";
import { setPersonal } from "../../personal/model";
import { removeMessage, showNewest } from "../../sending/model";
import { endSnooze } from "../../snooze/model";
import type { MacroBefore } from "../schema";

// The way back of a macro on one conversation: each part unless somebody changed it since.

type By = { orgId: Id<"organisations">; member: Doc<"members">; operationId: Id<"bulkOperations"> };

/**
 * Takes everything back that a macro did to a conversation, the last thing first. An answer that has left stays, and so
 * does what somebody changed since. False when nothing was left to take back.
 */
export async function undoMacro(
  ctx: MutationCtx,
  by: By,
  { _id: threadId, orgId }: Doc<"threads">,
  before: MacroBefore,
): Promise<boolean> {
  const undone: boolean[] = [];
  // Each on the thread as the one before it left it.
  for (const undo of [undoState, undoTasks, undoPlace, undoFields, undoNote, undoWords]) {
    undone.push(await undo(ctx, by, await ownThread(ctx, orgId, threadId), before));
  }
  if (before.isFollowing === false) {
    await setPersonal(ctx, await ownThread(ctx, orgId, threadId), by.member._id, { isFollowing: false });
    return true;
  }
  return undone.includes(true);
}

async function undoState(
  ctx: MutationCtx,
  by: By,
  thread: Doc<"threads">,
  { status, snooze }: MacroBefore,
): Promise<boolean> {
  const threadId = thread._id;
  const snoozedUntil = snooze?.wasSnoozed === true ? snooze.before : undefined;
  if (status !== undefined) {
    if (thread.status !== status.after) return false;
    if (snooze !== undefined && thread.snoozedUntil !== undefined && !snooze.wasSnoozed) {
      await endSnooze(ctx, { ...by, threadId });
    }
    await restoreStatus(ctx, by, threadId, { status: status.before, snoozedUntil });
    return true;
  }
  if (snooze === undefined || thread.snoozedUntil === undefined) return false;
  if (snooze.wasSnoozed && isOpenStatus(thread.status)) await patchThread(ctx, thread, { snoozedUntil });
  else await endSnooze(ctx, { ...by, threadId });
  return true;
}

// Whoever began one keeps it.
async function undoTasks(
  ctx: MutationCtx,
  { orgId, member }: By,
  { _id: threadId, contactId }: Doc<"threads">,
  { taskKeys = [] }: MacroBefore,
): Promise<boolean> {
  for (const key of taskKeys) {
    const payload = { key, isWanted: false, by: member._id };
    await emit(ctx, { orgId, kind: "task.asked", subject: { threadId, contactId }, payload });
  }
  return taskKeys.length > 0;
}

async function undoPlace(
  ctx: MutationCtx,
  { member }: By,
  thread: Doc<"threads">,
  { place }: MacroBefore,
): Promise<boolean> {
  if (place === undefined) return false;
  const { after } = place;
  const isAsLeft = (thread.teamId ?? null) === after.teamId && (thread.assigneeId ?? null) === after.assigneeId;
  if (isAsLeft) await putBack(ctx, member, thread, place);
  return isAsLeft;
}

async function undoFields(
  ctx: MutationCtx,
  by: By,
  thread: Doc<"threads">,
  { tags, threadType, priority }: MacroBefore,
): Promise<boolean> {
  const isPriorityOurs = priority !== undefined && thread.priority === priority.after;
  if (isPriorityOurs) await restorePriority(ctx, by, thread._id, priority.before);
  const isTypeOurs = threadType !== undefined && thread.threadType === threadType.after;
  if (isTypeOurs) await changeThread(ctx, by, thread._id, { threadType: threadType.before });
  if (tags === undefined) return isPriorityOurs || isTypeOurs;
  const kept = thread.tags.filter((tag) => !tags.added.includes(tag));
  const back = tags.removed.filter((tag) => !kept.includes(tag));
  await changeThread(ctx, by, thread._id, { tags: [...kept, ...back] });
  return true;
}

async function undoNote(ctx: MutationCtx, _by: By, thread: Doc<"threads">, { noteId }: MacroBefore): Promise<boolean> {
  const note = noteId === undefined ? null : await ctx.db.get("messages", noteId);
  if (note === null) return false;
  await removeMessage(ctx, note);
  await showNewest(ctx, thread, note);
  return true;
}

async function undoWords(
  ctx: MutationCtx,
  by: By,
  thread: Doc<"threads">,
  { isSent, draft }: MacroBefore,
): Promise<boolean> {
  if (isSent === true) return await takeBackOne(ctx, by, thread);
  if (draft === undefined) return false;
  const now = await getDraft(ctx, thread._id, by.member._id, "reply");
  // Somebody who wrote on keeps their words.
  if (now?.doc !== draft.written) return false;
  if (draft.before === null) await removeDraft(ctx, thread._id, by.member._id, "reply");
  else {
    const { doc, parts = { kind: "reply" as const, fileIds: [] } } = draft.before;
    await saveDraft(ctx, thread, by.member._id, { mode: "reply", doc, parts });
  }
  return true;
}
