import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listDeliveries } from "./deliveries/model";
import { listEndpoints, requireEndpoint } from "./model";
import { vDeliveryState, vTry, vWebhookKind } from "./schema";

/** The addresses events go to, oldest first, without secrets. */
export const endpoints = memberQuery("api.manage")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("webhookEndpoints"),
      url: v.string(),
      description: v.string(),
      kinds: v.array(vWebhookKind),
      isEnabled: v.boolean(),
      disabledReason: v.optional(v.string()),
      failingSince: v.optional(v.number()),
    }),
  ),
  handler: async (ctx) => await listEndpoints(ctx, ctx.orgId),
});

/** What went to one endpoint, newest first, with every try. */
export const deliveries = memberQuery("api.manage")({
  args: { endpointId: v.id("webhookEndpoints"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("webhookDeliveries"),
      createdAt: v.number(),
      kind: vWebhookKind,
      body: v.string(),
      state: vDeliveryState,
      tries: v.array(vTry),
    }),
  ),
  handler: async (ctx, { endpointId, paginationOpts }) =>
    await listDeliveries(ctx, await requireEndpoint(ctx, ctx.orgId, endpointId), paginationOpts),
});
