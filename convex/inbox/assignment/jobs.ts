import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { vChain } from "../../lib/chain";
import { internalMutation } from "../../lib/functions";
import { drainTeamQueue, startDrains } from "./model/drain";
import { releaseThreads } from "./model/work";

/** Somebody has become free, online or one of a team: what waits for them is given out. `chain`: what that follows from. */
export const drainFor = internalMutation({
  args: { memberId: v.id("members"), chain: v.optional(vChain) },
  returns: v.null(),
  handler: async (ctx, { memberId, chain }): Promise<null> => {
    await startDrains({ ...ctx, chain }, memberId);
    return null;
  },
});

/** Gives out what waits in a team's queue, batch after batch. */
export const drainTeam = internalMutation({
  args: { teamId: v.id("teams"), chain: v.optional(vChain) },
  returns: v.null(),
  handler: async (ctx, { teamId, chain }): Promise<null> => {
    if (await drainTeamQueue({ ...ctx, chain }, teamId)) {
      await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainTeam, { teamId, chain });
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
