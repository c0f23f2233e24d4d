import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { recordCheck } from "../../connections/accounts/model";
import { requireConnection } from "../../connections/model";
import { memberMutation } from "../../lib/functions";

/** Asks the provider whether key and address work; the answer appears on the connection. No message leaves. */
export const check = memberMutation("connections.manage")({
  args: { connectionId: v.id("connections") },
  returns: v.null(),
  handler: async (ctx, { connectionId }): Promise<null> => {
    const connection = await requireConnection(ctx, ctx.orgId, connectionId);
    const startedAt = Date.now();
    await recordCheck(ctx, connection._id, { kind: "running", at: startedAt });
    await ctx.scheduler.runAfter(0, internal.delivery.checks.nodeJobs.ask, { connectionId, startedAt });
    return null;
  },
});
