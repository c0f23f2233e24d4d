import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { wakeLost, wakeSnoozed } from "./model";

/** Scheduled for the very instant at which a snoozed thread comes back. */
export const wake = internalMutation({
  args: { threadId: v.id("threads"), until: v.number() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await wakeSnoozed(ctx, args, Date.now());
    return null;
  },
});

/** Cron, every minute: brings back threads whose wake-up was lost. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await wakeLost(ctx, Date.now());
    return null;
  },
});
