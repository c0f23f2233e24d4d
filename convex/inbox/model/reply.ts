import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { ownChannelAt } from "../../connections/model";
import type { OfferedSender } from "../../connections/senders/model";
import { primaryAddress } from "../../contacts/model";
import { enqueue } from "../../delivery/model";
import { appError } from "../../lib/errors";
import { gapsIn } from "../../templates/variables";
import { claimFiles, placePictures } from "../attachments/model";
import { checkWindow, chosenTemplate } from "../composing/model/templateAnswer";
import { chatAbilities, chatIdOf } from "../chats/model";
import { checkOrigin } from "../conversations/model/origin";
import { checkedEnvelope, personAt } from "../recipients/model";
import { NOBODY, type Envelope } from "../recipients/rules";
import type { GoesOnFrom, ReplyKind } from "../recipients/schema";
import { brandOfSender, chosenSender, noteSender, mailboxOf } from "../senders/model";
import { docOfText } from "../sending/joinDocs";
import { signed } from "../signatures/model";
import { pressAnswer, settleReply, showReply } from "../sending/model";
import { checkReturn } from "../snooze/model";
import { hold } from "../sending/model/holds";
import { checkSendAt } from "../sending/model/planned";
import { answerSettings } from "../sending/model/settings";
import { bulkHoldMs, holdMs } from "../sending/settings";
import { removeDraft } from "./drafts";
import { takeSharedDraft, type SharedDraftSeen } from "../sharedDrafts/model";
import { senderName } from "./senderName";
import { requireMessageOf } from "./messageFields";
import { forwardContent, mailContent, plainContent, type Outgoing, type Words } from "./outgoing";
import { markRead } from "./readMarks";
import { messageByClientId, recordRefs } from "./refs";
import { requireCustomerChannel, requireThread } from "./rows";
import { noteFileNames } from "./fileNames";

/** Longer replies are documents and belong into an attachment; also keeps the row far below Convex's 1 MiB. */
const MAX_REPLY_CHARS = 50_000;
const MAX_HTML_CHARS = 200_000;
/** Messages newer than what the writer saw that are looked at. */
const MAX_MEANWHILE = 20;

export type NewReply = {
  orgId: Id<"organisations">;
  threadId: Id<"threads">;
  member: Doc<"members">;
  text: string;
  /** From the editor; only simple HTML survives. Absent: made from the text. */
  html?: string;
  /** Close the thread with this answer instead of waiting for the customer. */
  close: boolean;
  /** Keeps it back for as long as the organisation wants, in which its author may undo it. */
  isUndoable?: boolean | undefined;
  /** The same words go to others too: what the member began to write here stays. */
  isOneOfMany?: true;
  /** Absent: "reply". */
  kind?: ReplyKind | undefined;
  /** E-mail: who it goes to. Absent: to the customer. */
  envelope?: Envelope | undefined;
  /** What it comes from: an address or number of ours; null: as the account has it; absent: as usual (senders). */
  from?: string | null | undefined;
  /** Uploads of this member (attachments). */
  fileIds?: Id<"files">[] | undefined;
  /** The message of this thread that a forward passes on. */
  forwardOf?: Id<"messages"> | undefined;
  /** WhatsApp: the message of this thread that it quotes. */
  quoteOf?: Id<"messages"> | undefined;
  /** What the editor had, Tiptap JSON text: comes back when the reply is taken back. Absent: made from the text. */
  doc?: string | undefined;
  /** Leaves then, UTC ms; `cancelIfAnswered`: unless the customer writes first. */
  plan?: { sendAt: number; cancelIfAnswered: boolean } | undefined;
  /** Out of the lists from when it leaves until then (UTC ms), or until the customer answers. */
  remindAt?: number | undefined;
  /** The person's conversation on another channel that it answers too. */
  goesOnFrom?: GoesOnFrom | undefined;
  /** What the words began with: a template or snippet the writer may use. */
  templateId?: Id<"templates"> | undefined;
  /** WhatsApp: sent as that template with these values, which is all that may go out once the 24 hours are over. */
  values?: Record<string, string> | undefined;
  /** The draft written together that this is, at the version the sender saw: it goes out once and whole. */
  sharedDraft?: SharedDraftSeen | undefined;
  /** The newest message the writer saw. Absent: nothing is compared. */
  sawId?: Id<"messages"> | undefined;
  /** The browser's id of this reply: a repeated call finds the first one (design rule 4). */
  clientId: string;
};

