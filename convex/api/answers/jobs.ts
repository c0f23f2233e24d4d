import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { pruneAnswers } from "./model";

/** Forgets answers to idempotency keys after a day. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneAnswers(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.api.answers.jobs.prune, {});
    return null;
  },
});
