import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { requireChannel } from "../../connections/model";
import { appError } from "../../lib/errors";
import type { Role } from "../../lib/permissions";
import { canBeScoped, type ThreadScope } from "../../lib/threadScope";
import { changeRole, requireMayChange, requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";

/** Channels and teams of one scope: more is the whole organisation. */
const MAX_NAMED = 50;

type By = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * Gives a member another role, from this transaction on. The same again changes nothing. Throws `forbidden` for somebody
 * of a stronger role and for a role above one's own, `conflict` for oneself and for the last active admin.
 */
export async function setRole(
  ctx: MutationCtx,
  { orgId, member: by }: By,
  { memberId, role }: { memberId: Id<"members">; role: Role },
): Promise<void> {
  const member = await requireMemberOf(ctx, orgId, memberId);
  if (member.role === role) return;
  await changeRole(ctx, by, member, role);
  const details = { name: member.displayName, from: member.role, to: role };
  await note(ctx, by, member, "member.role_changed", details);
}

/**
 * Narrows what a member sees to the conversations of some channels and teams; null: all again. Throws `not_found` for
 * another organisation's channel or team, `invalid` for a role that always sees everything, else like `setRole`.
 */
export async function setScope(
  ctx: MutationCtx,
  { orgId, member: by }: By,
  { memberId, scope }: { memberId: Id<"members">; scope: ThreadScope | null },
): Promise<void> {
  const member = await requireMemberOf(ctx, orgId, memberId);
  requireMayChange(by, member);
  if (scope === null) {
    if (member.scope === undefined) return;
    await ctx.db.patch("members", memberId, { scope: undefined });
    await note(ctx, by, member, "member.scope_changed", { name: member.displayName, channels: null, teams: null });
    return;
  }
  if (!canBeScoped(member.role)) {
    throw appError("invalid", `Somebody in the role ${member.role} sees every conversation.`, { field: "scope" });
  }
  const channelIds = [...new Set(scope.channelIds)];
  const teamIds = [...new Set(scope.teamIds)];
  if (channelIds.length > MAX_NAMED || teamIds.length > MAX_NAMED) {
    throw appError("invalid", `At most ${MAX_NAMED} channels and teams.`, { field: "scope" });
  }
  const channels: string[] = [];
  for (const id of channelIds) channels.push((await requireChannel(ctx, orgId, id)).channelName);
  const teams: string[] = [];
  for (const id of teamIds) teams.push((await requireTeam(ctx, orgId, id)).name);
  await ctx.db.patch("members", memberId, { scope: { channelIds, teamIds } });
  const details = { name: member.displayName, channels: channels.join(", "), teams: teams.join(", ") };
  await note(ctx, by, member, "member.scope_changed", details);
}

async function note(
  ctx: MutationCtx,
  by: Doc<"members">,
  { orgId, _id: id }: Doc<"members">,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const actor = { kind: "member", memberId: by._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "members", id }, details });
}
