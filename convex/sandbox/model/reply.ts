import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { channelFor } from "../../connections/model";
import { storeRawEvent } from "../../intake/model";
import type { Channel, ChannelType } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { ANSWER_PAUSE_MS } from "../behaviour";
import { rawEmail, replySubject } from "../mime";
import { newestMessage } from "./devices";

/** More than a customer types on a phone; keeps the raw mail within one row. */
const MAX_REPLY_CHARS = 4_000;

/** How far back the message that is being answered is looked for. */
const MAX_DEVICE_MESSAGES = 200;

/** The inbox channel that receives what comes in on a channel. */
const INBOX_CHANNEL: Record<Exclude<Channel, "webhook">, ChannelType> = {
  email: "email_outlook",
  sms: "sms",
  whatsapp: "whatsapp_business",
};

type DeviceReply = {
  orgId: Id<"organisations">;
  address: string;
  channel: Channel;
  text: string;
  inReplyTo?: Id<"sandboxMessages">;
  /** The customer chose that one to quote it. */
  isQuote?: boolean;
};

/**
 * The customer writes on a device. It enters through the same intake as a real message: SMS and WhatsApp as the
 * provider's event, e-mail as raw MIME. Throws `invalid` for an empty or overlong text or a channel nobody writes on,
 * `not_found` when `inReplyTo` lies on another device or belongs to another organisation.
 */
export async function replyFromDevice(ctx: MutationCtx, reply: DeviceReply): Promise<Id<"sandboxMessages">> {
  const { orgId, address, channel, text } = reply;
  if (channel === "webhook") throw appError("invalid", "Nobody writes back over a webhook.", { field: "channel" });
  if (text.trim() === "") throw appError("invalid", "Write something first.", { field: "text" });
  if (text.length > MAX_REPLY_CHARS) {
    throw appError("invalid", `A device sends at most ${MAX_REPLY_CHARS} characters.`, { field: "text" });
  }
  const answered = await answeredMessage(ctx, reply);
  const at = Date.now();
  const quotedId = channel === "whatsapp" && reply.isQuote === true ? answered?.providerMessageId : undefined;
  // Somebody who wrote first has nothing to answer to, but their device knows them.
  const name = answered?.name ?? (await newestMessage(ctx, orgId, address))?.name;
  const id = await ctx.db.insert("sandboxMessages", {
    orgId,
    channel,
    address,
    direction: "from_customer",
    name,
    text,
    at,
    quotedId,
    subject: channel === "email" ? replySubject(answered?.subject ?? "") : undefined,
    providerMessageId: "",
  });
  const providerMessageId = `device-${id}`;
  await ctx.db.patch("sandboxMessages", id, { providerMessageId });
  const inboxChannel = await channelFor(ctx, orgId, INBOX_CHANNEL[channel]);
  const body =
    channel === "email"
      ? await emailBody(ctx, id, answered, inboxChannel)
      : JSON.stringify({ from: address, text, channel, providerMessageId, at, inReplyTo: quotedId });
  await storeRawEvent(ctx, {
    orgId,
    kind: channel === "email" ? "email_raw" : "sms_sandbox",
    sourceId: inboxChannel?._id ?? "sandbox",
    dedupeKey: providerMessageId,
    body: { kind: "text", text: body },
  });
  return id;
}

/**
 * The customer's scripted answer to a message. Nothing happens where the message is gone, or the customer wrote on that
 * channel a moment ago: what the organisation says to an answer is not answered again.
 */
export async function answerFromDevice(
  ctx: MutationCtx,
  { orgId, messageId, text }: { orgId: Id<"organisations">; messageId: Id<"sandboxMessages">; text: string },
): Promise<void> {
  const message = await ctx.db.get("sandboxMessages", messageId);
  if (message === null || message.orgId !== orgId) return;
  const { address, channel } = message;
  const recent = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_device", (q) =>
      q
        .eq("orgId", orgId)
        .eq("address", address)
        .gt("at", Date.now() - ANSWER_PAUSE_MS),
    )
    .order("desc")
    .take(MAX_DEVICE_MESSAGES);
  if (recent.some((each) => each.direction === "from_customer" && each.channel === channel)) return;
  await replyFromDevice(ctx, { orgId, address, channel, text, inReplyTo: messageId });
}

async function answeredMessage(ctx: QueryCtx, { orgId, address, channel, inReplyTo }: DeviceReply) {
  if (inReplyTo !== undefined) {
    const message = await ctx.db.get("sandboxMessages", inReplyTo);
    if (message === null || message.orgId !== orgId || message.address !== address) {
      throw appError("not_found", "This message is not on the device.", { field: "inReplyTo" });
    }
    return message;
  }
  const recent = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_device", (q) => q.eq("orgId", orgId).eq("address", address))
    .order("desc")
    .take(MAX_DEVICE_MESSAGES);
  return recent.find((message) => message.direction === "to_customer" && message.channel === channel) ?? null;
}

async function emailBody(
  ctx: MutationCtx,
  id: Id<"sandboxMessages">,
  answered: Doc<"sandboxMessages"> | null,
  inboxChannel: Doc<"channels"> | null,
): Promise<string> {
  const reply = await ctx.db.get("sandboxMessages", id);
  const to = answered?.replyTo || inboxChannel?.address;
  if (reply === null || to === undefined) {
    throw appError("invalid", "This workspace has no e-mail address to write to.", { field: "channel" });
  }
  const messageId = `${id}@device.sandbox.invalid`;
  const parent = answered?.messageId;
  const references = parent === undefined ? [] : [...(answered?.references ?? []), parent];
  await ctx.db.patch("sandboxMessages", id, { messageId, references });
  const { address, name, subject = "", text, at } = reply;
  return rawEmail({ from: { address, name }, to, subject, text, messageId, inReplyTo: parent, references, at });
}
