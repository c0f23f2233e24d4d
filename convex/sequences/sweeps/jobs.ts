import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { sweepOn } from "./model/sweep";

/** The next batch of people of a change; does nothing when it is done. */
export const step = internalMutation({
  args: { sweepId: v.id("sequenceSweeps") },
  returns: v.null(),
  handler: async (ctx, { sweepId }): Promise<null> => {
    await sweepOn(ctx, sweepId);
    return null;
  },
});
