import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { channelByAddress, channelFor, connectionsFor, requireChannel } from "../../connections/model";
import { primaryAddress } from "../../contacts/model";
import { enqueue } from "../../delivery/model";
import type { MessageContent, Threading } from "../../delivery/schema";
import { SYNTHETIC_ID_DOMAIN } from "../../intake/email/inboundEmail";
import { replySubject } from "../../intake/email/subject";
import { randomToken } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { SEND_HOLD_MS, settleReply, showReply } from "../sending/model";
import { htmlOfText, simpleHtml } from "../simpleHtml";
import { cappedReferences } from "../threading";
import { removeDraft } from "./drafts";
import { markRead } from "./readMarks";
import { recordRefs } from "./refs";
import { requireThread } from "./rows";

/** Longer replies are documents and belong into an attachment; also keeps the row far below Convex's 1 MiB. */
const MAX_REPLY_CHARS = 50_000;
const MAX_HTML_CHARS = 200_000;
/** Messages of a thread looked at for its References and its last subject. */
const MAX_CHAIN = 60;

export type NewReply = {
  orgId: Id<"organisations">;
  threadId: Id<"threads">;
  member: Doc<"members">;
  text: string;
  /** From the editor; only simple HTML survives. Absent: made from the text. */
  html?: string;
  /** Close the thread with this answer instead of waiting for the customer. */
  close: boolean;
  /** Keeps it back for SEND_HOLD_MS, in which its author may undo it. */
  isUndoable?: boolean | undefined;
  /** The browser's id of this reply: a repeated call finds the first one (design rule 4). */
  clientId: string;
};

/**
 * Answers a thread on the channel of its newest customer message: message row, queue row and thread change in one
 * transaction. E-mail goes out with headers that keep it in the customer's thread and a Reply-To that brings the answer
 * back (providers.md 7.4). Throws `invalid` for an empty or overlong text and when the customer cannot be reached.
 */
export async function sendReply(
  ctx: MutationCtx,
  reply: NewReply,
): Promise<{ messageId: Id<"messages">; queueId: Id<"messageQueue"> }> {
  const { orgId, member, clientId } = reply;
  const thread = await requireThread(ctx, orgId, reply.threadId);
  const sent = await messageByClientId(ctx, thread._id, clientId);
  if (sent?.queueId !== undefined) return { messageId: sent._id, queueId: sent.queueId };
  const text = checkedText(reply.text, reply.html);
  const { contactId, address } = await recipientOf(ctx, thread);
  const { content, threading } = await outgoing(ctx, thread, text, reply.html);
  const now = Date.now();
  const heldUntil = reply.isUndoable === true ? now + SEND_HOLD_MS : undefined;
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId: thread._id,
    messageType: "outgoing",
    channel: thread.channel,
    channelId: thread.channelId,
    sender: { kind: "member", memberId: member._id },
    recipients: [{ kind: "to", address }],
    subject: content.subject,
    text,
    html: content.html,
    fileIds: [],
    externalMessageId: threading?.messageId,
    deliveryStatus: "pending",
    isAutomatic: false,
    clientId,
    at: now,
    heldUntil,
  });
  if (threading?.messageId !== undefined)
    await recordRefs(ctx, { _id: messageId, orgId, threadId: thread._id }, threading.messageId);
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "critical",
    channel: thread.channel,
    contactId,
    purpose: "service",
    source: { kind: "agent", threadId: thread._id, messageId, memberId: member._id },
    content,
    threading,
    dueAt: heldUntil ?? now,
    idempotencyKey: `reply:${messageId}`,
  });
  await ctx.db.patch("messages", messageId, { queueId });
  const shown = await showReply(ctx, thread, { text, at: now });
  await markRead(ctx, shown, member._id);
  await removeDraft(ctx, thread._id, member._id, "reply");
  const { close } = reply;
  if (heldUntil === undefined) await settleReply(ctx, shown, { messageId, memberId: member._id, close });
  else {
    const held = { messageId, close, statusBefore: thread.status };
    await ctx.scheduler.runAt(heldUntil, internal.inbox.sending.jobs.endHold, held);
  }
  return { messageId, queueId };
}

