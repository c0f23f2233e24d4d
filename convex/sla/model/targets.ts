import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { ROLES } from "../../lib/permissions";
import { listMembers } from "../../orgs/model";
import { listTeamMembers } from "../../orgs/teams/model";

/**
 * Whom the `to` of an `sla.stage` event means, by name: a member, or everybody of a role, or of the next stronger one
 * that somebody has. Team leads are those of the team that has the thread, all of them where it has no team or the team
 * no lead. Nobody for "nobody" and for "assignee", whom only the thread knows.
 */
export async function membersFor(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  to: string,
  teamId?: Id<"teams">,
): Promise<Doc<"members">[]> {
  const [kind, value] = to.split(":");
  if (kind !== "role" && kind !== "member") return [];
  const active = (await listMembers(ctx, orgId)).filter(({ status }) => status === "active");
  if (kind === "member") return active.filter(({ _id }) => _id === value);
  if (value === "team_lead" && teamId !== undefined) {
    const people = new Set((await listTeamMembers(ctx, teamId)).map(({ memberId }) => memberId));
    const leads = active.filter(({ _id, role }) => role === "team_lead" && people.has(_id));
    if (leads.length > 0) return leads;
  }
  const stronger = ROLES.slice(0, ROLES.findIndex((role) => role === value) + 1).toReversed();
  const found = stronger.find((role) => active.some((member) => member.role === role));
  return active.filter(({ role }) => role === found);
}
