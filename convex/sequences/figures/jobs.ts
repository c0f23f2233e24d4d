import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { recountNext } from "./model/recount";

/** Cron and its own successor: counts the next of what is from before every figure was counted. */
export const recount = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await recountNext(ctx, Date.now());
    return null;
  },
});
