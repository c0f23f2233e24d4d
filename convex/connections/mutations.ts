import { v } from "convex/values";
import { record } from "../audit/model";
import { vBusinessEntity } from "../lib/closedSets";
import { memberMutation } from "../lib/functions";
import * as model from "./model";

/** Closes the breaker of a connection by hand, when the provider is known to be back (product.md C-24). */
export const resetBreaker = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.null(),
  handler: async (ctx, { connectionId }) => {
    const connection = await model.requireConnection(ctx, ctx.orgId, connectionId);
    await model.resetBreaker(ctx, connection);
    await record(ctx, {
      orgId: ctx.orgId,
      actor: { kind: "member", memberId: ctx.member._id },
      action: "connection.breaker_reset",
      subject: { table: "connections", id: connectionId },
    });
    return null;
  },
});

/** Says in whose name a channel's conversations are held: it decides texts and signature (product.md A-28). */
export const setBrand = memberMutation("connections.manage")({
  args: { channelId: v.id("channels"), businessEntity: vBusinessEntity },
  returns: v.null(),
  handler: async (ctx, { channelId, businessEntity }) => {
    const { orgId, member } = ctx;
    await model.setChannelBrand(ctx, orgId, channelId, businessEntity);
    const actor = { kind: "member" as const, memberId: member._id };
    const subject = { table: "channels", id: channelId };
    await record(ctx, { orgId, actor, action: "channel.brand_set", subject, details: { businessEntity } });
    return null;
  },
});
