import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { findChannel, listChannels, ownChannelAt, requireChannel } from "../../connections/model";
import { lastSystemMessageAt } from "../../delivery/model/answers";
import { enqueue } from "../../delivery/model";
import { appError } from "../../lib/errors";
import { isOnCustomerChannel, type Channel } from "../../lib/closedSets";
import { rateLimiter } from "../../lib/rateLimits";
import { requireCalendar } from "../../orgs/calendars/model";
import { defaultCalendar, requireOrg } from "../../orgs/model";
import { mailContent, plainContent } from "../model/outgoing";
import { aliasOf } from "../senders/model";
import { recordRefs } from "../model/refs";
import { filledText, MAX_TEXT_CHARS, noAnswer, ONCE_PER_MS, opening, textFor } from "./rules";
import type { AutoText } from "./schema";
import { TEXT_LANGUAGES } from "./texts";

/** What the queue calls where such an answer comes from (requirement S1, "Auto-Responses"). */
const SOURCE = "Auto-Response";
/** Messages of a conversation among which the team's last answer is looked for. */
const MAX_LATEST = 20;

/** The channels customers write to, by their type in the inbox. */
const ANSWERING: Partial<Record<Doc<"channels">["channelType"], Channel>> = {
  email_outlook: "email",
  sms: "sms",
  whatsapp_business: "whatsapp",
};

export type AutoResponse = Pick<Doc<"autoResponses">, "isEnabled" | "texts"> & { calendarId: Id<"calendars"> | null };

async function responseOf(ctx: QueryCtx, channelId: Id<"channels">): Promise<Doc<"autoResponses"> | null> {
  return await ctx.db
    .query("autoResponses")
    .withIndex("by_channel", (q) => q.eq("channelId", channelId))
    .unique();
}

/** What each channel that customers write to answers by itself while nobody works. */
export async function listResponses(ctx: QueryCtx, orgId: Id<"organisations">) {
  const channels = (await listChannels(ctx, orgId)).filter(({ channelType }) => ANSWERING[channelType] !== undefined);
  return await Promise.all(
    channels.map(async ({ _id: channelId }) => {
      const row = await responseOf(ctx, channelId);
      return {
        channelId,
        isEnabled: row?.isEnabled ?? false,
        calendarId: row?.calendarId ?? null,
        texts: row?.texts ?? [],
      };
    }),
  );
}

/** Sets what a channel answers. Throws `not_found` for another organisation's, `invalid` with the field. */
export async function setResponse(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  channelId: Id<"channels">,
  { isEnabled, calendarId, texts }: AutoResponse,
): Promise<void> {
  const channel = await requireChannel(ctx, orgId, channelId);
  if (ANSWERING[channel.channelType] === undefined) {
    throw appError("invalid", "Nobody writes to this channel.", { field: "channelId" });
  }
  if (calendarId !== null) await requireCalendar(ctx, orgId, calendarId);
  const written = texts
    .map(({ language, text }) => ({ language, text: text.trim() }))
    .filter(({ text }) => text !== "");
  checkTexts(written, isEnabled);
  await keepResponse(ctx, orgId, channelId, { isEnabled, calendarId, texts: written });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "channel.auto_response_set",
    subject: { table: "channels", id: channelId },
    details: { isEnabled, languages: written.map(({ language }) => language).join(", ") },
  });
}

/** Keeps what a channel answers, in the place of what it answered before; the caller has checked it. */
export async function keepResponse(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
  { calendarId, ...response }: AutoResponse,
): Promise<void> {
  const row = await responseOf(ctx, channelId);
  const fields = { ...response, calendarId: calendarId ?? undefined };
  if (row === null) await ctx.db.insert("autoResponses", { orgId, channelId, ...fields });
  else await ctx.db.patch("autoResponses", row._id, fields);
}

/** Forgets what a channel answered. */
export async function removeResponse(ctx: MutationCtx, channelId: Id<"channels">): Promise<void> {
  const row = await responseOf(ctx, channelId);
  if (row !== null) await ctx.db.delete("autoResponses", row._id);
}

function checkTexts(texts: readonly AutoText[], isEnabled: boolean): void {
  if (isEnabled && texts.length === 0) throw appError("invalid", "Write what is answered.", { field: "texts" });
  if (new Set(texts.map(({ language }) => language)).size < texts.length || texts.length > TEXT_LANGUAGES.length) {
    throw appError("invalid", "One text for each language.", { field: "texts" });
  }
  if (texts.some(({ text }) => text.length > MAX_TEXT_CHARS)) {
    throw appError("invalid", `A text may have ${MAX_TEXT_CHARS} characters.`, { field: "texts" });
  }
}

