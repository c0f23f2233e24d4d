import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { channelFor, connectionsFor, listChannels, requireChannel } from "../../connections/model";
import { requireContact } from "../../contacts/model";
import type { MessageContent, Threading } from "../../delivery/schema";
import { SYNTHETIC_ID_DOMAIN } from "../../intake/email/inboundEmail";
import { replySubject } from "../../intake/email/subject";
import { randomToken } from "../../lib/crypto";
import { customerLanguage } from "../../lib/languages";
import { clockTime, localDay } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import type { Envelope } from "../recipients/rules";
import { forwardQuote, forwardSubject } from "../sending/forward";
import { answerSettings } from "../sending/model/settings";
import { replyQuote } from "../sending/quote";
import { htmlOfText, simpleHtml } from "../simpleHtml";
import { cappedReferences } from "../threading";
import { senderName } from "./senderName";

/** Messages of a thread looked at for its References and its last subject. */
const MAX_CHAIN = 60;

type FinishedContent = Extract<MessageContent, { kind: "finished" }>;

/** What a member wrote, ready to be put into a message. */
export type Words = {
  text: string;
  html: string | undefined;
  fileIds: Id<"files">[];
  /** Which of the files stand between the words, by Content-ID. */
  pictures?: ReadonlySet<string> | undefined;
};

/** What leaves, with the words it repeats or passes on apart: the timeline folds them. */
export type Outgoing = {
  content: FinishedContent;
  /** What is shown of it: its own words. Absent: their plain text. */
  html?: string | undefined;
  threading?: Threading;
  quotedText?: string | undefined;
};

type Person = { contactId: Id<"contacts">; address: string };

/** Who gets a mail, and what it comes from. */
export type MailRoute = {
  envelope: Envelope | null;
  /** Whose mail it answers, which it repeats; absent: nothing is repeated. */
  addressee?: Person | undefined;
  from?: string | undefined;
};

/** An answer on a channel without subjects or copies. */
export function plainContent({ text, fileIds }: Words): Outgoing {
  return { content: { kind: "finished", text, fileIds } };
}

/**
 * A mail that stays in the customer's conversation: subject after their last one, Message-ID, In-Reply-To and References,
 * and a Reply-To that brings the answer back (providers.md 7.4).
 */
export async function mailContent(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  words: Words,
  { envelope, from, addressee }: MailRoute,
): Promise<Outgoing> {
  const now = Date.now();
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .order("desc")
    .take(MAX_CHAIN);
  // What is planned has not left: nobody knows its id.
  const chain = newest.filter(({ at, channel }) => at <= now && channel === "email");
  const inbound = chain.find((message) => message.messageType === "incoming" && !message.isAutomatic);
  const ids = chain
    .toReversed()
    .flatMap(({ externalMessageId: id }) => (id === undefined || isSynthetic(id) ? [] : [id]));
  const parent = inbound?.externalMessageId;
  const isFirst = ids.length === 0 && inbound === undefined;
  const subject = isFirst ? thread.subject : replySubject(inbound?.subject ?? thread.subject);
  const ways = await waysBack(ctx, thread, from);
  const content = { ...finished(words, envelope), subject };
  const answered = addressee && chain.find((message) => isSharedWith(message, addressee));
  const quote = answered === undefined ? null : await quoteOf(ctx, thread, answered);
  return {
    ...(quote === null ? { content } : { content: withQuote(content, quote), quotedText: quote.text }),
    html: content.html,
    threading: {
      ...ways,
      inReplyTo: parent === undefined || isSynthetic(parent) ? ids.at(-1) : parent,
      references: cappedReferences(ids),
    },
  };
}

/**
 * Whether a person has that message already: they wrote it or got it. What was passed on to others, what those answered
 * and what the team says among itself is in the same conversation and nobody else's to read.
 */
