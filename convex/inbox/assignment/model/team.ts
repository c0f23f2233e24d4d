import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireMemberOf } from "../../../orgs/model";
import { listTeamMembers, noteTurn, seenAt } from "../../../orgs/teams/model";
import { isOnlineAt } from "../../../orgs/teams/presence";
import { countLoads } from "../../model/rows";
import { afterChoice, choose, nextTurn, reasonAgainst, type Candidate } from "../choice";
import type { AssignmentDecision } from "../schema";
import { decision } from "./decisions";
import { giveThread } from "./give";

// How a team shares what it is given (product.md A-73; 2.7 no. 81: capacity, oldest first, drained when someone comes).

/** Conversations one run takes out of a queue; the next run takes the rest. */
const DRAIN_BATCH = 25;

type Team = Doc<"teams">;
type Candidates = Candidate<Id<"members">>[];

/** Everybody of a team with what the choice goes by. */
async function candidatesOf(ctx: QueryCtx, team: Team, now: number): Promise<Candidates> {
  const rows = await listTeamMembers(ctx, team._id);
  const loads = await countLoads(
    ctx,
    team.orgId,
    rows.map(({ memberId }) => memberId),
  );
  return await Promise.all(
    rows.map(async ({ memberId, lastTurn }, index) => {
      const member = await requireMemberOf(ctx, team.orgId, memberId);
      const { skills = [], capacity } = member;
      const state = await stateOf(ctx, member, team.onlyOnline, now);
      return { memberId, state, skills, load: loads[index] ?? 0, capacity, lastTurn };
    }),
  );
}

/** Whether a member can be given anything just now. */
export async function stateOf(
  ctx: QueryCtx,
  { _id, status, away }: Doc<"members">,
  onlyOnline: boolean,
  now: number,
): Promise<Candidate<Id<"members">>["state"]> {
  if (status !== "active") return "suspended";
  if (away !== undefined) return "away";
  return !onlyOnline || isOnlineAt(await seenAt(ctx, _id), now) ? "here" : "offline";
}

/**
 * Gives a thread to a team: to the one of it whose turn it is, else into its queue. The decision says so. Returns the
 * thread as it is now.
 */
export async function giveToTeam(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { team, skills }: { team: Team; skills: readonly string[] },
  why: Partial<AssignmentDecision> & Pick<AssignmentDecision, "trigger">,
): Promise<Doc<"threads">> {
  const candidates = team.isArchived ? [] : await candidatesOf(ctx, team, Date.now());
  const { memberId, ignoredSkills, passedOver } = choose(team.mode, skills, candidates);
  if (memberId !== null) await tookTurn(ctx, team, candidates, memberId);
  return await giveThread(
    ctx,
    thread,
    { teamId: team._id, assigneeId: memberId, neededSkills: skills },
    decision({ ...why, skills: [...skills], ...(ignoredSkills ? { ignoredSkills } : {}), passedOver }),
  );
}

async function tookTurn(ctx: MutationCtx, { _id }: Team, candidates: Candidates, memberId: Id<"members">) {
  const row = (await listTeamMembers(ctx, _id)).find((one) => one.memberId === memberId);
  if (row !== undefined) await noteTurn(ctx, row, nextTurn(candidates));
}

/**
 * Gives what waits in a team's queue, oldest first, to those who can have it; what needs skills that nobody free has
 * does not hold up the others. Returns true when there is more to do than one run does.
 */
export async function drainQueue(ctx: MutationCtx, team: Team): Promise<boolean> {
  if (team.isArchived) return false;
  let candidates = await candidatesOf(ctx, team, Date.now());
  const isAnyFree = () => candidates.some((one) => reasonAgainst(one, []) === null);
  if (!isAnyFree()) return false;
  const waiting = await ctx.db
    .query("threads")
    .withIndex("by_org_team_queue", (q) => q.eq("orgId", team.orgId).eq("teamId", team._id).gt("queuedAt", undefined))
    .take(DRAIN_BATCH);
  let given = 0;
  for (const thread of waiting) {
    if (!isAnyFree()) return false;
    const { neededSkills: skills = [] } = thread;
    const { memberId, ignoredSkills, passedOver } = choose(team.mode, skills, candidates);
    if (memberId === null) continue;
    await tookTurn(ctx, team, candidates, memberId);
    candidates = afterChoice(candidates, memberId);
    given += 1;
    const made = decision({ trigger: "queue", skills, ...(ignoredSkills ? { ignoredSkills } : {}), passedOver });
    await giveThread(ctx, thread, { assigneeId: memberId }, made);
  }
  return waiting.length === DRAIN_BATCH && given > 0;
}

/** Conversations that wait in a team's queue; at most `max` are counted. */
export async function countWaiting(ctx: QueryCtx, { orgId, _id: teamId }: Team, max: number): Promise<number> {
  const waiting = await ctx.db
    .query("threads")
    .withIndex("by_org_team_queue", (q) => q.eq("orgId", orgId).eq("teamId", teamId).gt("queuedAt", undefined))
    .take(max);
  return waiting.length;
}
