import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { endByTime } from "./model";
import { checkDrill, vCursor } from "./model/figures";

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
