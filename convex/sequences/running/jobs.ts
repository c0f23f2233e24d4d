import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { letGo } from "./model";

/** Ends a pause once everybody inside has been looked at. */
export const endPause = internalMutation({
  args: { sequenceId: v.id("sequences"), memberId: v.id("members") },
  returns: v.null(),
  handler: async (ctx, { sequenceId, memberId }): Promise<null> => {
    const sequence = await ctx.db.get("sequences", sequenceId);
    if (sequence !== null) await letGo(ctx, { _id: memberId, orgId: sequence.orgId }, sequence);
    return null;
  },
});
