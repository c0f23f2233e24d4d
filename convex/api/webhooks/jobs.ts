import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation, internalQuery } from "../../lib/functions";
import { loadDelivery, pruneDeliveries, recordTry, sweepDeliveries } from "./deliveries/model";
import { vTry } from "./schema";

/** What one try needs, secrets encrypted; null when there is nothing to send any more. */
export const load = internalQuery({
  args: { deliveryId: v.id("webhookDeliveries") },
  returns: v.union(
    v.null(),
    v.object({ id: v.string(), url: v.string(), body: v.string(), encryptedSecrets: v.array(v.string()) }),
  ),
  handler: async (ctx, { deliveryId }) => await loadDelivery(ctx, deliveryId),
});

/** Records one try; the next one is scheduled with it. */
export const finish = internalMutation({
  args: { deliveryId: v.id("webhookDeliveries"), made: vTry, retryAfterMs: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { deliveryId, made, retryAfterMs }): Promise<null> => {
    await recordTry(ctx, deliveryId, made, retryAfterMs);
    return null;
  },
});

/** Cron: finds deliveries whose job was lost. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await sweepDeliveries(ctx, Date.now());
    return null;
  },
});

/** Cron: removes deliveries past their retention, batch after batch. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneDeliveries(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.api.webhooks.jobs.prune, {});
    return null;
  },
});
