import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { requireMessage } from "../../delivery/model";
import { emit } from "../../events/model";
import type { ThreadStatus } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import { claimFiles } from "../attachments/model";
import { decision } from "../assignment/model/decisions";
import { giveThread } from "../assignment/model/give";
import { followProviderId } from "../chats/model";
import { mayFollow, statusOfState } from "../deliveryStatus";
import { followMentions } from "../personal/model";
import { shownOf } from "../preview";
import { removeDraft } from "./drafts";
import { noteFileNames } from "./fileNames";
import { markRead } from "./readMarks";
import { messageByClientId } from "./refs";
import { findThread, followDeadline, patchThread, requireThread } from "./rows";

// What the team does with a thread besides answering it.

/** Of a note, and of what is noted with a call. */
export const MAX_NOTE_CHARS = 50_000;

type ByMember = { orgId: Id<"organisations">; threadId: Id<"threads">; member: Doc<"members"> };

type Note = { text: string; clientId: string; fileIds?: readonly Id<"files">[] | undefined };

/**
 * Adds a note only the team sees, with files its author attached: the same ones as in mails. The same `clientId` again is
 * the same note. Throws `invalid` with the field for an empty one and for files that may not be sent.
 */
export async function addNote(
  ctx: MutationCtx,
  { orgId, threadId: asked, member, fileIds = [], ...note }: ByMember & Note,
): Promise<Id<"messages">> {
  const thread = await requireThread(ctx, orgId, asked);
  const { _id: threadId } = thread;
  const known = await messageByClientId(ctx, threadId, note.clientId);
  if (known !== null) return known._id;
  const text = fileIds.length > 0 && note.text.trim() === "" ? "" : checkNote(note.text);
  const files = fileIds.length === 0 ? [] : await claimFiles(ctx, { orgId, member }, fileIds, "email");
  const row = { text, fileIds: files.map(({ _id }) => _id) };
  const at = Date.now();
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId,
    messageType: "internal_note",
    sender: { kind: "member", memberId: member._id },
    recipients: [],
    ...row,
    isAutomatic: false,
    clientId: note.clientId,
    at,
  });
  await noteFileNames(ctx, { orgId, messageId, at }, files);
  const after = await patchThread(ctx, thread, {
    lastMessageAt: at,
    lastMessagePreview: shownOf(row),
    lastMessageType: "internal_note",
  });
  await markRead(ctx, after, member._id);
  await followMentions(ctx, after, { text, messageId, by: member });
  await removeDraft(ctx, threadId, member._id, "note");
  return messageId;
}

/** The words of a note without outer blanks. Throws `invalid` for none or too many. */
export function checkNote(words: string): string {
  const text = words.trim();
  if (text !== "" && text.length <= MAX_NOTE_CHARS) return text;
  throw appError("invalid", `Write a note of at most ${MAX_NOTE_CHARS} characters.`, { field: "text" });
}

/**
 * Gives the thread to a member, or to nobody. Throws `not_found` for somebody else's member, `invalid` if suspended, and
 * `conflict` when `fromId` is given and somebody else has the thread by now.
 */
export async function assignThread(
  ctx: MutationCtx,
  {
    orgId,
    threadId: asked,
    member,
    assigneeId,
    fromId,
  }: ByMember & {
    assigneeId: Id<"members"> | null;
    fromId?: Id<"members"> | null;
  },
): Promise<void> {
  const thread = await requireThread(ctx, orgId, asked);
  const assignee = assigneeId === null ? null : await requireMemberOf(ctx, orgId, assigneeId);
  if (assignee?.status === "suspended") {
    throw appError("invalid", `${assignee.displayName} is suspended.`, { field: "assigneeId" });
  }
  const holderId = thread.assigneeId ?? null;
  if (holderId === assigneeId) return;
  if (fromId !== undefined && fromId !== holderId) {
    const holder = holderId === null ? null : await requireMemberOf(ctx, orgId, holderId);
    const message = holder === null ? "Nobody has it any more." : `${holder.displayName} has it by now.`;
    throw appError("conflict", message, { field: "fromId" });
  }
  await giveThread(ctx, thread, { assigneeId }, decision({ trigger: "member", byId: member._id }));
}

/** Sets the S1 status; its clocks follow (sla), reopening tells the other domains. */
export async function setThreadStatus(
  ctx: MutationCtx,
  { orgId, threadId: asked, member, status }: ByMember & { status: ThreadStatus },
): Promise<void> {
  const thread = await requireThread(ctx, orgId, asked);
  const { _id: threadId } = thread;
  if (thread.status === status) return;
  const after = await patchThread(ctx, thread, { status });
  const subject = { threadId, contactId: thread.contactId };
  if (thread.isOpen && !after.isOpen) await emit(ctx, { orgId, kind: "thread.closed", subject });
  if (!thread.isOpen && after.isOpen) {
    await emit(ctx, { orgId, kind: "thread.reopened", subject, payload: { by: "member" } });
  }
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.status_changed",
    subject: { table: "threads", id: threadId },
    details: { from: thread.status, to: status },
  });
}

/**
 * Shows on a reply what became of its queue row. Reads the row's state of now, so that events in any order end the same;
 * statuses only move up, and the first failure's words stay (product.md 2.2 no. 22).
 */
export async function followQueue(ctx: MutationCtx, orgId: Id<"organisations">, subjectId: string): Promise<void> {
  // Events carry ids as text.
  const queueId = ctx.db.normalizeId("messageQueue", subjectId);
  if (queueId === null) return;
  const message = await ctx.db
    .query("messages")
    .withIndex("by_queue", (q) => q.eq("queueId", queueId))
    .unique();
  // A message of a sequence: no thread shows it.
  if (message === null) return;
  const row = await requireMessage(ctx, orgId, queueId);
  await followProviderId(ctx, message, row);
  const { state } = row;
  const { status, reason } = statusOfState(state);
  if (!mayFollow(message.deliveryStatus ?? "pending", status)) return;
  await ctx.db.patch("messages", message._id, {
    deliveryStatus: status,
    failureReason: message.failureReason ?? reason,
    ...(state.kind === "read" ? { readAt: state.at } : {}),
  });
}

/** Shows the deadline that a thread has now; events carry ids as text, and threads may be gone. */
export async function followDeadlineOf(ctx: MutationCtx, orgId: Id<"organisations">, subjectId: string): Promise<void> {
  const threadId = ctx.db.normalizeId("threads", subjectId);
  const thread = threadId === null ? null : await findThread(ctx, orgId, threadId);
  if (thread !== null) await followDeadline(ctx, thread);
}
