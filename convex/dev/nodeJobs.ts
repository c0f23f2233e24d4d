"use node";

import { v } from "convex/values";
import { internal } from "../_generated/api";
import { renderMessage } from "../delivery/render";
import { internalAction } from "../lib/functions";

/** Renders the demo's historical messages the way the sending job would and settles them; no provider is called. */
export const renderHistory = internalAction({
  args: { orgId: v.id("organisations") },
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    for (;;) {
      const attemptIds = await ctx.runQuery(internal.dev.jobs.openHistory, { orgId });
      if (attemptIds.length === 0) return null;
      const { messages } = await ctx.runQuery(internal.delivery.jobs.loadBatch, { attemptIds });
      const settlements = await Promise.all(
        messages.map(async (message) => ({
          attemptId: message.attemptId,
          rendered: await renderMessage(message, undefined),
        })),
      );
      await ctx.runMutation(internal.dev.jobs.settleHistory, { settlements });
    }
  },
});
