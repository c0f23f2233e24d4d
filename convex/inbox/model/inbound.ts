import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { findChannel, ownChannelAt } from "../../connections/model";
import { mailSenders } from "../../connections/senders/model";
import { countryOfLocale, normaliseAddress, normaliseEmail } from "../../contacts/addresses";
import { addAddress, findByAddress } from "../../contacts/model";
import type { StatusReport } from "../../delivery/providers/types";
import { noteInbound } from "../../delivery/windows/model";
import type { MailNote } from "../../intake/email/notes";
import type { SenderProof } from "../../intake/email/source";
import { finishRawEvent } from "../../intake/model";
import type { InboundText } from "../../intake/text/parseSandbox";
import { requireOrg } from "../../orgs/model";
import { noteReaction } from "../chats/model";
import { noteOwnMail, tellMailNotes } from "../mail/model";
import { receiveOwnAnswer, type OwnAnswer } from "../mail/model/ownAnswer";
import { numberOf } from "./mailboxes";
import { fileHint, requestMedia } from "./media";
import { automaticByMail, followMailOptOut, readMailOptOut } from "./mailOptOut";
import { automaticBy, followOptIntent, readOptIntent } from "./optWords";
import { believeReports, keepReports } from "./mailReports";
import { receiveMessage, type InboundMessage, type ReceivedMessage, type StoredFile } from "./receive";

/** A parsed e-mail as the job hands it over: files are in storage already. */
export type ParsedInboundEmail = Pick<
  InboundMessage,
  | "subject"
  | "text"
  | "quotedText"
  | "html"
  | "files"
  | "inReplyTo"
  | "references"
  | "plusTokens"
  | "sentAt"
  | "automatic"
  | "recipients"
> & {
  from: { address: string; name?: string } | null;
  /** Its From, whoever that is, and whether mail servers vouch for it. */
  author: { address: string; name?: string };
  proof: SenderProof;
  /** It asks for answers at a conversation of ours: we sent it. */
  isReturned: boolean;
  messageId: string;
  /** What the mail says of messages of ours. */
  reports: StatusReport[];
  /** What was out of the ordinary about it. */
  notes: MailNote[];
};

/** Which of the mailboxes a mail came to it is put into now; null: none. */
type MailPlace = { mailboxId: Id<"channels"> | null; isLast: boolean };

/**
 * Receives the e-mail of a raw event in one mailbox and, with the last, finishes the event, in one transaction. True when
 * the event is finished. Files of a mail that is not kept (our
 * own, known already, a report about a message that is in no thread) are removed from storage. What it reports about
 * messages of ours becomes a raw event of its own.
 */
export async function receiveEmail(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  { from, messageId, reports, notes, author, proof, isReturned, ...email }: ParsedInboundEmail,
  { mailboxId, isLast }: MailPlace,
): Promise<boolean> {
  const asOwn = { ...email, author, proof, isReturned, messageId, isFromOurs: from === null };
  const own = event.state.kind === "processed" ? null : await receiveOwnAnswer(ctx, event, asOwn, mailboxId);
  if (own?.kind === "answer" || own?.kind === "known") return await endOwn(ctx, event, own, email.files, isLast);
  const unproven: MailNote[] = own === null ? [] : [{ kind: "unproven_colleague", detail: author.address }];
  if (event.state.kind === "processed" || from === null) {
    if (from === null) await noteOwnMail(ctx, event.orgId, { messageId, ...email });
    if (own !== null) await tellMailNotes(ctx, event.orgId, own, unproven);
    await removeFiles(ctx, email.files);
    await finishRawEvent(ctx, event._id, { kind: "processed", result: "ignored: sent by ourselves" });
    return true;
  }
  const { orgId } = event;
  const { believed, isInThread } = await believeReports(ctx, orgId, reports);
  if (believed.length > 0) await keepReports(ctx, event, messageId, believed);
  // Thousands of journeys' mails can bounce: what no thread waits for is on the message, not in the inbox.
  if (believed.length > 0 && !isInThread) {
    await removeFiles(ctx, email.files);
    await finishRawEvent(ctx, event._id, { kind: "processed", result: `report about ${believed[0]?.reference}` });
    return true;
  }
  const optOut = await readMailOptOut(ctx, { orgId, ...email });
  const received = await receiveMessage(ctx, {
    ...email,
    automatic: email.automatic ?? automaticByMail(optOut),
    orgId,
    channel: "email",
    inboxChannel: mailboxId === null ? null : await findChannel(ctx, orgId, mailboxId),
    from: { ...from, address: comparableEmail(from.address) },
    externalMessageId: messageId,
    rawEventId: event._id,
    references: [...email.references, ...reports.flatMap(({ providerMessageId }) => providerMessageId ?? [])],
  });
  if (received.kind === "known") await removeFiles(ctx, email.files);
  else {
    const told: MailNote[] = [...notes, ...received.notes, ...unproven];
    if (received.isConflict) told.push({ kind: "reused_id" });
    await tellMailNotes(ctx, orgId, received, told);
    await followMailOptOut(ctx, { orgId, address: comparableEmail(from.address), text: email.text }, optOut, received);
  }
  if (isLast) await finishRawEvent(ctx, event._id, { kind: "processed", result: resultOf(received) });
  return isLast;
}

