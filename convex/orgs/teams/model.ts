import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import { requireCalendar } from "../calendars/model";
import { requireMemberOf } from "../model";
import { isOnlineAt, mayNoteAgain } from "./presence";

/** More teams than one inbox is shared by; lists read them all. */
const MAX_TEAMS = 100;
/** People of one team; all of them are looked at for every conversation it is given. */
const MAX_PEOPLE = 100;
const MAX_NAME_CHARS = 80;
const MAX_SKILLS = 30;
const MAX_SKILL_CHARS = 40;
const MAX_CAPACITY = 1_000;
const MAX_AWAY_NOTE_CHARS = 200;
/** Longer is no absence; also catches instants in wrong units. */
const MAX_AWAY_MS = 366 * DAY_MS;

export type TeamFields = Pick<Doc<"teams">, "name" | "mode" | "onlyOnline" | "calendarId">;

/** The teams of an organisation by name, archived ones included. */
export async function listTeams(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"teams">[]> {
  return await ctx.db
    .query("teams")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_TEAMS);
}

/** The team, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireTeam(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  teamId: Id<"teams">,
): Promise<Doc<"teams">> {
  const team = await findTeam(ctx, orgId, teamId);
  if (team === null) throw appError("not_found", "This team does not exist.");
  return team;
}

/** The same for one that may be gone by now: null instead. */
export async function findTeam(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  teamId: Id<"teams">,
): Promise<Doc<"teams"> | null> {
  const team = await ctx.db.get("teams", teamId);
  return team?.orgId === orgId ? team : null;
}

/** Makes a team of nobody. Throws `invalid` for a name that is empty, long or taken, `conflict` when there are too many. */
export async function createTeam(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  fields: TeamFields,
): Promise<Id<"teams">> {
  const all = await listTeams(ctx, orgId);
  if (all.length >= MAX_TEAMS) throw appError("conflict", `A workspace has room for ${MAX_TEAMS} teams.`);
  await checkCalendar(ctx, orgId, fields);
  return await ctx.db.insert("teams", { ...fields, name: checkName(fields.name, all), orgId, isArchived: false });
}

/** Changes what a team says of itself. Throws like `createTeam`. */
export async function changeTeam(ctx: MutationCtx, team: Doc<"teams">, fields: TeamFields): Promise<void> {
  const others = (await listTeams(ctx, team.orgId)).filter(({ _id }) => _id !== team._id);
  await checkCalendar(ctx, team.orgId, fields);
  const { calendarId } = fields;
  await ctx.db.patch("teams", team._id, { ...fields, calendarId, name: checkName(fields.name, others) });
}

async function checkCalendar(ctx: QueryCtx, orgId: Id<"organisations">, { calendarId }: TeamFields): Promise<void> {
  if (calendarId !== undefined) await requireCalendar(ctx, orgId, calendarId);
}

/** Archives a team or brings it back. */
export async function setTeamArchived(ctx: MutationCtx, { _id }: Doc<"teams">, isArchived: boolean): Promise<void> {
  await ctx.db.patch("teams", _id, { isArchived });
}