/** What a customer who wrote at this moment would read, and whether they would: the hours are those of the calendar. */
export async function previewOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { calendarId, text }: { calendarId: Id<"calendars"> | null; text: AutoText },
) {
  const calendar = await calendarOf(ctx, orgId, calendarId);
  const { isOpen, opensAt } = opening(calendar, Date.now());
  return { isOpen, opensAt, text: filledText(text, { name: "", opensAt, timezone: calendar.timezone }) };
}

async function calendarOf(ctx: QueryCtx, orgId: Id<"organisations">, calendarId: Id<"calendars"> | null) {
  return calendarId === null ? await defaultCalendar(ctx, orgId) : await requireCalendar(ctx, orgId, calendarId);
}

/** A customer's message that a person wrote, as it was put into its conversation. */
export type Arrived = { address: string; sentAt: number | null };

/**
 * Answers a customer who writes while nobody works (product.md A-53): once a day and channel, never one of our own
 * addresses, and not more in an hour than the channel may. The answer is no answer of the team: the deadline runs on, the
 * conversation stays as it was. Delivery asks for consent, suppressions and WhatsApp's window as for every message.
 */
export async function answerOutOfHours(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  contact: Doc<"contacts">,
  { address, sentAt }: Arrived,
): Promise<void> {
  if (!isOnCustomerChannel(thread)) return;
  const { orgId, channelId, channel } = thread;
  const response = channelId === undefined ? null : await responseOf(ctx, channelId);
  if (response?.isEnabled !== true || channelId === undefined || thread.isSpam === true) return;
  const mailbox = await findChannel(ctx, orgId, channelId);
  if (mailbox?.isActive !== true || (await ownChannelAt(ctx, orgId, address)) !== null) return;
  const now = Date.now();
  const calendar = await calendarOf(ctx, orgId, response.calendarId ?? null);
  const { isOpen, opensAt } = opening(calendar, now);
  const facts = {
    now,
    sentAt,
    isOpen,
    memberAnsweredAt: isOpen ? null : await memberAnsweredAt(ctx, thread._id, now),
    autoAnsweredAt: isOpen
      ? null
      : await lastSystemMessageAt(ctx, contact._id, { name: SOURCE, channel }, now - ONCE_PER_MS),
  };
  if (noAnswer(facts) !== null) return;
  const org = await requireOrg(ctx, orgId);
  const chosen = textFor(response.texts, [contact.locale, org.locale]);
  if (chosen === null) return;
  // Whatever goes wrong with all of the above: so many in an hour, and then silence.
  if (!(await rateLimiter.limit(ctx, "autoResponse", { key: channelId })).ok) return;
  const text = filledText(chosen, { name: contact.name, opensAt, timezone: calendar.timezone });
  const words = { text, html: undefined, fileIds: [] };
  const { content, threading } =
    channel === "email" ? await mailContent(ctx, thread, words, { envelope: null }) : plainContent(words);
  const messageId = await ctx.db.insert("messages", {
    orgId,
    threadId: thread._id,
    messageType: "auto_response",
    channel,
    channelId,
    sender: { kind: "system", name: org.name },
    recipients: [{ kind: "to", address }],
    subject: content.subject,
    text,
    html: content.html,
    fileIds: [],
    externalMessageId: threading?.messageId,
    deliveryStatus: "pending",
    isAutomatic: true,
    at: now,
  });
  if (threading?.messageId !== undefined) {
    await recordRefs(ctx, { _id: messageId, orgId, threadId: thread._id }, threading.messageId);
  }
  const { queueId } = await enqueue(ctx, {
    orgId,
    // Somebody has just written: what waits for the morning is worth nothing any more.
    lane: "critical",
    channel,
    contactId: contact._id,
    to: { [channel]: address },
    from: await aliasOf(ctx, mailbox),
    preferredConnectionId: mailbox.connectionId,
    purpose: "service",
    source: { kind: "system", name: SOURCE, threadId: thread._id, messageId },
    content,
    threading,
    dueAt: now,
    expiresAt: opensAt ?? undefined,
    idempotencyKey: `auto_response:${messageId}`,
  });
  await ctx.db.patch("messages", messageId, { queueId });
}

async function memberAnsweredAt(ctx: QueryCtx, threadId: Id<"threads">, now: number): Promise<number | null> {
  const latest = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("at", now))
    .order("desc")
    .take(MAX_LATEST);
  return latest.find(({ messageType, sender }) => messageType === "outgoing" && sender.kind === "member")?.at ?? null;
}
