import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { purgeNext } from "./model/purge";

/** Cron, daily, and after "delete for good": removes what can no longer be restored, batch after batch. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await purgeNext(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.inbox.deletion.jobs.sweep, {});
    return null;
  },
});
