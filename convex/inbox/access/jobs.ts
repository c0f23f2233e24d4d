import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { lookAfterWalk, walkOn } from "./model/walk";

/** Counts the next conversations from before the counts of places. */
export const walk = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await walkOn(ctx, Date.now());
    return null;
  },
});

/** Cron: begins that walk after an update, and takes it up where a crash cut it short. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await lookAfterWalk(ctx, Date.now());
    return null;
  },
});
