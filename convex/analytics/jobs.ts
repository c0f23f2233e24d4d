import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation } from "../lib/functions";
import { pruneRollups, rollUp as addUp } from "./model";

/** Cron, every few seconds: adds new attempts and receipts to the figures, batch after batch. */
export const rollUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await addUp(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.analytics.jobs.rollUp, {});
    return null;
  },
});

/** Cron, daily: removes fine figures past their time. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneRollups(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.analytics.jobs.prune, {});
    return null;
  },
});
