import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { moveSome } from "./model/merge";
import { pruneMerges, takeBackSome } from "./model/undo";

/** Goes on moving the messages of a merge. */
export const move = internalMutation({
  args: { mergeId: v.id("threadMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }): Promise<null> => {
    await moveSome(ctx, mergeId);
    return null;
  },
});

/** Goes on taking the messages of a merge back. */
export const takeBack = internalMutation({
  args: { mergeId: v.id("threadMerges") },
  returns: v.null(),
  handler: async (ctx, { mergeId }): Promise<null> => {
    await takeBackSome(ctx, mergeId);
    return null;
  },
});

/** Cron, daily: forgets merges that cannot be undone any more. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneMerges(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.inbox.merges.jobs.prune, {});
    return null;
  },
});
