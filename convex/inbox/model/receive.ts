import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findByAddress, notePersonWrote, resolveContact } from "../../contacts/model";
import { emit } from "../../events/model";
import { recordFile } from "../../files/model";
import type { Channel, ThreadStatus } from "../../lib/closedSets";
import type { MailNote } from "../../intake/email/notes";
import { stripSubject } from "../../intake/email/subject";
import { answerOutOfHours } from "../autoResponses/model";
import { routeReceived } from "../assignment/model/route";
import { groupRef, lastInboundSubject, threadByGroup, threadByNumber } from "../mail/model";
import { noteAnswer } from "../humanFirst/model";
import { previewOf, timelineInstant } from "../preview";
import type { Sender } from "../schema";
import { tellSorted } from "../sorting/model/sort";
import { isBlocked } from "../spam/model";
import { SUBJECT_WINDOW_MS, decideThread, isOtherSubject, type Candidate, type ThreadingRule } from "../threading";
import { candidateOf, deletedByRef, findRefs, messagesByRef, recordRefs } from "./refs";
import { cancelAnswered } from "../sending/model/planned";
import { ticketOfNew } from "../tickets/model/make";
import { beginThread } from "./begin";
import { liveThread, patchThread, requireThread } from "./rows";
import { noteFileNames } from "./fileNames";
import { threadByToken } from "./tokens";

/** Threads of one sender looked at for sender and subject; older ones are out of the window as a rule. */
const MAX_RECENT = 50;

/** A file whose bytes are in storage but which no row names yet. */
export type StoredFile = Omit<Doc<"files">, "_id" | "_creationTime" | "orgId">;

/** A customer's message, already parsed. Addresses are normalised; ids have no brackets. */
export type InboundMessage = {
  orgId: Id<"organisations">;
  channel: Exclude<Channel, "webhook">;
  /** The mailbox or number it came in on. */
  inboxChannel: Doc<"channels"> | null;
  from: { address: string; name?: string };
  recipients: Doc<"messages">["recipients"];
  subject: string;
  text: string;
  /** What lists show of a message without words: its files are still to be fetched. */
  hint?: string;
  quotedText?: string;
  html?: string;
  files: StoredFile[];
  externalMessageId: string;
  inReplyTo: string[];
  /** Oldest first. */
  references: string[];
  plusTokens: string[];
  /** UTC ms by the sender's clock. */
  sentAt: number | null;
  /** The event that keeps a mail as it came. */
  rawEventId?: Id<"rawEvents">;
  /** The loop guard it met, or null for what a person wrote; automatic messages trigger nothing (providers.md 7.5). */
  automatic: string | null;
};

export type ReceivedMessage =
  | {
      kind: "stored";
      threadId: Id<"threads">;
      messageId: Id<"messages">;
      contactId: Id<"contacts"> | null;
      isNewThread: boolean;
      rule: ThreadingRule;
      /** Another message already had this Message-ID but said something else; both are kept. */
      isConflict: boolean;
      /** What the team is told of how it was put there. */
      notes: MailNote[];
    }
  | { kind: "known"; messageId: Id<"messages"> };

/**
 * Puts a customer's message where it belongs: contact by address, thread by `decideThread`, one row however often it
 * arrives (same Message-ID, sender, words and mailbox). A person's message reopens a closed thread (the assignee stays),
 * starts the response clock if none runs (sla), and is told to the other domains. Automatic mail is stored and shown, but
 * creates no contact, reopens nothing, starts no clock and emits nothing; and so is what a blocked sender writes.
 */