/**
 * Answers a thread on the channel of its newest customer message, or forwards one of its messages: message row, queue row
 * and thread change in one transaction. Throws `invalid` for an empty or overlong text, for recipients and files that
 * cannot be, places of a template without a value, WhatsApp's closed window, and when the customer cannot be reached; `conflict` when a colleague answered after what the writer saw
 * (product.md 3.2, "Stale reply"), and when a draft written together was sent or written on meanwhile.
 */
export async function sendReply(
  ctx: MutationCtx,
  reply: NewReply,
): Promise<{ messageId: Id<"messages">; queueId: Id<"messageQueue"> }> {
  const { orgId, member, clientId, plan } = reply;
  const thread = requireCustomerChannel(await requireThread(ctx, orgId, reply.threadId));
  const sent = await messageByClientId(ctx, thread._id, clientId);
  if (sent?.queueId !== undefined) return { messageId: sent._id, queueId: sent.queueId };
  const now = Date.now();
  await checkWishes(ctx, thread, reply, now);
  const fileIds = reply.fileIds ?? [];
  if (reply.sharedDraft !== undefined) await takeSharedDraft(ctx, thread, { ...reply, ...reply.sharedDraft, fileIds });
  const files = await claimFiles(ctx, reply, fileIds, thread.channel);
  const template = await chosenTemplate(ctx, thread, reply);
  const words =
    template === null
      ? { ...checkedWords(reply, fileIds), pictures: await placePictures(ctx, files, reply.html) }
      : { text: template.text, html: undefined, fileIds: [] };
  await checkWindow(ctx, thread, { at: plan?.sendAt ?? now, isTemplate: template !== null });
  const to = await addressee(ctx, thread, reply);
  const { contactId, envelope, address } = to;
  const sender = await chosenSender(ctx, thread, member, reply.from);
  const { content, html, threading, quotedText } = await outgoing(ctx, thread, words, { ...reply, sender }, to);
  const said = template === null ? content : template.content;
  const heldUntil = plan?.sendAt ?? (await heldUntilOf(ctx, reply, now));
  const at = plan?.sendAt ?? now;
  const isForward = reply.kind === "forward" ? true : undefined;
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId: thread._id,
    messageType: "outgoing",
    channel: thread.channel,
    channelId: thread.channelId,
    sender: { kind: "member", memberId: member._id },
    from: sender?.address,
    recipients: envelope === null ? [{ kind: "to", address }] : recipientsIn(envelope),
    subject: content.subject,
    text: words.text,
    quotedText,
    html,
    fileIds: content.fileIds,
    externalMessageId: threading?.messageId,
    ...(thread.channel === "email" ? {} : { answersId: threading?.inReplyTo }),
    deliveryStatus: "pending",
    isAutomatic: false,
    isForward,
    templateId: reply.templateId,
    clientId,
    at,
    heldUntil,
  });
  await noteFileNames(ctx, { orgId, messageId, at }, files);
  if (threading?.messageId !== undefined)
    await recordRefs(ctx, { _id: messageId, orgId, threadId: thread._id }, threading.messageId);
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "critical",
    channel: thread.channel,
    contactId,
    ...(envelope === null ? {} : { to: { email: address } }),
    from: sender === null ? undefined : { address: sender.address, name: sender.name },
    preferredConnectionId: (await mailboxOf(ctx, thread))?.connectionId,
    purpose: "service",
    source: { kind: "agent", threadId: thread._id, messageId, memberId: member._id },
    content: said,
    threading,
    dueAt: heldUntil ?? now,
    idempotencyKey: `reply:${messageId}`,
  });
  await ctx.db.patch("messages", messageId, { queueId });
  if (reply.from !== undefined) await noteSender(ctx, thread, member._id, sender);
  const shown = plan === undefined ? await showReply(ctx, thread, { text: words.text, fileIds, at }) : thread;
  await markRead(ctx, shown, member._id);
  const isOfDraft = reply.isOneOfMany === undefined && reply.sharedDraft === undefined;
  if (isOfDraft) await removeDraft(ctx, thread._id, member._id, "reply");
  await letGo(ctx, shown, reply, { messageId, heldUntil, words });
  return { messageId, queueId };
}

