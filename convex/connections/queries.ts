import { v } from "convex/values";
import { vBusinessEntity, vChannel, vChannelType } from "../lib/closedSets";
import { memberQuery } from "../lib/functions";
import { listChannels, listConnections } from "./model";
import { vBreaker, vCheck, vProvider, vThreadingMatch } from "./schema";
import { vSenderAliases } from "./senders/schema";

/** The provider accounts of the workspace with their health, by channel and order. Secrets never leave the server. */
export const list = memberQuery("connections.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("connections"),
      channel: vChannel,
      provider: vProvider,
      name: v.string(),
      isEnabled: v.boolean(),
      order: v.number(),
      settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
      breaker: vBreaker,
      ratePerSecond: v.number(),
      priceMicros: v.number(),
      weight: v.number(),
      check: v.optional(vCheck),
      senders: vSenderAliases,
      hasSecrets: v.boolean(),
      /** Names of the secrets that are stored. */
      storedSecrets: v.array(v.string()),
      hasWebhook: v.boolean(),
    }),
  ),
  handler: async (ctx) => await listConnections(ctx, ctx.orgId),
});

/** The inbox channels of the workspace: under which name and address customers reach it. */
export const channels = memberQuery("connections.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("channels"),
      channelType: vChannelType,
      channelName: v.string(),
      isActive: v.boolean(),
      address: v.optional(v.string()),
      connectionId: v.optional(v.id("connections")),
      /** Its address for inbound mail has a secret; which, nobody can read any more. */
      hasInboundSecret: v.boolean(),
      responseSlaHours: v.optional(v.number()),
      threading: v.optional(vThreadingMatch),
      businessEntity: vBusinessEntity,
    }),
  ),
  handler: async (ctx) => {
    const all = await listChannels(ctx, ctx.orgId);
    return all.map(({ _id, _creationTime, orgId: _orgId, businessEntity = "all", inboundSecretHash, ...shown }) => ({
      id: _id,
      ...shown,
      businessEntity,
      hasInboundSecret: inboundSecretHash !== undefined,
    }));
  },
});
