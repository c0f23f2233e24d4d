import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { CHANNEL_TYPES, type BusinessEntity, type Channel, type ChannelType } from "../lib/closedSets";
import { decryptSecret, encryptSecret, randomToken, sha256Hex } from "../lib/crypto";
import { appError } from "../lib/errors";
import { CLOSED } from "./breaker";
import { noteBreakerChange } from "./breakerLog/model";
import type { Breaker, ThreadingMatch } from "./schema";

/** A workspace has a handful of provider accounts and channels; each list reads them all. */
const MAX_CONNECTIONS = 100;

type NewConnection = Pick<WithoutSystemFields<Doc<"connections">>, "orgId" | "channel" | "provider" | "name"> &
  Partial<Pick<Doc<"connections">, "isEnabled" | "order" | "settings" | "ratePerSecond" | "priceMicros">> & {
    /** Kept encrypted; never shown again. */
    secrets?: Record<string, string>;
  };

/** Enough for one person's inbox and gentle to every provider's entry tier. */
const DEFAULT_RATE_PER_SECOND = 10;

/** The connections of a channel, disabled ones included, in the order they are to be tried. */
export async function connectionsFor(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  channel: Channel,
): Promise<Doc<"connections">[]> {
  return await ctx.db
    .query("connections")
    .withIndex("by_org_channel", (q) => q.eq("orgId", orgId).eq("channel", channel))
    .take(MAX_CONNECTIONS);
}

/** Every connection of an organisation, disabled ones included. */
export async function connectionsOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"connections">[]> {
  return await ctx.db
    .query("connections")
    .withIndex("by_org_channel", (q) => q.eq("orgId", orgId))
    .take(MAX_CONNECTIONS);
}

/** Every connection of an organisation as screens show it: no secrets, only whether there are any. */
export async function listConnections(ctx: QueryCtx, orgId: Id<"organisations">) {
  const connections = await ctx.db
    .query("connections")
    .withIndex("by_org_channel", (q) => q.eq("orgId", orgId))
    .take(MAX_CONNECTIONS);
  return await Promise.all(
    connections.map(async (connection) => {
      const { _id, orgId: _orgId, _creationTime, encryptedSecrets, weight, senders, ...rest } = connection;
      const { webhookSecretHash, encryptedWebhookSecret: _webhookSecret, ...shown } = rest;
      return {
        id: _id,
        ...shown,
        weight: weight ?? 1,
        senders: senders ?? [],
        hasSecrets: encryptedSecrets !== undefined,
        storedSecrets: Object.keys(await secretsOf(connection)),
        hasWebhook: webhookSecretHash !== undefined,
      };
    }),
  );
}

/** The connection a job was scheduled for, or null when it was removed meanwhile. */
export async function getConnection(
  ctx: QueryCtx,
  connectionId: Id<"connections">,
): Promise<Doc<"connections"> | null> {
  return await ctx.db.get("connections", connectionId);
}

/** The connection, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireConnection(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  connectionId: Id<"connections">,
): Promise<Doc<"connections">> {
  const connection = await ctx.db.get("connections", connectionId);
  if (connection === null || connection.orgId !== orgId) {
    throw appError("not_found", "This connection does not exist.");
  }
  return connection;
}

/** Creates a connection behind the ones its channel has, enabled and closed unless told otherwise. */
export async function createConnection(ctx: MutationCtx, fields: NewConnection): Promise<Id<"connections">> {
  const { secrets, ...rest } = fields;
  const last = (await connectionsFor(ctx, fields.orgId, fields.channel)).at(-1);
  return await ctx.db.insert("connections", {
    isEnabled: true,
    order: (last?.order ?? 0) + 1,
    settings: {},
    ratePerSecond: DEFAULT_RATE_PER_SECOND,
    priceMicros: 0,
    ...rest,
    encryptedSecrets: secrets === undefined ? undefined : await encryptSecret(JSON.stringify(secrets)),
    breaker: CLOSED,
  });
}

/** The secrets of a connection, decrypted, for its adapter only; empty when it has none. Never return them. */
export async function secretsOf(
  connection: Pick<Doc<"connections">, "encryptedSecrets">,
): Promise<Record<string, string>> {
  if (connection.encryptedSecrets === undefined) return {};
  return JSON.parse(await decryptSecret(connection.encryptedSecrets)) as Record<string, string>;
}

/** Keeps what a breaker became. Usually nothing: every send over a healthy connection would contend for its row. */
export async function saveBreaker(ctx: MutationCtx, connection: Doc<"connections">, breaker: Breaker): Promise<void> {
  if (JSON.stringify(breaker) === JSON.stringify(connection.breaker)) return;
  await ctx.db.patch("connections", connection._id, { breaker });
  await noteBreakerChange(ctx, connection, breaker);
}

/** Closes the breaker by hand (product.md C-24). */
export async function resetBreaker(ctx: MutationCtx, connection: Doc<"connections">): Promise<void> {
  await ctx.db.patch("connections", connection._id, { breaker: CLOSED });
  await noteBreakerChange(ctx, connection, CLOSED);
}

