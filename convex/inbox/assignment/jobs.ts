import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { drainTeamQueue, startDrains } from "./model/drain";
import { releaseThreads } from "./model/work";

/** Somebody has become free, online or one of a team: what waits for them is given out. */
export const drainFor = internalMutation({
  args: { memberId: v.id("members") },
  returns: v.null(),
  handler: async (ctx, { memberId }): Promise<null> => {
    await startDrains(ctx, memberId);
    return null;
  },
});

/** Gives out what waits in a team's queue, batch after batch. */
export const drainTeam = internalMutation({
  args: { teamId: v.id("teams") },
  returns: v.null(),
  handler: async (ctx, { teamId }): Promise<null> => {
    if (await drainTeamQueue(ctx, teamId)) {
      await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainTeam, { teamId });
    }
    return null;
  },
});

/** Hands on the open conversations of a suspended member, batch after batch. */
export const release = internalMutation({
  args: { memberId: v.id("members") },
  returns: v.null(),
  handler: async (ctx, { memberId }): Promise<null> => {
    if (await releaseThreads(ctx, memberId)) {
      await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.release, { memberId });
    }
    return null;
  },
});