/** A colleague's answer from another mail program is there, once, whichever of our mailboxes it came to. */
async function endOwn(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  own: Exclude<OwnAnswer, { kind: "unproven" }>,
  files: readonly StoredFile[],
  isLast: boolean,
): Promise<boolean> {
  if (own.kind === "known") await removeFiles(ctx, files);
  const result = own.kind === "answer" ? `answer of our own in thread ${own.threadId}` : "ignored: sent by ourselves";
  if (isLast) await finishRawEvent(ctx, event._id, { kind: "processed", result });
  return isLast;
}

/**
 * Receives the text message of a raw event, honours an opt-out word, asks for its files, opens the WhatsApp window, and
 * finishes the event, in one transaction.
 */
export async function receiveText(ctx: MutationCtx, event: Doc<"rawEvents">, message: InboundText): Promise<void> {
  if (event.state.kind === "processed") return;
  if (message.reaction !== undefined) return await receiveReaction(ctx, event, message);
  const { orgId } = event;
  const org = await requireOrg(ctx, orgId);
  const country = countryOfLocale(org.locale);
  const inboxChannel = await numberOf(ctx, event, message, country);
  const address = normaliseAddress(message.channel, message.from, country) ?? message.from.trim();
  const opt = { orgId, channel: message.channel, address, text: message.text };
  const asked = { ...opt, handledByProvider: message.handledByProvider };
  const intent = await readOptIntent(ctx, asked, Date.now());
  const received = await receiveMessage(ctx, {
    orgId,
    channel: message.channel,
    inboxChannel,
    from: { address, name: message.fromName },
    recipients: inboxChannel?.address === undefined ? [] : [{ kind: "to", address: inboxChannel.address }],
    subject: "",
    text: message.text,
    hint: fileHint(message.media),
    files: [],
    externalMessageId: message.messageId,
    inReplyTo: message.inReplyTo === undefined ? [] : [message.inReplyTo],
    references: [],
    plusTokens: [],
    sentAt: message.sentAt,
    automatic: automaticBy(intent),
  });
  if (received.kind === "stored") await followOptIntent(ctx, asked, intent, received);
  if (received.kind === "stored") await followText(ctx, event, message, received);
  await finishRawEvent(ctx, event._id, { kind: "processed", result: resultOf(received) });
}

/**
 * A reaction stands at its message and is none: it opens, reopens and answers nothing. It opens WhatsApp's window as a
 * message does (providers.md 13.4).
 */
async function receiveReaction(
  ctx: MutationCtx,
  event: Doc<"rawEvents">,
  { channel, from, inReplyTo, reaction = "", sentAt }: InboundText,
): Promise<void> {
  const { orgId, sourceId } = event;
  const at = sentAt ?? Date.now();
  const country = countryOfLocale((await requireOrg(ctx, orgId)).locale);
  const address = normaliseAddress(channel, from, country) ?? from.trim();
  const contact = await findByAddress(ctx, { orgId, channel, address });
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  if (inReplyTo !== undefined) await noteReaction(ctx, { orgId, targetId: inReplyTo, emoji: reaction, at });
  if (contact !== null && connectionId !== null)
    await noteInbound(ctx, { orgId, contactId: contact._id, connectionId, at });
  await finishRawEvent(ctx, event._id, { kind: "processed", result: `reaction to ${inReplyTo ?? "nothing"}` });
}

/** What a stored text brings with it: another address of the person, files to fetch, a WhatsApp window. */
async function followText(
  ctx: MutationCtx,
  { orgId, sourceId }: Doc<"rawEvents">,
  { channel, userId, media = [], sentAt }: InboundText,
  { messageId, contactId }: Extract<ReceivedMessage, { kind: "stored" }>,
): Promise<void> {
  if (contactId !== null && userId !== undefined) {
    await addAddress(ctx, { orgId, contactId, channel: "whatsapp", address: userId });
  }
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  if (connectionId === null) return;
  await requestMedia(ctx, { orgId, connectionId, messageId }, media);
  if (channel === "whatsapp" && contactId !== null) {
    await noteInbound(ctx, { orgId, contactId, connectionId, at: sentAt ?? Date.now() });
  }
}

/** Those of `addresses` that are the organisation's own: an inbox channel's, or the sender of a connection. */
export async function ownAddresses(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  addresses: readonly string[],
): Promise<string[]> {
  const senders = (await mailSenders(ctx, orgId)).map(comparableEmail);
  const own: string[] = [];
  for (const address of addresses) {
    const channel = await ownChannelAt(ctx, orgId, comparableEmail(address));
    if (channel !== null || senders.includes(comparableEmail(address))) own.push(address);
  }
  return own;
}

function comparableEmail(address: string): string {
  return normaliseEmail(address) ?? address.trim().toLowerCase();
}

async function removeFiles(ctx: MutationCtx, files: readonly StoredFile[]): Promise<void> {
  for (const { storageId } of files) await ctx.storage.delete(storageId);
}

function resultOf(received: ReceivedMessage): string {
  if (received.kind === "known") return `known message ${received.messageId}`;
  const { threadId, isNewThread, rule, isConflict } = received;
  const place = isNewThread ? `new thread ${threadId} (${rule})` : `thread ${threadId} by ${rule}`;
  return isConflict ? `${place}; another message has the same Message-ID` : place;
}