async function checkWishes(ctx: MutationCtx, thread: Doc<"threads">, reply: NewReply, now: number): Promise<void> {
  await checkStillNewest(ctx, thread, reply);
  const { plan, remindAt, goesOnFrom } = reply;
  if (plan !== undefined) checkSendAt(plan.sendAt, now);
  if (remindAt !== undefined) checkReturn(remindAt, plan?.sendAt ?? now, "remindAt");
  if (goesOnFrom !== undefined) await checkOrigin(ctx, thread, goesOnFrom.threadId);
}

type Written = { messageId: Id<"messages">; heldUntil: number | undefined; words: Words };

/** Settles the thread at once, or keeps what it takes to undo the reply until it leaves. */
async function letGo(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  reply: NewReply,
  { messageId, heldUntil, words }: Written,
): Promise<void> {
  const {
    orgId,
    member,
    close,
    kind = "reply",
    envelope,
    forwardOf,
    quoteOf,
    plan,
    templateId,
    remindAt,
    from,
    goesOnFrom,
  } = reply;
  const memberId = member._id;
  if (heldUntil === undefined) {
    await settleReply(ctx, thread, {
      messageId,
      memberId,
      close,
      remindAt,
      goesOnFrom,
      isAnswer: kind !== "forward",
    });
    return;
  }
  if (plan === undefined && kind !== "forward") await pressAnswer(ctx, thread);
  await hold(ctx, {
    orgId,
    messageId,
    memberId,
    kind: plan !== undefined ? "later" : reply.isOneOfMany === true ? "bulk" : "undo",
    dueAt: heldUntil,
    doc: reply.doc ?? docOfText(words.text),
    parts: { kind, envelope, fileIds: words.fileIds, forwardOf, quoteOf, templateId, from, goesOnFrom },
    close,
    statusBefore: thread.status,
    cancelIfAnswered: plan?.cancelIfAnswered ?? false,
    remindAt,
  });
}

async function heldUntilOf(ctx: QueryCtx, reply: NewReply, now: number): Promise<number | undefined> {
  if (reply.isUndoable !== true) return undefined;
  const settings = await answerSettings(ctx, reply.orgId);
  const ms = reply.isOneOfMany === true ? bulkHoldMs(settings) : holdMs(settings);
  return ms === 0 ? undefined : now + ms;
}

// The screen stops a stale reply when it knows of the other one; of two sent in the same second, the server does.
async function checkStillNewest(ctx: QueryCtx, thread: Doc<"threads">, { member, sawId }: NewReply): Promise<void> {
  const saw = sawId === undefined ? null : await ctx.db.get("messages", sawId);
  if (saw === null || saw.threadId !== thread._id) return;
  const newer = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).gt("at", saw.at).lte("at", Date.now()))
    .take(MAX_MEANWHILE);
  const theirs = newer.find(
    ({ messageType, sender, isForward }) =>
      messageType === "outgoing" &&
      isForward === undefined &&
      sender.kind === "member" &&
      sender.memberId !== member._id,
  );
  if (theirs === undefined) return;
  const message = `${await senderName(ctx, theirs)} answered in the same moment. Read it first, then send again.`;
  throw appError("conflict", message, { field: "sawId" });
}

