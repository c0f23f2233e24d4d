import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { cancelMessage, requireMessage } from "../../delivery/model";
import { emit } from "../../events/model";
import { removeFile } from "../../files/model";
import type { ThreadStatus } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { MINUTE_MS } from "../../lib/time";
import { countUse } from "../../templates/model";
import { takeByAnswer } from "../assignment/model/route";
import { releaseFiles } from "../attachments/model";
import { goneOn } from "../conversations/model/origin";
import { noteTalk } from "../humanFirst/model";
import { getDraft, saveDraft } from "../model/drafts";
import { ownThread, patchThread, requireThread } from "../model/rows";
import { shownOf } from "../preview";
import type { GoesOnFrom } from "../recipients/schema";
import { putOff } from "../snooze/model";
import { dropHold, heldOf } from "./model/holds";
import { joinDocs } from "./joinDocs";
import { forgetFileNames } from "../model/fileNames";

// What happens to a reply between the press of "Send" and its leaving (product.md 3.2, "Undo send").

/** Messages newer than a held reply that are looked at: the customer's first one decides. */
const MAX_MEANWHILE = 50;
/** Held answers leave within minutes: sending/settings.ts. */
const LONGEST_HOLD_MS = 10 * MINUTE_MS;
/** Message-IDs recorded of one reply: its own. */
const MAX_REFS = 5;

/** Shows a new reply in the list. Returns the thread as it is now. */
export async function showReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  message: Pick<Doc<"messages">, "text" | "fileIds" | "at">,
): Promise<Doc<"threads">> {
  const { at: lastMessageAt } = message;
  return await patchThread(ctx, thread, {
    lastMessageAt,
    lastMessagePreview: shownOf(message),
    lastMessageType: "outgoing",
  });
}

/** `isAnswer`: to the customer; a forward to somebody else is none. */
export type Settled = {
  messageId: Id<"messages">;
  memberId: Id<"members">;
  close: boolean;
  isAnswer: boolean;
  /** Out of the lists until then (UTC ms), or until the customer answers. */
  remindAt: number | undefined;
  /** The person's conversation on another channel that it answers too. */
  goesOnFrom: GoesOnFrom | undefined;
};

/**
 * The reply leaves now: the thread is answered for its clocks and waits for the customer, or is closed. `held` has the
 * status when a held reply was sent: a status somebody set meanwhile stays, and a customer who wrote meanwhile still waits
 * for an answer.
 */
export async function settleReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { messageId, memberId, close, isAnswer, remindAt, goesOnFrom }: Settled,
  held?: { statusBefore: ThreadStatus; at: number },
): Promise<void> {
  const { orgId, _id: threadId } = thread;
  const wroteAt = held === undefined ? null : await customerWroteAt(ctx, threadId, held.at);
  const wrote = wroteAt !== null;
  const isFree = !wrote && (held === undefined || held.statusBefore === thread.status);
  const status: ThreadStatus | null = close ? "closed" : isAnswer ? "waiting_customer" : null;
  const change = isFree && status !== null ? { status } : {};
  const message = await ctx.db.get("messages", messageId);
  if (message?.templateId !== undefined) await countUse(ctx, message.templateId);
  const settled = await patchThread(ctx, thread, change, isAnswer ? "answered" : "changed");
  // What the customer wrote after the press is a new question, and waits since it came.
  const after = isAnswer && wrote ? await patchThread(ctx, settled, {}, "customer_wrote", wroteAt) : settled;
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: isAnswer ? "thread.replied" : "thread.forwarded",
    subject: { table: "threads", id: threadId },
    details: { messageId, close },
  });
  const subject = { threadId, messageId, contactId: thread.contactId };
  if (isAnswer) await emit(ctx, { orgId, kind: "thread.answered", subject, payload: { by: memberId } });
  if (thread.isOpen && !after.isOpen) await emit(ctx, { orgId, kind: "thread.closed", subject });
  if (!thread.isOpen && after.isOpen)
    await emit(ctx, { orgId, kind: "thread.reopened", subject, payload: { by: "member" } });
  await takeByAnswer(ctx, after, memberId);
  if (isAnswer) await noteTalk(ctx, after, memberId);
  if (isAnswer && goesOnFrom !== undefined) {
    const since = held?.at ?? Date.now();
    const hasWritten = async (origin: Doc<"threads">) => (await customerWroteAt(ctx, origin._id, since)) !== null;
    await goneOn(ctx, { originId: goesOnFrom.threadId, into: after, memberId, close: goesOnFrom.close, hasWritten });
  }
  // A customer who wrote meanwhile waits already: nothing is put off.
  if (remindAt !== undefined && remindAt > Date.now() && !wrote && after.isOpen)
    await putOff(ctx, await requireThread(ctx, orgId, threadId), memberId, remindAt);
}

async function customerWroteAt(ctx: QueryCtx, threadId: Id<"threads">, since: number): Promise<number | null> {
  const newer = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("at", since))
    .take(MAX_MEANWHILE);
  return newer.find(({ messageType, isAutomatic }) => messageType === "incoming" && !isAutomatic)?.at ?? null;
}

/** A reply of the team is pressed, and can be taken back until it leaves: for the clocks it is given from here on. */
export async function pressAnswer(ctx: MutationCtx, thread: Doc<"threads">): Promise<void> {
  await patchThread(ctx, thread, {}, "answer_pressed");
}