export async function receiveMessage(ctx: MutationCtx, arrived: InboundMessage): Promise<ReceivedMessage> {
  const now = Date.now();
  const isFromBlocked = await isBlocked(ctx, { ...arrived, address: arrived.from.address });
  // Kept as what a program sends, without bothering anybody.
  const inbound = isFromBlocked ? { ...arrived, automatic: arrived.automatic ?? "blocked" } : arrived;
  const contact = await senderContact(ctx, inbound);
  const evidence = await evidenceFor(ctx, inbound, contact?._id ?? null, now);
  const decision = decideThread(evidence);
  const target = decision.kind === "existing" ? decision.threadId : null;
  const namesakes = await messagesByRef(ctx, inbound.orgId, inbound.externalMessageId);
  const known = namesakes.find((message) => isSameMessage(message, inbound, target));
  if (known !== undefined) return { kind: "known", messageId: known._id };

  const { thread, sorted } =
    target === null
      ? await beginThread(ctx, inbound, contact, { now, isSpam: isFromBlocked })
      : { thread: await requireThread(ctx, inbound.orgId, target), sorted: null };
  const notes = await oddities(ctx, inbound, target === null ? null : thread, evidence.foreignNumber);
  const messageId = await insertIncoming(ctx, inbound, thread, contact, now);
  await tellSorted(ctx, thread, sorted);
  const group = isGrouped(inbound) ? [groupRef(inbound)] : [];
  const ancestors = [...inbound.references, ...inbound.inReplyTo, ...group];
  await recordRefs(
    ctx,
    { _id: messageId, orgId: inbound.orgId, threadId: thread._id },
    inbound.externalMessageId,
    ancestors,
  );
  const continued = await continueThread(ctx, inbound, thread, contact, now);
  if (inbound.automatic === null) {
    const after = target === null ? await ticketOfNew(ctx, continued) : continued;
    const subject = { threadId: thread._id, messageId, contactId: contact?._id };
    const { orgId, channel } = inbound;
    if (target === null) await emit(ctx, { orgId, kind: "thread.created", subject, payload: { channel } });
    else if (!thread.isOpen) await emit(ctx, { orgId, kind: "thread.reopened", subject, payload: { by: "customer" } });
    await emit(ctx, { orgId, kind: "message.received", subject, payload: { channel, rule: decision.rule } });
    await routeReceived(ctx, after, { isNew: target === null, wasOpen: thread.isOpen === true });
    const { from, sentAt } = inbound;
    if (contact !== null) await answerOutOfHours(ctx, after, contact, { address: from.address, sentAt });
  }
  return {
    kind: "stored",
    threadId: thread._id,
    messageId,
    contactId: contact?._id ?? null,
    isNewThread: target === null,
    rule: decision.rule,
    isConflict: namesakes.some((message) => !isSameMail(message, inbound)),
    notes,
  };
}

/** Who wrote. Automatic senders are looked up but never become customers. */
async function senderContact(ctx: MutationCtx, inbound: InboundMessage): Promise<Doc<"contacts"> | null> {
  const { orgId, channel, from, automatic } = inbound;
  const key = { orgId, channel, address: from.address };
  // A text is written by a person, a stop word too; only mail programs write by themselves.
  if (channel !== "email") await notePersonWrote(ctx, key, Date.now());
  if (automatic !== null) return await findByAddress(ctx, key);
  const address =
    channel === "email"
      ? { email: from.address }
      : channel === "sms"
        ? { phone: from.address }
        : { whatsapp: from.address };
  const contact = await resolveContact(ctx, { orgId, name: from.name, ...address });
  // The first message made the address known.
  if (channel !== "email") await notePersonWrote(ctx, key, Date.now());
  return contact;
}

async function evidenceFor(ctx: QueryCtx, inbound: InboundMessage, contactId: Id<"contacts"> | null, now: number) {
  const { orgId, channel, subject, inReplyTo, references } = inbound;
  const named = channel === "email" ? await threadByNumber(ctx, inbound, contactId) : null;
  const byToken = await threadByToken(ctx, orgId, inbound.plusTokens);
  return {
    matching: inbound.inboxChannel?.threading,
    byNumber: named?.candidate ?? null,
    foreignNumber: named !== null && named.candidate === null ? named.number : null,
    byGroup: isGrouped(inbound) ? await threadByGroup(ctx, inbound, now) : null,
    channel,
    channelId: inbound.inboxChannel?._id ?? null,
    contactId,
    subject,
    now,
    byToken: byToken === null ? null : await candidateOf(ctx, byToken),
    inReplyTo,
    references,
    byRef: await findRefs(ctx, orgId, [...references, ...inReplyTo]),
    recent: contactId === null ? [] : await recentThreads(ctx, contactId, now),
  };
}

/** Programs' mails only: people's are joined by what they answer. */
function isGrouped({ automatic, channel, inboxChannel, inReplyTo }: InboundMessage): boolean {
  return channel === "email" && automatic !== null && inReplyTo.length === 0 && inboxChannel?.threading === "grouped";
}

async function oddities(
  ctx: QueryCtx,
  inbound: InboundMessage,
  joined: Doc<"threads"> | null,
  foreignNumber: number | null,
): Promise<MailNote[]> {
  const { channel, subject, automatic } = inbound;
  if (channel !== "email") return [];
  if (joined === null) {
    const deleted = await deletedAnswered(ctx, inbound);
    if (deleted !== null) return [{ kind: "answers_deleted", detail: String(deleted) }];
    return foreignNumber === null ? [] : [{ kind: "foreign_number", detail: String(foreignNumber) }];
  }
  const before = await lastInboundSubject(ctx, joined);
  const isOther = automatic === null && isOtherSubject(subject, before) && isOtherSubject(subject, joined.subject);
  return isOther ? [{ kind: "other_subject", detail: stripSubject(subject) }] : [];
}

/** The number of the deleted conversation that a mail answers; null for none. */
async function deletedAnswered(
  ctx: QueryCtx,
  { orgId, plusTokens, references, inReplyTo }: InboundMessage,
): Promise<number | null> {
  const named = await threadByToken(ctx, orgId, plusTokens);
  const live = named === null ? null : await liveThread(ctx, named);
  if (live?.deleted !== undefined) return live.number;
  return await deletedByRef(ctx, orgId, [...references, ...inReplyTo]);
}

