import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation } from "../lib/functions";
import { listOrgs } from "../orgs/model";
import { pruneAlerts, watch } from "./model";

/** Organisations one transaction starts the watch for. */
const PAGE = 100;

/** Cron, every minute: one watch for each organisation, in a transaction of its own. */
export const watchAll = internalMutation({
  args: { cursor: v.union(v.null(), v.string()) },
  returns: v.null(),
  handler: async (ctx, { cursor }): Promise<null> => {
    const { page, isDone, continueCursor } = await listOrgs(ctx, { cursor, numItems: PAGE });
    for (const { _id: orgId } of page) await ctx.scheduler.runAfter(0, internal.alerts.jobs.watchOne, { orgId });
    if (!isDone) await ctx.scheduler.runAfter(0, internal.alerts.jobs.watchAll, { cursor: continueCursor });
    return null;
  },
});

/** Looks at one organisation's sending. */
export const watchOne = internalMutation({
  args: { orgId: v.id("organisations") },
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    await watch(ctx, orgId, Date.now());
    return null;
  },
});

/** Cron, daily: removes alerts that are long over. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneAlerts(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.alerts.jobs.prune, {});
    return null;
  },
});