/** It will not leave: the clocks go on, unless another answer is held. */
export async function unpressAnswer(ctx: MutationCtx, thread: Doc<"threads">): Promise<Doc<"threads">> {
  const now = Date.now();
  const unpressed = await patchThread(ctx, thread, {}, "answer_taken_back");
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) =>
      q
        .eq("threadId", thread._id)
        .gt("at", now - LONGEST_HOLD_MS)
        .lte("at", now),
    )
    .take(MAX_MEANWHILE);
  for (const { _id, isForward, at } of newest) {
    const held = isForward === undefined ? await heldOf(ctx, _id) : null;
    if (held !== null && held.kind !== "later") return await patchThread(ctx, unpressed, {}, "answer_pressed", at);
  }
  return unpressed;
}

/** The hold of a reply is over. Nothing happens when it was taken back, moved, or has been settled. */
export async function endHold(ctx: MutationCtx, messageId: Id<"messages">): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  const held = await heldOf(ctx, messageId);
  if (message === null || held === null) return;
  await dropHold(ctx, held);
  await ctx.db.patch("messages", messageId, { heldUntil: undefined });
  const thread = await ownThread(ctx, message.orgId, message.threadId);
  if (message.queueId === undefined) return;
  // Somebody took it back in the queue itself: there is nothing that answers the customer.
  const { state } = await requireMessage(ctx, message.orgId, message.queueId);
  if (state.kind === "cancelled" || state.kind === "skipped") {
    await unpressAnswer(ctx, thread);
    return;
  }
  const { memberId, close, statusBefore, kind, remindAt } = held;
  const shown = kind === "later" ? await showReply(ctx, thread, message) : thread;
  const { goesOnFrom } = held.parts;
  const settled = { messageId, memberId, close, remindAt, goesOnFrom, isAnswer: message.isForward === undefined };
  await settleReply(ctx, shown, settled, { statusBefore, at: Math.floor(held._creationTime) });
}

/**
 * Takes a held reply out of the queue and of the thread: it never leaves. Its words, people and files become its author's
 * draft again, before whatever was begun since. False when it has left.
 */
export async function takeBack(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  message: Doc<"messages">,
  { actor, action, reason }: { actor: Doc<"auditEntries">["actor"]; action: AuditAction; reason: string },
): Promise<boolean> {
  const held = await heldOf(ctx, message._id);
  const { queueId } = message;
  if (held === null || held.dueAt <= Date.now() || queueId === undefined) return false;
  if (!(await cancelMessage(ctx, queueId, reason))) return false;
  await ctx.scheduler.cancel(held.jobId);
  await dropHold(ctx, held);
  await removeMessage(ctx, message);
  await showNewest(ctx, held.kind === "later" ? thread : await unpressAnswer(ctx, thread), message);
  const { orgId, memberId } = held;
  const { fileIds } = held.parts;
  // The pictures of the signature are no part of the draft.
  for (const fileId of message.fileIds) if (!fileIds.includes(fileId)) await removeFile(ctx, fileId);
  await releaseFiles(ctx, { orgId, memberId, fileIds });
  // Words for many are nobody's draft.
  if (held.kind !== "bulk") await becomeDraft(ctx, thread, held);
  const subject = { table: "threads", id: thread._id };
  await record(ctx, { orgId, actor, action, subject, details: { messageId: message._id, queueId } });
  return true;
}

async function becomeDraft(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { memberId, doc, parts }: Doc<"heldReplies">,
): Promise<void> {
  const begun = await getDraft(ctx, thread._id, memberId, "reply");
  const files = [...new Set([...parts.fileIds, ...(begun?.parts?.fileIds ?? [])])];
  const draft = { mode: "reply", doc: joinDocs(doc, begun?.doc), parts: { ...parts, fileIds: files } } as const;
  await saveDraft(ctx, thread, memberId, draft);
}

/**
 * Takes back what its author has just sent. Throws `forbidden` for somebody else's reply and `conflict` when it has left.
 */
export async function undoReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { member, message }: { member: Doc<"members">; message: Doc<"messages"> },
): Promise<void> {
  if (message.sender.kind !== "member" || message.sender.memberId !== member._id)
    throw appError("forbidden", "Only its author can take a reply back.");
  const actor = { kind: "member", memberId: member._id } as const;
  const why = { actor, action: "thread.reply_undone", reason: "undone_by_member" } as const;
  if (!(await takeBack(ctx, thread, message, why))) throw appError("conflict", "This reply has been sent already.");
}

/** Removes a message from its thread, with the ids and file names that were noted of it. */
export async function removeMessage(
  ctx: MutationCtx,
  { _id, orgId, externalMessageId: ref }: Doc<"messages">,
): Promise<void> {
  await forgetFileNames(ctx, _id);
  await ctx.db.delete("messages", _id);
  if (ref === undefined) return;
  const refs = await ctx.db
    .query("messageRefs")
    .withIndex("by_ref", (q) => q.eq("orgId", orgId).eq("ref", ref))
    .take(MAX_REFS);
  for (const row of refs) if (row.messageId === _id) await ctx.db.delete("messageRefs", row._id);
}

/** The list shows the newest message; only when that was the one taken back, the one before it comes up again. */
export async function showNewest(ctx: MutationCtx, thread: Doc<"threads">, undone: Doc<"messages">): Promise<void> {
  if (thread.lastMessageType !== undone.messageType || thread.lastMessageAt !== undone.at) return;
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).lte("at", Date.now()))
    .order("desc")
    .first();
  if (newest === null) return;
  const { at: lastMessageAt, messageType: lastMessageType } = newest;
  await patchThread(ctx, thread, { lastMessageAt, lastMessagePreview: shownOf(newest), lastMessageType });
}
