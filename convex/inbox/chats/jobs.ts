import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { pruneReactions } from "./model";

/** Cron, daily: removes reactions whose message never came. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneReactions(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.inbox.chats.jobs.prune, {});
    return null;
  },
});