function checkName(text: string, others: readonly Doc<"teams">[]): string {
  const name = text.trim();
  if (name === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `Give the team a name of at most ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw appError("invalid", `There is a team "${name}" already.`, { field: "name" });
  }
  return name;
}

/** Who is in a team, in the order in which they joined. */
export async function listTeamMembers(ctx: QueryCtx, teamId: Id<"teams">): Promise<Doc<"teamMembers">[]> {
  const rows = await ctx.db
    .query("teamMembers")
    .withIndex("by_team", (q) => q.eq("teamId", teamId))
    .take(MAX_PEOPLE);
  return rows.sort((a, b) => a._creationTime - b._creationTime);
}

/** The teams a member is in. */
export async function teamsOf(ctx: QueryCtx, memberId: Id<"members">): Promise<Id<"teams">[]> {
  const rows = await ctx.db
    .query("teamMembers")
    .withIndex("by_member", (q) => q.eq("memberId", memberId))
    .take(MAX_TEAMS);
  return rows.map(({ teamId }) => teamId);
}

/** True when the member is in the team. */
export async function isInTeam(ctx: QueryCtx, teamId: Id<"teams">, memberId: Id<"members">): Promise<boolean> {
  return (await teamMember(ctx, teamId, memberId)) !== null;
}

async function teamMember(ctx: QueryCtx, teamId: Id<"teams">, memberId: Id<"members">) {
  return await ctx.db
    .query("teamMembers")
    .withIndex("by_team", (q) => q.eq("teamId", teamId).eq("memberId", memberId))
    .unique();
}

/**
 * Makes exactly `memberIds` the people of a team; who stays keeps their turn. Throws `not_found` for another
 * organisation's member, `invalid` for too many.
 */
export async function setTeamMembers(
  ctx: MutationCtx,
  { _id: teamId, orgId }: Doc<"teams">,
  memberIds: readonly Id<"members">[],
): Promise<void> {
  const wanted = new Set(memberIds);
  if (wanted.size > MAX_PEOPLE) {
    throw appError("invalid", `A team has at most ${MAX_PEOPLE} people.`, { field: "memberIds" });
  }
  const known = await listTeamMembers(ctx, teamId);
  for (const row of known) if (!wanted.has(row.memberId)) await ctx.db.delete("teamMembers", row._id);
  // Newcomers begin where the others are: they do not get everything until they have caught up.
  const lastTurn = Math.max(0, ...known.map((row) => row.lastTurn));
  for (const memberId of wanted) {
    if (known.some((row) => row.memberId === memberId)) continue;
    await requireMemberOf(ctx, orgId, memberId);
    await ctx.db.insert("teamMembers", { orgId, teamId, memberId, lastTurn });
  }
}

/** Notes that it was a member's turn, as the `turn`th of the team. */
export async function noteTurn(ctx: MutationCtx, row: Doc<"teamMembers">, turn: number): Promise<void> {
  await ctx.db.patch("teamMembers", row._id, { lastTurn: turn });
}

/**
 * Sets what a member can do and how many open conversations are enough (null: no limit). Skills are kept trimmed, in
 * small letters, once each. Throws `invalid` with the field.
 */
export async function setWorkProfile(
  ctx: MutationCtx,
  { _id }: Doc<"members">,
  { skills, capacity }: { skills: readonly string[]; capacity: number | null },
): Promise<void> {
  if (capacity !== null && !(Number.isInteger(capacity) && capacity >= 1 && capacity <= MAX_CAPACITY)) {
    throw appError("invalid", `Give a whole number from 1 to ${MAX_CAPACITY}.`, { field: "capacity" });
  }
  await ctx.db.patch("members", _id, { skills: checkSkills(skills), capacity: capacity ?? undefined });
}

/** Skills trimmed, in small letters, once each. Throws `invalid` for too many or too long ones. */
export function checkSkills(skills: readonly string[]): string[] {
  const known = [...new Set(skills.map((skill) => skill.trim().toLowerCase()).filter((skill) => skill !== ""))];
  if (known.length <= MAX_SKILLS && known.every((skill) => skill.length <= MAX_SKILL_CHARS)) return known;
  const message = `At most ${MAX_SKILLS} skills of ${MAX_SKILL_CHARS} characters each.`;
  throw appError("invalid", message, { field: "skills" });
}

/** Sets a member away, with words for the others and a return, or back. Throws `invalid` with the field. */
export async function setAway(
  ctx: MutationCtx,
  { _id }: Doc<"members">,
  away: { note?: string | undefined; until?: number | undefined } | null,
  now: number,
): Promise<void> {
  const note = away?.note?.trim() || undefined;
  if (note !== undefined && note.length > MAX_AWAY_NOTE_CHARS) {
    throw appError("invalid", `Use at most ${MAX_AWAY_NOTE_CHARS} characters.`, { field: "note" });
  }
  const until = away?.until;
  if (until !== undefined && !(until > now && until <= now + MAX_AWAY_MS)) {
    throw appError("invalid", "Choose a return within the next 366 days.", { field: "until" });
  }
  await ctx.db.patch("members", _id, { away: away === null ? undefined : { since: now, note, until } });
}

/** Members of any organisation whose return is past, the earliest first. */
export async function listReturned(ctx: QueryCtx, now: number, count: number): Promise<Doc<"members">[]> {
  return await ctx.db
    .query("members")
    .withIndex("by_return", (q) => q.gt("away.until", 0).lte("away.until", now))
    .take(count);
}

/** When a member's tab last said that it is open, or null. UTC ms. */
export async function seenAt(ctx: QueryCtx, memberId: Id<"members">): Promise<number | null> {
  return (await presenceOf(ctx, memberId))?.seenAt ?? null;
}

/** When somebody last looked at one of the member's tabs, or null. UTC ms. */
export async function lookedAt(ctx: QueryCtx, memberId: Id<"members">): Promise<number | null> {
  return (await presenceOf(ctx, memberId))?.lookedAt ?? null;
}

/** Notes that a member's tab is open, and whether it is looked at. Returns true when the member comes back. */
export async function noteSeen(
  ctx: MutationCtx,
  { _id, orgId }: Doc<"members">,
  now: number,
  isLooking: boolean,
): Promise<boolean> {
  const known = await presenceOf(ctx, _id);
  const looked = isLooking ? { lookedAt: now } : {};
  const isNewLook = isLooking && mayNoteAgain(known?.lookedAt ?? 0, now);
  if (known === null) await ctx.db.insert("memberPresence", { orgId, memberId: _id, seenAt: now, ...looked });
  else if (isNewLook || mayNoteAgain(known.seenAt, now))
    await ctx.db.patch("memberPresence", known._id, { seenAt: now, ...looked });
  return !isOnlineAt(known?.seenAt ?? null, now);
}

async function presenceOf(ctx: QueryCtx, memberId: Id<"members">) {
  return await ctx.db
    .query("memberPresence")
    .withIndex("by_member", (q) => q.eq("memberId", memberId))
    .unique();
}
