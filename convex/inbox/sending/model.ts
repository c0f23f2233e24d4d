import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { cancelMessage } from "../../delivery/model";
import { emit } from "../../events/model";
import type { ThreadStatus } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { getDraft, saveDraft } from "../model/drafts";
import { patchThread } from "../model/rows";
import { previewOf } from "../preview";
import { joinDocs } from "./joinDocs";

// What happens to a reply between the press of "Send" and its leaving (product.md 3.2, "Undo send").

/** The toast offers "Undo" for ten seconds; the server waits a little longer, so that a late press still counts. */
export const SEND_HOLD_MS = 12_000;
/** Messages newer than a held reply that are looked at: a hold lasts seconds. */
const MAX_MEANWHILE = 50;
/** Message-IDs recorded of one reply: its own. */
const MAX_REFS = 5;

/** Shows a new reply in the list at once. Returns the thread as it is now. */
export async function showReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { text, at }: { text: string; at: number },
): Promise<Doc<"threads">> {
  const lastMessage = { lastMessageAt: at, lastMessagePreview: previewOf(text), lastMessageType: "outgoing" as const };
  return await patchThread(ctx, thread, lastMessage);
}

export type Settled = { messageId: Id<"messages">; memberId: Id<"members">; close: boolean };

/**
 * The reply leaves now: the thread is answered for its clocks and waits for the customer, or is closed. `statusBefore`
 * is the status when a held reply was sent: a status somebody set meanwhile stays, and a customer who wrote meanwhile
 * still waits for an answer.
 */
export async function settleReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { messageId, memberId, close }: Settled,
  held?: { statusBefore: ThreadStatus; at: number },
): Promise<void> {
  const { orgId, _id: threadId } = thread;
  const wrote = held !== undefined && (await hasCustomerWritten(ctx, threadId, held.at));
  const isFree = !wrote && (held === undefined || held.statusBefore === thread.status);
  const status: ThreadStatus = close ? "closed" : "waiting_customer";
  const after = wrote ? thread : await patchThread(ctx, thread, isFree ? { status } : {}, "answered");
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "thread.replied",
    subject: { table: "threads", id: threadId },
    details: { messageId, close },
  });
  const subject = { threadId, messageId, contactId: thread.contactId };
  if (thread.isOpen && !after.isOpen) await emit(ctx, { orgId, kind: "thread.closed", subject });
  if (!thread.isOpen && after.isOpen)
    await emit(ctx, { orgId, kind: "thread.reopened", subject, payload: { by: "member" } });
}

async function hasCustomerWritten(ctx: QueryCtx, threadId: Id<"threads">, since: number): Promise<boolean> {
  const newer = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).gt("at", since))
    .take(MAX_MEANWHILE);
  return newer.some(({ messageType, isAutomatic }) => messageType === "incoming" && !isAutomatic);
}

/** The hold of a reply is over. Nothing happens when it was taken back or has been settled. */
export async function endHold(
  ctx: MutationCtx,
  messageId: Id<"messages">,
  { close, statusBefore }: { close: boolean; statusBefore: ThreadStatus },
): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  if (message?.heldUntil === undefined || message.sender.kind !== "member") return;
  const thread = await ctx.db.get("threads", message.threadId);
  if (thread === null) return;
  await ctx.db.patch("messages", messageId, { heldUntil: undefined });
  const settled = { messageId, memberId: message.sender.memberId, close };
  await settleReply(ctx, thread, settled, { statusBefore, at: message.at });
}

type Undo = { member: Doc<"members">; message: Doc<"messages">; doc: string };

/**
 * Takes a held reply back: it never leaves, and its words (`doc`, Tiptap JSON text) become the author's draft again,
 * before whatever was begun since. Throws `forbidden` for somebody else's reply and `conflict` when it has left.
 */
export async function undoReply(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { member, message, doc }: Undo,
): Promise<void> {
  if (message.sender.kind !== "member" || message.sender.memberId !== member._id)
    throw appError("forbidden", "Only its author can take a reply back.");
  const { heldUntil = 0, queueId } = message;
  const isHeld = queueId !== undefined && heldUntil > Date.now();
  if (!isHeld || !(await cancelMessage(ctx, queueId, "undone_by_member")))
    throw appError("conflict", "This reply has been sent already.");
  await removeMessage(ctx, message);
  await showNewest(ctx, thread, message);
  const begun = await getDraft(ctx, thread._id, member._id, "reply");
  await saveDraft(ctx, thread, member._id, { mode: "reply", doc: joinDocs(doc, begun?.doc) });
  await record(ctx, {
    orgId: thread.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.reply_undone",
    subject: { table: "threads", id: thread._id },
    details: { messageId: message._id, queueId },
  });
}

async function removeMessage(ctx: MutationCtx, { _id, orgId, externalMessageId: ref }: Doc<"messages">): Promise<void> {
  await ctx.db.delete("messages", _id);
  if (ref === undefined) return;
  const refs = await ctx.db
    .query("messageRefs")
    .withIndex("by_ref", (q) => q.eq("orgId", orgId).eq("ref", ref))
    .take(MAX_REFS);
  for (const row of refs) if (row.messageId === _id) await ctx.db.delete("messageRefs", row._id);
}

// The list shows the newest message; only when that was the one taken back, the one before it comes up again.
async function showNewest(ctx: MutationCtx, thread: Doc<"threads">, undone: Doc<"messages">): Promise<void> {
  if (thread.lastMessageType !== "outgoing" || thread.lastMessageAt !== undone.at) return;
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .order("desc")
    .first();
  if (newest === null) return;
  const { at: lastMessageAt, text, messageType: lastMessageType } = newest;
  await patchThread(ctx, thread, { lastMessageAt, lastMessagePreview: previewOf(text), lastMessageType });
}
