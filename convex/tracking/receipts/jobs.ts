import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { lookAgain as look, sweepEarly } from "./model/early";

/** Looks once more for the message an early report is about. */
export const lookAgain = internalMutation({
  args: { earlyId: v.id("earlyReceipts") },
  returns: v.null(),
  handler: async (ctx, { earlyId }): Promise<null> => {
    await look(ctx, earlyId);
    return null;
  },
});

/** Cron, every minute: early reports whose next look is due, batch after batch. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await sweepEarly(ctx)) await ctx.scheduler.runAfter(0, internal.tracking.receipts.jobs.sweep, {});
    return null;
  },
});
