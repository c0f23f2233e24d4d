import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { endByTime } from "./model";
import { checkDrill, pruneDrillMessages, vCursor } from "./model/figures";

/** The time of a drill is over. */
export const end = internalMutation({
  args: { drillId: v.id("drills") },
  returns: v.null(),
  handler: async (ctx, { drillId }): Promise<null> => {
    await endByTime(ctx, drillId);
    return null;
  },
});

/** Looks whether the messages of a drill are through, and writes its record when they are. */
export const check = internalMutation({
  args: { drillId: v.id("drills"), cursor: vCursor },
  returns: v.null(),
  handler: async (ctx, { drillId, cursor }): Promise<null> => {
    await checkDrill(ctx, drillId, cursor);
    return null;
  },
});

/** Cron, daily: forgets which messages were part of drills that are long over, batch after batch. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const hasMore = await pruneDrillMessages(ctx, Date.now());
    if (hasMore) await ctx.scheduler.runAfter(0, internal.sandbox.drills.jobs.prune, {});
    return null;
  },
});
