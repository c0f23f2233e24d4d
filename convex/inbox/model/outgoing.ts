import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { channelFor, connectionsFor, listChannels, requireChannel } from "../../connections/model";
import type { MessageContent, Threading } from "../../delivery/schema";
import { SYNTHETIC_ID_DOMAIN } from "../../intake/email/inboundEmail";
import { replySubject } from "../../intake/email/subject";
import { randomToken } from "../../lib/crypto";
import { clockTime, localDay } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import type { Envelope } from "../recipients/rules";
import { forwardQuote, forwardSubject } from "../sending/forward";
import { htmlOfText, simpleHtml } from "../simpleHtml";
import { cappedReferences } from "../threading";
import { senderName } from "./lists";

/** Messages of a thread looked at for its References and its last subject. */
const MAX_CHAIN = 60;

type FinishedContent = Extract<MessageContent, { kind: "finished" }>;

/** What a member wrote, ready to be put into a message. */
export type Words = { text: string; html: string | undefined; fileIds: Id<"files">[] };

/** What leaves, with the words it passes on apart: the timeline folds them. */
export type Outgoing = { content: FinishedContent; threading?: Threading; quotedText?: string };

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
  { envelope, from }: { envelope: Envelope | null; from?: string | undefined },
): Promise<Outgoing> {
  const now = Date.now();
  const newest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id))
    .order("desc")
    .take(MAX_CHAIN);
  // What is planned has not left: nobody knows its id.
  const chain = newest.filter(({ at }) => at <= now);
  const inbound = chain.find((message) => message.messageType === "incoming" && !message.isAutomatic);
  const ids = chain
    .toReversed()
    .flatMap(({ externalMessageId: id }) => (id === undefined || isSynthetic(id) ? [] : [id]));
  const parent = inbound?.externalMessageId;
  const isFirst = ids.length === 0 && inbound === undefined;
  const subject = isFirst ? thread.subject : replySubject(inbound?.subject ?? thread.subject);
  const ways = await waysBack(ctx, thread, from);
  return {
    content: { ...finished(words, envelope), subject },
    threading: {
      ...ways,
      inReplyTo: parent === undefined || isSynthetic(parent) ? ids.at(-1) : parent,
      references: cappedReferences(ids),
    },
  };
}

/** A mail that passes a message on to somebody else, quoted below the words; the answer comes back to the thread. */
export async function forwardContent(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  words: Words,
  { envelope, from }: { envelope: Envelope; from?: string | undefined },
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
    text: [text, quotedText ?? ""].filter((part) => part !== "").join("\n\n"),
    html,
  });
  const { html: own = htmlOfText(words.text), ...content } = finished(words, envelope);
  return {
    content: {
      ...content,
      subject: forwardSubject(subject),
      text: [words.text, quote.text].filter((part) => part !== "").join("\n\n"),
      html: `${own}${quote.html}`,
    },
    threading: { ...(await waysBack(ctx, thread, from)), references: [] },
    quotedText: quote.text,
  };
}

function finished({ text, html, fileIds }: Words, envelope: Envelope | null): FinishedContent {
  const [, ...to] = envelope?.to ?? [];
  const { cc = [], bcc = [] } = envelope ?? {};
  const hasCopies = to.length + cc.length + bcc.length > 0;
  return {
    kind: "finished",
    text,
    html: html === undefined ? htmlOfText(text) : simpleHtml(html),
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
