import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import * as model from "./model";

/** Scheduled for the very instant at which somebody said they are back. */
export const comeBack = internalMutation({
  args: { memberId: v.id("members"), until: v.number() },
  returns: v.null(),
  handler: async (ctx, { memberId, until }): Promise<null> => {
    await model.comeBack(ctx, memberId, until);
    return null;
  },
});

/** Cron: brings back people whose return was lost. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await model.comeBackLost(ctx, Date.now());
    return null;
  },
});
