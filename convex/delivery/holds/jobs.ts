import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { endHold, reconsiderHolds } from "./model";

/** The time of a hold has come. */
export const end = internalMutation({
  args: { holdId: v.id("personHolds") },
  returns: v.null(),
  handler: async (ctx, { holdId }): Promise<null> => {
    await endHold(ctx, holdId);
    return null;
  },
});

/** Looks at everybody who is held again, after the settings changed. */
export const reconsider = internalMutation({
  args: { orgId: v.id("organisations"), cursor: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { orgId, cursor }): Promise<null> => {
    const next = await reconsiderHolds(ctx, orgId, cursor);
    if (next !== null)
      await ctx.scheduler.runAfter(0, internal.delivery.holds.jobs.reconsider, { orgId, cursor: next });
    return null;
  },
});
