import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { messageByProviderId } from "../../delivery/model";
import { MESSAGE_STATES } from "../../delivery/schema";
import { vChannel } from "../../lib/closedSets";

/** Devices and messages the phone wall shows. A demo has a handful; the newest are what one looks at. */
const MAX_DEVICES = 50;
const MAX_DEVICE_MESSAGES = 200;
const PREVIEW_CHARS = 120;

export const vDevice = v.object({
  address: v.string(),
  channel: vChannel,
  contactName: v.string(),
  lastAt: v.number(),
  preview: v.string(),
});

export const vDeviceMessage = v.object({
  id: v.id("sandboxMessages"),
  direction: literals("to_customer", "from_customer"),
  channel: vChannel,
  subject: v.optional(v.string()),
  /** Of a mail: the address it says it is from. */
  from: v.optional(v.string()),
  text: v.string(),
  html: v.optional(v.string()),
  at: v.number(),
  ourReaction: v.optional(v.string()),
  customerReaction: v.optional(v.string()),
  /** What it quotes, as far as that is on the device. */
  quoted: v.optional(v.string()),
  status: v.optional(literals(...MESSAGE_STATES)),
});

/** The devices that got or wrote something, newest first. A device is an address: SMS and WhatsApp share a phone. */
export async function listDevices(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Infer<typeof vDevice>[]> {
  const devices: Infer<typeof vDevice>[] = [];
  let after = "";
  while (devices.length < MAX_DEVICES) {
    const next = await nextAddress(ctx, orgId, after);
    if (next === null) break;
    after = next;
    const newest = await newestMessage(ctx, orgId, next);
    if (newest === null) continue;
    const { channel, at, text, subject, name = next } = newest;
    const preview = (subject ?? text).replace(/\s+/g, " ").slice(0, PREVIEW_CHARS);
    devices.push({ address: next, channel, contactName: name, lastAt: at, preview });
  }
  return devices.sort((a, b) => b.lastAt - a.lastAt);
}

// One jump in the index per device, not one read per message.
async function nextAddress(ctx: QueryCtx, orgId: Id<"organisations">, after: string): Promise<string | null> {
  const row = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_device", (q) => q.eq("orgId", orgId).gt("address", after))
    .first();
  return row?.address ?? null;
}

/** What came or went last on a device, or null for an unknown address. */
export async function newestMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  address: string,
): Promise<Doc<"sandboxMessages"> | null> {
  return await ctx.db
    .query("sandboxMessages")
    .withIndex("by_device", (q) => q.eq("orgId", orgId).eq("address", address))
    .order("desc")
    .first();
}

/** What lies on one device, oldest first; of a long history the newest part. Empty for an unknown address. */
export async function listDeviceMessages(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  address: string,
): Promise<Infer<typeof vDeviceMessage>[]> {
  const newest = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_device", (q) => q.eq("orgId", orgId).eq("address", address))
    .order("desc")
    .take(MAX_DEVICE_MESSAGES);
  return await Promise.all(newest.reverse().map((message) => presentMessage(ctx, message)));
}

async function presentMessage(ctx: QueryCtx, message: Doc<"sandboxMessages">): Promise<Infer<typeof vDeviceMessage>> {
  const { _id, direction, channel, subject, from, text, html, at, connectionId, providerMessageId } = message;
  const { ourReaction, customerReaction } = message;
  const sent = connectionId === undefined ? null : await messageByProviderId(ctx, connectionId, providerMessageId);
  return {
    id: _id,
    direction,
    channel,
    subject,
    from: from?.address,
    text,
    html,
    at,
    ourReaction,
    customerReaction,
    quoted: await quotedText(ctx, message),
    status: sent?.state.kind,
  };
}

async function quotedText(ctx: QueryCtx, { orgId, quotedId }: Doc<"sandboxMessages">): Promise<string | undefined> {
  if (quotedId === undefined) return undefined;
  const quoted = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_provider_message", (q) => q.eq("orgId", orgId).eq("providerMessageId", quotedId))
    .first();
  return quoted?.text.slice(0, PREVIEW_CHARS);
}