async function recentThreads(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  now: number,
): Promise<Candidate<Id<"threads">>[]> {
  const threads = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gte("lastMessageAt", now - SUBJECT_WINDOW_MS))
    .order("desc")
    .take(MAX_RECENT);
  const candidates = await Promise.all(threads.map((thread) => candidateOf(ctx, thread)));
  return candidates.filter((candidate) => candidate !== null);
}

/** Same id, sender, date and words, in the same mailbox or thread; or our own message that came back (product.md 2.1 no. 11). */
function isSameMessage(message: Doc<"messages">, inbound: InboundMessage, target: Id<"threads"> | null): boolean {
  if (message.messageType === "outgoing") return true;
  const isSamePlace = message.channelId === inbound.inboxChannel?._id || message.threadId === target;
  return isSamePlace && isSameMail(message, inbound);
}

/** The same mail, wherever it lies: another mailbox of the team may have it too. */
function isSameMail(message: Doc<"messages">, inbound: InboundMessage): boolean {
  const isSameSender =
    message.sender.kind === "contact"
      ? message.sender.address === inbound.from.address
      : message.sender.kind === "system" && message.sender.name === systemName(inbound);
  const isSameBody =
    message.text === inbound.text && message.quotedText === inbound.quotedText && message.html === inbound.html;
  // Rows of old have no date of their own.
  const isSameDate = message.sentAt === undefined || message.sentAt === inbound.sentAt;
  return isSameSender && isSameDate && isSameBody;
}

/** How a sender without a contact is called. */
function systemName({ from }: InboundMessage): string {
  return from.name ?? from.address;
}

async function insertIncoming(
  ctx: MutationCtx,
  inbound: InboundMessage,
  thread: Doc<"threads">,
  contact: Doc<"contacts"> | null,
  now: number,
): Promise<Id<"messages">> {
  const { orgId, channel, from, subject, text, quotedText, html, recipients, files } = inbound;
  const fileIds = await Promise.all(files.map((file) => recordFile(ctx, { ...file, orgId })));
  const at = timelineInstant(inbound.sentAt, now);
  const sender: Sender =
    contact === null
      ? { kind: "system", name: systemName(inbound) }
      : { kind: "contact", contactId: contact._id, address: from.address };
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId: thread._id,
    messageType: "incoming",
    channel,
    channelId: inbound.inboxChannel?._id,
    sender,
    recipients,
    ...(subject === "" ? {} : { subject }),
    text,
    quotedText,
    html,
    fileIds,
    externalMessageId: inbound.externalMessageId,
    rawEventId: inbound.rawEventId,
    ...(channel === "email" ? {} : { answersId: inbound.inReplyTo[0] }),
    sentAt: inbound.sentAt ?? undefined,
    isAutomatic: inbound.automatic !== null,
    at,
  });
  await noteFileNames(ctx, { orgId, messageId, at }, files);
  return messageId;
}

async function continueThread(
  ctx: MutationCtx,
  inbound: InboundMessage,
  thread: Doc<"threads">,
  contact: Doc<"contacts"> | null,
  now: number,
): Promise<Doc<"threads">> {
  const newest = {
    // Of its arrival, whatever the sender's clock says: late ones must not be read already, nor far down the list.
    lastMessageAt: now,
    ...((await isOvertaken(ctx, thread, timelineInstant(inbound.sentAt, now)))
      ? {}
      : { lastMessagePreview: previewOf(inbound.text) || (inbound.hint ?? ""), lastMessageType: "incoming" as const }),
  };
  if (inbound.automatic !== null) {
    return await patchThread(ctx, thread, newest);
  }
  const change = {
    ...newest,
    status: statusAfterCustomer(thread.status),
    // Who was not blocked and writes again is heard.
    isSpam: undefined,
    statusBeforeSpam: undefined,
    contactId: thread.contactId ?? contact?._id,
    channel: inbound.channel,
    channelId: inbound.inboxChannel?._id ?? thread.channelId,
  };
  const after = await patchThread(ctx, thread, change, "customer_wrote");
  await cancelAnswered(ctx, after);
  await noteAnswer(ctx, after);
  return after;
}

/** What the list shows is of the customer too and was written later: this one was held up on its way (product.md 2.2 no. 18). */
async function isOvertaken(ctx: QueryCtx, thread: Doc<"threads">, at: number): Promise<boolean> {
  if (thread.lastMessageType !== "incoming" || at >= thread.lastMessageAt) return false;
  const later = ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).gt("at", at).lte("at", thread.lastMessageAt))
    .order("desc");
  for await (const { messageType } of later) if (messageType === "incoming") return true;
  return false;
}

/** A customer's message ends waiting for the customer and reopens what was done; other work goes on. */
function statusAfterCustomer(status: ThreadStatus): ThreadStatus {
  return status === "waiting_customer" || status === "resolved" || status === "closed" ? "open" : status;
}
