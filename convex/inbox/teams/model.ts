import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { chainOf, emit } from "../../events/model";
import { appError } from "../../lib/errors";
import { can } from "../../lib/permissions";
import { listMembers, requireMemberOf, setMemberStatus as changeStatus } from "../../orgs/model";
import * as teams from "../../orgs/teams/model";
import { restateAll } from "../../sla/model/policies";
import { countWaiting } from "../assignment/model/team";
import { countLoads } from "../model/rows";

// Teams are of the organisation; that their queues are looked through when somebody of them becomes free is the inbox's.

/** Shown as "99+". */
const MAX_WAITING = 100;

/** Absences one sweep ends; the next one takes the rest. */
const SWEEP_BATCH = 100;

type By = { orgId: Id<"organisations">; member: Doc<"members"> };

async function note(
  ctx: MutationCtx,
  { orgId, member }: By,
  action: AuditAction,
  subject: { table: string; id: string },
  details: AuditDetails = {},
): Promise<void> {
  await record(ctx, { orgId, actor: { kind: "member", memberId: member._id }, action, subject, details });
}

const drain = async (ctx: MutationCtx, teamId: Id<"teams">) => {
  await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainTeam, { teamId, chain: chainOf(ctx) });
};

const drainFor = async (ctx: MutationCtx, memberId: Id<"members">) => {
  await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.drainFor, { memberId, chain: chainOf(ctx) });
};

/** The teams with their people and how many conversations wait (at most 100 are counted). */
export async function presentTeams(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await Promise.all(
    (await teams.listTeams(ctx, orgId)).map(async (team) => ({
      id: team._id,
      name: team.name,
      mode: team.mode,
      onlyOnline: team.onlyOnline,
      calendarId: team.calendarId,
      isArchived: team.isArchived,
      memberIds: (await teams.listTeamMembers(ctx, team._id)).map(({ memberId }) => memberId),
      waiting: team.isArchived ? 0 : await countWaiting(ctx, team, MAX_WAITING),
    })),
  );
}

/** Everybody with what assignment goes by, by name. */
export async function presentPeople(ctx: QueryCtx, orgId: Id<"organisations">) {
  const members = await listMembers(ctx, orgId);
  const loads = await countLoads(
    ctx,
    orgId,
    members.map(({ _id }) => _id),
  );
  return await Promise.all(
    members.map(async (member, index) => ({
      memberId: member._id,
      name: member.displayName,
      role: member.role,
      status: member.status,
      skills: member.skills ?? [],
      capacity: member.capacity ?? null,
      away: member.away ?? null,
      seenAt: await teams.seenAt(ctx, member._id),
      load: loads[index] ?? 0,
    })),
  );
}

/** Makes a team of the people given. Throws `invalid` with the field. */
export async function createTeam(
  ctx: MutationCtx,
  by: By,
  { memberIds, ...fields }: teams.TeamFields & { memberIds: readonly Id<"members">[] },
): Promise<Id<"teams">> {
  const teamId = await teams.createTeam(ctx, by.orgId, fields);
  await teams.setTeamMembers(ctx, await teams.requireTeam(ctx, by.orgId, teamId), memberIds);
  await note(ctx, by, "team.created", { table: "teams", id: teamId }, { name: fields.name.trim() });
  return teamId;
}

/** Changes a team and its people; whoever joined may be given what waits. Throws like `createTeam`. */
export async function changeTeam(
  ctx: MutationCtx,
  by: By,
  { teamId, memberIds, ...fields }: teams.TeamFields & { teamId: Id<"teams">; memberIds: readonly Id<"members">[] },
): Promise<void> {
  const team = await teams.requireTeam(ctx, by.orgId, teamId);
  await teams.changeTeam(ctx, team, fields);
  await teams.setTeamMembers(ctx, team, memberIds);
  const { mode, onlyOnline } = fields;
  const details = { name: fields.name.trim(), mode, onlyOnline, people: memberIds.length };
  await note(ctx, by, "team.changed", { table: "teams", id: teamId }, details);
  if (team.calendarId !== fields.calendarId) await restateAll(ctx, by.orgId);
  await drain(ctx, teamId);
}

