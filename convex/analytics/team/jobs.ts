import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { DAY_MS } from "../../lib/time";
import { pruneTeamDays } from "./model/rows";
import { rollUpTeam } from "./model";

/** Reports by day go back 30 days; a hundred leave room for reports that compare. */
const KEEP_DAYS_MS = 100 * DAY_MS;

/** Cron, every few seconds: adds new events to the team's figures, batch after batch. */
export const rollUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await rollUpTeam(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.analytics.team.jobs.rollUp, {});
    return null;
  },
});

/** Cron, daily: removes days past their time. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneTeamDays(ctx, Date.now() - KEEP_DAYS_MS)) {
      await ctx.scheduler.runAfter(0, internal.analytics.team.jobs.prune, {});
    }
    return null;
  },
});
