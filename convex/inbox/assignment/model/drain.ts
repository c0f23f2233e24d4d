import type { Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { internal } from "../../../_generated/api";
import type { Chained } from "../../../lib/chain";
import { teamsOf } from "../../../orgs/teams/model";
import { drainQueue } from "./team";

/** Has the queues of all teams of a member looked through. */
export async function startDrains(ctx: MutationCtx & Chained, memberId: Id<"members">): Promise<void> {
  for (const teamId of await teamsOf(ctx, memberId)) {
    await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainTeam, { teamId, chain: ctx.chain });
  }
}

/** One batch of a team's queue; nothing when the team is gone. Returns true when there is more. */
export async function drainTeamQueue(ctx: MutationCtx & Chained, teamId: Id<"teams">): Promise<boolean> {
  const team = await ctx.db.get("teams", teamId);
  return team !== null && (await drainQueue(ctx, team));
}