function isSharedWith(message: Doc<"messages">, { contactId, address }: Person): boolean {
  const { messageType, channel, isAutomatic, isForward, heldUntil, purgedAt, sender, recipients } = message;
  if (channel !== "email" || isAutomatic || isForward === true) return false;
  if (heldUntil !== undefined || purgedAt !== undefined) return false;
  if (messageType !== "incoming" && messageType !== "outgoing") return false;
  const isTheirs = sender.kind === "contact" && (sender.contactId === contactId || sender.address === address);
  return isTheirs || recipients.some((each) => each.address === address);
}

async function quoteOf(ctx: QueryCtx, thread: Doc<"threads">, message: Doc<"messages">) {
  const { quotesEarlier } = await answerSettings(ctx, thread.orgId);
  if (!quotesEarlier) return null;
  const { timezone, locale: usual } = await requireOrg(ctx, thread.orgId);
  const contact = thread.contactId === undefined ? null : await requireContact(ctx, thread.orgId, thread.contactId);
  const { sender, at, text, quotedText, html } = message;
  const address = sender.kind === "contact" ? sender.address : message.from;
  const mail = { name: await senderName(ctx, message), address, at, text, quotedText, html };
  return replyQuote(mail, { language: customerLanguage(contact?.locale ?? usual), timezone });
}

function withQuote(content: FinishedContent, quote: { text: string; html: string }): FinishedContent {
  return {
    ...content,
    text: [content.text, quote.text].filter((part) => part !== "").join("\n\n"),
    html: `${content.html ?? htmlOfText(content.text)}${quote.html}`,
  };
}

/** A mail that passes a message on to somebody else, quoted below the words; the answer comes back to the thread. */
export async function forwardContent(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  words: Words,
  { envelope, from }: Omit<MailRoute, "addressee">,
  message: Doc<"messages">,
): Promise<Outgoing> {
  const { timezone } = await requireOrg(ctx, thread.orgId);
  const { recipients, sender, text, quotedText, html } = message;
  const address = sender.kind === "contact" ? ` <${sender.address}>` : "";
  const subject = message.subject ?? thread.subject;
  const quote = forwardQuote({
    from: `${await senderName(ctx, message)}${address}`,
    date: `${localDay(message.at, timezone).date} ${clockTime(message.at, timezone)}`,
    subject,
    to: recipients
      .filter(({ kind }) => kind !== "bcc")
      .map((each) => each.address)
      .join(", "),
    text,
    quotedText,
    html,
  });
  return {
    content: { ...withQuote(finished(words, envelope), quote), subject: forwardSubject(subject) },
    threading: { ...(await waysBack(ctx, thread, from)), references: [] },
    quotedText: quote.text,
  };
}

function finished({ text, html, fileIds, pictures }: Words, envelope: Envelope | null): FinishedContent {
  const [, ...to] = envelope?.to ?? [];
  const { cc = [], bcc = [] } = envelope ?? {};
  const hasCopies = to.length + cc.length + bcc.length > 0;
  return {
    kind: "finished",
    text,
    html: html === undefined ? htmlOfText(text) : simpleHtml(html, pictures),
    fileIds,
    ...(hasCopies ? { copies: { to, cc, bcc } } : {}),
  };
}

// Answers go where mail is received: to the sender's domain if a mailbox of ours is there, else to the conversation's.
async function waysBack(ctx: QueryCtx, thread: Doc<"threads">, from: string | undefined) {
  const sending = from?.split("@")[1];
  const mailboxes = sending === undefined ? [] : await listChannels(ctx, thread.orgId);
  const isReceiving = mailboxes.some(({ address, isActive }) => isActive && address?.split("@")[1] === sending);
  const domain = isReceiving ? sending : (await addressOfChannel(ctx, thread))?.split("@")[1];
  return {
    messageId: `${randomToken()}@${sending ?? domain ?? SYNTHETIC_ID_DOMAIN}`,
    replyTo: domain === undefined ? undefined : `reply+${thread.replyToken}@${domain}`,
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
