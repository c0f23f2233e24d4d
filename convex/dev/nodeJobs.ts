"use node";

import { v } from "convex/values";
import { internal } from "../_generated/api";
import { unpacked } from "../delivery/nodeJobs/carrier";
import { renderMessage } from "../delivery/render";
import { internalAction } from "../lib/functions";

/** Renders the demo's historical messages the way the sending job would and settles them; no provider is called. */
export const renderHistory = internalAction({
  args: { orgId: v.id("organisations") },
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    for (;;) {
      const attempts = await ctx.runQuery(internal.dev.jobs.openHistory, { orgId });
      if (attempts.length === 0) return null;
      const parcel = await ctx.runQuery(internal.delivery.jobs.loadParcel, { attempts });
      const settlements = await Promise.all(
        unpacked(parcel, new Map()).map(async (message) => ({
          queueId: message.outgoing.queueId,
          attempt: message.outgoing.attempt,
          rendered: await renderMessage(message),
        })),
      );
      await ctx.runMutation(internal.dev.jobs.settleHistory, { settlements });
    }
  },
});
