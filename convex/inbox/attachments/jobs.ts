import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { pruneForgotten } from "./model";

/** Cron, daily: removes files that were attached and never sent. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneForgotten(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.inbox.attachments.jobs.prune, {});
    return null;
  },
});