/** The message a browser wrote under its own id, or null. */
export async function messageByClientId(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  clientId: string,
): Promise<Doc<"messages"> | null> {
  return await ctx.db
    .query("messages")
    .withIndex("by_client", (q) => q.eq("threadId", threadId).eq("clientId", clientId))
    .unique();
}

function checkedText(text: string, html: string | undefined): string {
  const trimmed = text.trim();
  if (trimmed === "") throw appError("invalid", "Write something before sending.", { field: "text" });
  if (trimmed.length > MAX_REPLY_CHARS || (html?.length ?? 0) > MAX_HTML_CHARS) {
    throw appError("invalid", `A reply may have ${MAX_REPLY_CHARS} characters.`, { field: "text" });
  }
  return trimmed;
}

async function recipientOf(
  ctx: QueryCtx,
  thread: Doc<"threads">,
): Promise<{ contactId: Id<"contacts">; address: string }> {
  const { contactId, channel } = thread;
  if (contactId === undefined) {
    throw appError("invalid", "This conversation has no customer who could be answered.", { field: "threadId" });
  }
  const row = await primaryAddress(ctx, contactId, channel);
  if (row === null) {
    throw appError("invalid", `The customer has no usable address for ${channel}.`, { field: "threadId" });
  }
  // An answer to ourselves comes back as a question, for ever (product.md 2.3 no. 33).
  const own = channel === "email" ? await channelByAddress(ctx, row.address) : null;
  if (own?.orgId === thread.orgId) {
    throw appError("invalid", "This is one of your own addresses.", { field: "threadId" });
  }
  return { contactId, address: row.address };
}

type FinishedContent = Extract<MessageContent, { kind: "finished" }>;

async function outgoing(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  text: string,
  html: string | undefined,
): Promise<{ content: FinishedContent; threading?: Threading }> {
  if (thread.channel !== "email") return { content: { kind: "finished", text, fileIds: [] } };
  const chain = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .order("desc")
    .take(MAX_CHAIN);
  const inbound = chain.find((message) => message.messageType === "incoming" && !message.isAutomatic);
  const ids = chain
    .toReversed()
    .flatMap(({ externalMessageId: id }) => (id === undefined || isSynthetic(id) ? [] : [id]));
  const parent = inbound?.externalMessageId;
  const ownAddress = await addressOfChannel(ctx, thread);
  const domain = ownAddress?.split("@")[1];
  return {
    content: {
      kind: "finished",
      subject: replySubject(inbound?.subject ?? thread.subject),
      text,
      html: html === undefined ? htmlOfText(text) : simpleHtml(html),
      fileIds: [],
    },
    threading: {
      messageId: `${randomToken()}@${domain ?? SYNTHETIC_ID_DOMAIN}`,
      inReplyTo: parent === undefined || isSynthetic(parent) ? ids.at(-1) : parent,
      references: cappedReferences(ids),
      replyTo: domain === undefined ? undefined : `reply+${thread.replyToken}@${domain}`,
    },
  };
}

/** Ids we made up for mails without one: no mail program knows them. */
function isSynthetic(messageId: string): boolean {
  return messageId.endsWith(`@${SYNTHETIC_ID_DOMAIN}`);
}

async function addressOfChannel(ctx: QueryCtx, { orgId, channelId }: Doc<"threads">): Promise<string | undefined> {
  const channel =
    channelId === undefined
      ? await channelFor(ctx, orgId, "email_outlook")
      : await requireChannel(ctx, orgId, channelId);
  if (channel?.address !== undefined) return channel.address;
  const [connection] = await connectionsFor(ctx, orgId, "email");
  const from = connection?.settings.fromAddress;
  return typeof from === "string" ? from : undefined;
}