/** Every inbox channel of the workspace, inactive ones included, by type. */
export async function listChannels(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"channels">[]> {
  return await ctx.db
    .query("channels")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_CONNECTIONS);
}

/** The active inbox channel of a type, or null. */
export async function channelFor(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  channelType: ChannelType,
): Promise<Doc<"channels"> | null> {
  const channels = await ctx.db
    .query("channels")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("channelType", channelType))
    .take(MAX_CONNECTIONS);
  return channels.find((channel) => channel.isActive) ?? null;
}

/** The inbox channel of a type that answers through a connection, or null; one that is switched off comes last. */
export async function channelOfConnection(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  connectionId: Id<"connections">,
  channelType: ChannelType,
): Promise<Doc<"channels"> | null> {
  const all = await listChannels(ctx, orgId);
  const own = all.filter((channel) => channel.connectionId === connectionId && channel.channelType === channelType);
  return own.find(({ isActive }) => isActive) ?? own[0] ?? null;
}

/** The channels that receive at `address` (normalised), whoever owns them: one a type, for a number may have several. */
export async function channelsAt(ctx: QueryCtx, address: string): Promise<Doc<"channels">[]> {
  return await ctx.db
    .query("channels")
    .withIndex("by_address", (q) => q.eq("address", address))
    .take(CHANNEL_TYPES.length);
}

/** The channel that receives at `address` (normalised), whichever organisation owns it; null when none does. */
export async function channelByAddress(ctx: QueryCtx, address: string): Promise<Doc<"channels"> | null> {
  return (await channelsAt(ctx, address))[0] ?? null;
}

/** The organisation's own channel at `address` (normalised), of that type if one is named; null when there is none. */
export async function ownChannelAt(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  address: string,
  type?: ChannelType,
): Promise<Doc<"channels"> | null> {
  const all = await channelsAt(ctx, address);
  return all.find((each) => each.orgId === orgId && (type === undefined || each.channelType === type)) ?? null;
}

/** The channel, or null when `orgId` has none of that id (any more). */
export async function findChannel(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
): Promise<Doc<"channels"> | null> {
  const channel = await ctx.db.get("channels", channelId);
  return channel?.orgId === orgId ? channel : null;
}

/** The channel, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireChannel(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
): Promise<Doc<"channels">> {
  const channel = await findChannel(ctx, orgId, channelId);
  if (channel === null) throw appError("not_found", "This channel does not exist.");
  return channel;
}

/** The channel a public link names, or null when the text is no channel's id. The link's own secret is the proof. */
export async function getChannelByPublicId(ctx: QueryCtx, publicId: string): Promise<Doc<"channels"> | null> {
  const channelId = ctx.db.normalizeId("channels", publicId);
  return channelId === null ? null : await ctx.db.get("channels", channelId);
}

/** Sets what joins mail to earlier conversations. Throws `not_found` for another organisation's channel. */
export async function setChannelThreading(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
  threading: ThreadingMatch,
): Promise<void> {
  const channel = await requireChannel(ctx, orgId, channelId);
  await ctx.db.patch("channels", channel._id, { threading });
}

/** Says whose name a channel stands for. Throws `not_found` for another organisation's channel. */
export async function setChannelBrand(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channelId: Id<"channels">,
  businessEntity: BusinessEntity,
): Promise<void> {
  const channel = await requireChannel(ctx, orgId, channelId);
  await ctx.db.patch("channels", channel._id, {
    businessEntity: businessEntity === "all" ? undefined : businessEntity,
  });
}

/** Gives a channel a new secret for its inbound webhooks and returns it; only its hash is kept. The old one ends. */
export async function renewInboundSecret(ctx: MutationCtx, channel: Doc<"channels">): Promise<string> {
  const secret = randomToken();
  await ctx.db.patch("channels", channel._id, { inboundSecretHash: await sha256Hex(secret) });
  return secret;
}

/** Opens an inbox channel. Throws `conflict` when another channel of its type receives at the same address already. */
export async function createChannel(
  ctx: MutationCtx,
  fields: WithoutSystemFields<Doc<"channels">>,
): Promise<Id<"channels">> {
  const there = fields.address === undefined ? [] : await channelsAt(ctx, fields.address);
  if (there.some(({ channelType }) => channelType === fields.channelType)) {
    throw appError("conflict", `${fields.address} belongs to another channel already.`, { field: "address" });
  }
  return await ctx.db.insert("channels", fields);
}

/** Changes what is given of a channel. The caller knows that it may be so. */
export async function changeChannelRow(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  changes: Partial<WithoutSystemFields<Doc<"channels">>>,
): Promise<void> {
  await ctx.db.patch("channels", channelId, changes);
}

/** Removes a channel for good. The caller knows that nothing names it any more. */
export async function deleteChannel(ctx: MutationCtx, channelId: Id<"channels">): Promise<void> {
  await ctx.db.delete("channels", channelId);
}
