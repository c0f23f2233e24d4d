import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { listMembers } from "../../orgs/model";
import { listTeamMembers, listTeams } from "../../orgs/teams/model";
import type { ApiCaller } from "../model";
import type { ApiMember, ApiTeam } from "./schema";

/** Everybody of the organisation, by name, with their teams. An organisation has at most a few hundred: one page. */
export async function presentMembers(ctx: QueryCtx, { orgId }: ApiCaller) {
  const teams = await presentedTeams(ctx, orgId);
  const data = (await listMembers(ctx, orgId)).map((member): ApiMember => ({
    id: member._id,
    name: member.displayName,
    role: member.role,
    status: member.status,
    skills: member.skills ?? [],
    isAway: member.away !== undefined,
    awayUntil: member.away?.until ?? null,
    teamIds: teams.filter(({ memberIds }) => memberIds.includes(member._id)).map(({ id }) => id),
  }));
  return { data, nextCursor: null };
}

/** The teams by name, archived ones included. At most 100: one page. */
export async function presentTeams(ctx: QueryCtx, { orgId }: ApiCaller) {
  return { data: await presentedTeams(ctx, orgId), nextCursor: null };
}

async function presentedTeams(ctx: QueryCtx, orgId: Id<"organisations">): Promise<ApiTeam[]> {
  return await Promise.all(
    (await listTeams(ctx, orgId)).map(async ({ _id, name, mode, isArchived }) => ({
      id: _id,
      name,
      mode,
      isArchived,
      memberIds: (await listTeamMembers(ctx, _id)).map(({ memberId }) => memberId),
    })),
  );
}
