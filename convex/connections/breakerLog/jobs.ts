import { internal } from "../../_generated/api";
import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { pruneBreakerChanges } from "./model";

/** Cron, daily: removes old breaker changes, batch after batch. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const hasMore = await pruneBreakerChanges(ctx, Date.now());
    if (hasMore) await ctx.scheduler.runAfter(0, internal.connections.breakerLog.jobs.prune, {});
    return null;
  },
});
