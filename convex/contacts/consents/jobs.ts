import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { v } from "convex/values";
import { pruneProofs } from "../privacy/model";

/** Cron, daily: proofs of erased people whose limitation period is over, batch after batch. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneProofs(ctx, Date.now())) {
      await ctx.scheduler.runAfter(0, internal.contacts.consents.jobs.prune, {});
    }
    return null;
  },
});