// Files and a forwarded message say something by themselves.
function checkedWords({ text, html, kind, doc }: NewReply, fileIds: Id<"files">[]): Words {
  const trimmed = text.trim();
  if (trimmed === "" && fileIds.length === 0 && kind !== "forward")
    throw appError("invalid", "Write something before sending.", { field: "text" });
  const isTooLong = [html, doc].some((each) => (each?.length ?? 0) > MAX_HTML_CHARS);
  const [gap] = gapsIn(trimmed);
  if (gap !== undefined)
    throw appError("invalid", `Write what belongs in the place of “${gap}” first.`, { field: "text" });
  if (trimmed.length > MAX_REPLY_CHARS || isTooLong) {
    throw appError("invalid", `A reply may have ${MAX_REPLY_CHARS} characters.`, { field: "text" });
  }
  return { text: trimmed, html, fileIds };
}

type Addressee = { contactId: Id<"contacts">; address: string; envelope: Envelope | null };

async function addressee(ctx: MutationCtx, thread: Doc<"threads">, reply: NewReply): Promise<Addressee> {
  const { orgId, channel } = thread;
  const { kind = "reply", envelope: wished } = reply;
  if (channel !== "email" && (kind !== "reply" || wished !== undefined)) {
    throw appError("invalid", "Only e-mail has further recipients.", { field: "envelope" });
  }
  if (wished === undefined && kind === "reply") return { ...(await customerOf(ctx, thread)), envelope: null };
  const envelope = await checkedEnvelope(ctx, orgId, wished ?? NOBODY);
  const address = envelope.to[0] ?? "";
  return { contactId: await personAt(ctx, orgId, address), address, envelope };
}

async function customerOf(
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
  const own = channel === "email" ? await ownChannelAt(ctx, thread.orgId, row.address) : null;
  if (own !== null) {
    throw appError("invalid", "This is one of your own addresses.", { field: "threadId" });
  }
  return { contactId, address: row.address };
}

async function outgoing(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  words: Words,
  { kind, forwardOf, quoteOf, member, sender }: NewReply & { sender: OfferedSender | null },
  { envelope, ...addressee }: Addressee,
): Promise<Outgoing> {
  if (thread.channel !== "email") return { ...plainContent(words), ...(await quoting(ctx, thread, quoteOf)) };
  const signer = { memberId: member._id, brand: await brandOfSender(ctx, thread, sender) };
  const whole = await signed(ctx, thread.orgId, words, signer);
  if (kind !== "forward" || envelope === null)
    return await mailContent(ctx, thread, whole, { envelope, addressee, from: sender?.address });
  if (forwardOf === undefined) throw appError("invalid", "Name the message to forward.", { field: "forwardOf" });
  const message = await requireMessageOf(ctx, thread.orgId, thread._id, forwardOf);
  return await forwardContent(ctx, thread, whole, { envelope, from: sender?.address }, message);
}

/** What ties an answer to the message it quotes. Throws `invalid` where the provider cannot. */
async function quoting(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  quoteOf: Id<"messages"> | undefined,
): Promise<Pick<Outgoing, "threading">> {
  if (quoteOf === undefined) return {};
  const quoted = await requireMessageOf(ctx, thread.orgId, thread._id, quoteOf);
  if (thread.channel !== "whatsapp" || !(await chatAbilities(ctx, thread)).isAble) {
    throw appError("invalid", "This account cannot quote a message.", { field: "quoteOf" });
  }
  return { threading: { inReplyTo: chatIdOf(quoted), references: [] } };
}

function recipientsIn(envelope: Envelope): Doc<"messages">["recipients"] {
  return (["to", "cc", "bcc"] as const).flatMap((kind) => envelope[kind].map((address) => ({ kind, address })));
}
