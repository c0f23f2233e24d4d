import { v } from "convex/values";
import { internal } from "../_generated/api";
import { forgetArgs } from "../contacts/accounts/schema";
import { internalMutation } from "../lib/functions";
import { restateClocks, wakeClock, wakeLost } from "./model/clocks";
import { forgetAccount as forgetPoliciesFor } from "./model/policies";

/** Clocks one transaction computes anew: a few rows and one scheduled function each. */
const RESTATE_BATCH = 50;

/** Scheduled for the very instant at which a clock reaches its next stage. */
export const wake = internalMutation({
  args: { clockId: v.id("slaClocks"), at: v.number() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    await wakeClock(ctx, args, Date.now());
    return null;
  },
});

/** Cron, every minute: wakes clocks whose wake-up was lost. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await wakeLost(ctx, Date.now());
    return null;
  },
});

/** Computes all running clocks of an organisation anew, page by page. */
export const restate = internalMutation({
  args: { orgId: v.id("organisations"), cursor: v.union(v.null(), v.string()) },
  returns: v.null(),
  handler: async (ctx, { orgId, cursor }): Promise<null> => {
    const page = { cursor, numItems: RESTATE_BATCH };
    const { isDone, continueCursor } = await restateClocks(ctx, orgId, page, Date.now());
    if (!isDone) await ctx.scheduler.runAfter(0, internal.sla.jobs.restate, { orgId, cursor: continueCursor });
    return null;
  },
});

/** Removes the service levels that were for a deleted customer organisation alone. True: there are none left. */
export const forgetAccount = internalMutation({
  args: forgetArgs,
  returns: v.boolean(),
  handler: async (ctx, { orgId, accountId }): Promise<boolean> => {
    await forgetPoliciesFor(ctx, orgId, accountId);
    return true;
  },
});