/** Archives a team, whose conversations keep who they have, or brings it back. */
export async function setTeamArchived(
  ctx: MutationCtx,
  by: By,
  { teamId, isArchived }: { teamId: Id<"teams">; isArchived: boolean },
): Promise<void> {
  const team = await teams.requireTeam(ctx, by.orgId, teamId);
  if (team.isArchived === isArchived) return;
  await teams.setTeamArchived(ctx, team, isArchived);
  const action = isArchived ? "team.archived" : "team.restored";
  await note(ctx, by, action, { table: "teams", id: teamId }, { name: team.name });
  if (!isArchived) await drain(ctx, teamId);
}

/** Sets skills and capacity of a member; more room lets queues drain. Throws `invalid` with the field. */
export async function setWorkProfile(
  ctx: MutationCtx,
  by: By,
  { memberId, ...profile }: { memberId: Id<"members">; skills: readonly string[]; capacity: number | null },
): Promise<void> {
  await teams.setWorkProfile(ctx, await requireMemberOf(ctx, by.orgId, memberId), profile);
  const details = { skills: teams.checkSkills(profile.skills).join(", "), capacity: profile.capacity };
  await note(ctx, by, "member.work_profile_changed", { table: "members", id: memberId }, details);
  await drainFor(ctx, memberId);
}

/**
 * Sets oneself away, until an instant (UTC ms) or until one says so, or back; for others one needs to be allowed to
 * manage assignment. Throws `forbidden`, and `invalid` with the field.
 */
export async function setAway(
  ctx: MutationCtx,
  by: By,
  {
    memberId,
    isAway,
    note: words,
    until,
  }: {
    memberId?: Id<"members"> | undefined;
    isAway: boolean;
    note?: string | undefined;
    until?: number | undefined;
  },
): Promise<void> {
  const member = memberId === undefined ? by.member : await requireMemberOf(ctx, by.orgId, memberId);
  if (member._id !== by.member._id && !can(by.member.role, "assignment.manage")) {
    throw appError("forbidden", "Only leads set others away.");
  }
  if (!isAway && member.away === undefined) return;
  await teams.setAway(ctx, member, isAway ? { note: words, until } : null, Date.now());
  const details: AuditDetails = isAway && until !== undefined ? { until } : {};
  await note(ctx, by, isAway ? "member.away" : "member.back", { table: "members", id: member._id }, details);
  if (isAway && until !== undefined) {
    await ctx.scheduler.runAt(until, internal.inbox.teams.jobs.comeBack, { memberId: member._id, until });
  }
  if (!isAway) await drainFor(ctx, member._id);
}

/** Ends an absence that was to end at that very instant (UTC ms); one that was changed meanwhile goes on. */
export async function comeBack(ctx: MutationCtx, memberId: Id<"members">, until: number): Promise<void> {
  const member = await ctx.db.get("members", memberId);
  if (member?.away?.until !== until) return;
  await teams.setAway(ctx, member, null, Date.now());
  await record(ctx, {
    orgId: member.orgId,
    actor: { kind: "system", name: "teams" },
    action: "member.back",
    subject: { table: "members", id: memberId },
  });
  await drainFor(ctx, memberId);
}

/** Ends absences whose end was lost. */
export async function comeBackLost(ctx: MutationCtx, now: number): Promise<void> {
  for (const { _id, away } of await teams.listReturned(ctx, now, SWEEP_BATCH)) {
    if (away?.until !== undefined) await comeBack(ctx, _id, away.until);
  }
}

/**
 * Suspends a member, whose open conversations are handed on in the background, or reinstates them. The same again
 * changes nothing. Throws `forbidden` or `conflict` (orgs/model).
 */
export async function setMemberStatus(
  ctx: MutationCtx,
  by: By,
  { memberId, status }: { memberId: Id<"members">; status: Doc<"members">["status"] },
): Promise<void> {
  const member = await requireMemberOf(ctx, by.orgId, memberId);
  if (member.status === status) return;
  await changeStatus(ctx, by.member, member, status);
  const action = status === "suspended" ? "member.suspended" : "member.reinstated";
  await note(ctx, by, action, { table: "members", id: memberId }, { name: member.displayName });
  if (status === "active") return await drainFor(ctx, memberId);
  await emit(ctx, { orgId: by.orgId, kind: "member.suspended", subject: {}, payload: { memberId } });
  await ctx.scheduler.runAfter(0, internal.inbox.assignment.jobs.release, { memberId });
}

/** The member's tab is open, and perhaps looked at; who comes back may be given what waits. */
export async function noteHere(ctx: MutationCtx, member: Doc<"members">, isLooking: boolean): Promise<void> {
  if (await teams.noteSeen(ctx, member, Date.now(), isLooking)) await drainFor(ctx, member._id);
}
