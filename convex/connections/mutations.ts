import { v } from "convex/values";
import { record } from "../audit/model";
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
