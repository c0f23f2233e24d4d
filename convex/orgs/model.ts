import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "../lib/errors";
import { ROLES, type Role } from "../lib/permissions";
import { isZone } from "../lib/time";
import { slugOf } from "./slug";
import type { ModuleKey } from "./schema";

/** Larger teams than this are not what one shared inbox is for; the lists of members read them all. */
const MAX_MEMBERS = 500;

/** A person belongs to few workspaces; the switcher shows them all. */
const MAX_MEMBERSHIPS = 100;

const MAX_NAME_LENGTH = 120;

/** What a new workspace starts with; the other modules are switched on where they are wanted. */
const MODULES_AT_START: readonly ModuleKey[] = ["tickets", "email", "sms", "whatsapp", "dashboard"];

/** No automated message at night unless the workspace decides otherwise (providers.md 21.1: courtesy hours). */
const QUIET_HOURS_AT_START = { start: "20:00", end: "08:00" };

const OFFICE_DAY = { start: "09:00", end: "17:00" };
const WEEKDAYS = [1, 2, 3, 4, 5];

/** The organisation. Throws `not_found` when there is none. Membership is checked by the function builders. */
export async function requireOrg(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"organisations">> {
  const org = await ctx.db.get("organisations", orgId);
  if (org === null) throw appError("not_found", "This workspace does not exist.");
  return org;
}

/** A page of all organisations, for jobs that look after each of them. */
export async function listOrgs(ctx: QueryCtx, paginationOpts: PaginationOptions) {
  return await ctx.db.query("organisations").paginate(paginationOpts);
}

/**
 * Creates an organisation with its default calendar (Monday to Friday, 9 to 17). The slug is made from the name and
 * numbered when taken. Throws `invalid` for an empty or overlong name or an unknown zone.
 */
export async function createOrganisation(
  ctx: MutationCtx,
  fields: {
    name: string;
    timezone: string;
    locale?: string;
    slug?: string;
    isDemo?: boolean;
    brand?: Doc<"organisations">["brand"];
    externalKey?: string;
  },
): Promise<Id<"organisations">> {
  const { timezone, locale = "de-DE", isDemo = false, brand, externalKey } = fields;
  const name = checkedName(fields.name);
  if (!isZone(timezone)) throw appError("invalid", `"${timezone}" is not a time zone.`, { field: "timezone" });
  const orgId = await ctx.db.insert("organisations", {
    name,
    slug: await freeSlug(ctx, fields.slug ?? slugOf(name)),
    timezone,
    locale,
    modules: Object.fromEntries(MODULES_AT_START.map((module) => [module, true])),
    quietHours: QUIET_HOURS_AT_START,
    isDemo,
    brand,
    externalKey,
  });
  await ctx.db.insert("calendars", {
    orgId,
    name: "Standard",
    timezone,
    intervals: WEEKDAYS.map((weekday) => ({ weekday, ...OFFICE_DAY })),
    holidays: [],
    isDefault: true,
  });
  return orgId;
}

/** A workspace's name as it is kept. Throws `invalid` for an empty or overlong one. */
export function checkedName(written: string): string {
  const name = written.trim();
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw appError("invalid", `Give the workspace a name of at most ${MAX_NAME_LENGTH} characters.`, { field: "name" });
  }
  return name;
}

/** How the organisation appears in its mails: name and, where set, colours and imprint; the imprint falls back to the name. */
export function brandOf(org: Doc<"organisations">) {
  return { ...org.brand, name: org.name, imprint: org.brand?.imprint ?? [org.name] };
}

/** Switches a module on or off. Throws `invalid` for `tickets`, which is always on (requirement S3). */
export async function setModule(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  module: ModuleKey,
  isOn: boolean,
): Promise<void> {
  if (module === "tickets" && !isOn) {
    throw appError("invalid", "Tickets are part of every workspace and stay on.", { field: "module" });
  }
  await ctx.db.patch("organisations", org._id, { modules: { ...org.modules, [module]: isOn } });
}

/** Business hours that count where nothing else is said; null when the organisation has none. */
export async function getDefaultCalendar(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"calendars"> | null> {
  return await ctx.db
    .query("calendars")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("isDefault", true))
    .first();
}

/** The same where there must be some. Throws `not_found` when the organisation has none. */
export async function defaultCalendar(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"calendars">> {
  const calendar = await getDefaultCalendar(ctx, orgId);
  if (calendar === null) throw appError("not_found", "This workspace has no default calendar.");
  return calendar;
}

/**
 * Records who signed in under `authKey`, or updates name and address when the identity provider knows them now.
 * Returns the person.
 */
export async function ensurePerson(
  ctx: MutationCtx,
  { authKey, name, email }: { authKey: string; name?: string; email?: string },
): Promise<Doc<"people">> {
  const known = await ctx.db
    .query("people")
    .withIndex("by_auth_key", (q) => q.eq("authKey", authKey))
    .unique();
  const given = name?.trim() || undefined;
  if (known === null) {
    const personId = await ctx.db.insert("people", { authKey, name: given ?? nameFromEmail(email), email });
    return await requirePerson(ctx, personId);
  }
  const changed = { name: (known.isNamedByHand ? undefined : given) ?? known.name, email: email ?? known.email };
  if (changed.name !== known.name || changed.email !== known.email) await ctx.db.patch("people", known._id, changed);
  return { ...known, ...changed };
}

/** The person. Throws `not_found` when there is none. */
export async function requirePerson(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"people">> {
  const person = await ctx.db.get("people", personId);
  if (person === null) throw appError("not_found", "This person does not exist.");
  return person;
}

/**
 * Makes a person a member. Somebody who is one already keeps role and status: a suspended member does not return by a
 * second invitation.
 */
export async function addMember(
  ctx: MutationCtx,
  { orgId, person, role }: { orgId: Id<"organisations">; person: Doc<"people">; role: Role },
): Promise<Id<"members">> {
  const known = await getMembership(ctx, person._id, orgId);
  if (known !== null) return known._id;
  const displayName = person.name;
  return await ctx.db.insert("members", { orgId, personId: person._id, role, status: "active", displayName });
}

/** The member, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireMemberOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  memberId: Id<"members">,
): Promise<Doc<"members">> {
  const member = await findMemberOf(ctx, orgId, memberId);
  if (member === null) throw appError("not_found", "This member does not exist.");
  return member;
}

/** The same for one who may be gone by now: null instead. */
export async function findMemberOf(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  memberId: Id<"members">,
): Promise<Doc<"members"> | null> {
  const member = await ctx.db.get("members", memberId);
  return member?.orgId === orgId ? member : null;
}

/**
 * Suspends a member, who sees and does nothing here any more from this transaction on, or reinstates them. Throws
 * `forbidden` for somebody of a stronger role, `conflict` for oneself and for the last active admin.
 */
export async function setMemberStatus(
  ctx: MutationCtx,
  by: Doc<"members">,
  member: Doc<"members">,
  status: Doc<"members">["status"],
): Promise<void> {
  requireMayChange(by, member);
  if (status === "suspended") await requireOtherAdmin(ctx, member);
  await ctx.db.patch("members", member._id, { status });
}

/**
 * Gives a member another role, from this transaction on. Throws like `setMemberStatus`, and `forbidden` for a role above
 * one's own.
 */
export async function changeRole(
  ctx: MutationCtx,
  by: Doc<"members">,
  member: Doc<"members">,
  role: Role,
): Promise<void> {
  requireMayChange(by, member);
  if (ROLES.indexOf(role) < ROLES.indexOf(by.role)) {
    throw appError("forbidden", "You cannot give a role above your own.");
  }
  await requireOtherAdmin(ctx, member);
  await ctx.db.patch("members", member._id, { role });
}

/** Throws `forbidden` for somebody whose role is above one's own, `conflict` for oneself. */
export function requireMayChange(by: Doc<"members">, member: Doc<"members">): void {
  if (ROLES.indexOf(member.role) < ROLES.indexOf(by.role)) {
    throw appError("forbidden", "You cannot change somebody whose role is above your own.");
  }
  if (member._id === by._id) throw appError("conflict", "Ask somebody else: nobody changes their own place.");
}

/** Throws `conflict` when the member is the last active admin. */
async function requireOtherAdmin(ctx: QueryCtx, { _id, orgId, role }: Doc<"members">): Promise<void> {
  if (role !== "admin") return;
  const others = (await listMembers(ctx, orgId)).filter((one) => one.role === "admin" && one._id !== _id);
  if (!others.some(({ status }) => status === "active")) throw appError("conflict", "A workspace needs an admin.");
}

/** Everybody in the organisation, suspended ones included, by name. */
export async function listMembers(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"members">[]> {
  const members = await ctx.db
    .query("members")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_MEMBERS);
  return members.sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/** Somebody's place in an organisation. */
export type Membership = { member: Doc<"members">; org: Doc<"organisations"> };

/** A person's active memberships with their organisations. */
export async function listMemberships(ctx: QueryCtx, personId: Id<"people">): Promise<Membership[]> {
  return (await everyMembership(ctx, personId)).filter(({ member }) => member.status === "active");
}

/** A person's memberships with their organisations, suspended ones included. */
export async function everyMembership(ctx: QueryCtx, personId: Id<"people">): Promise<Membership[]> {
  const members = await ctx.db
    .query("members")
    .withIndex("by_person_org", (q) => q.eq("personId", personId))
    .take(MAX_MEMBERSHIPS);
  return await Promise.all(members.map(async (member) => ({ member, org: await requireOrg(ctx, member.orgId) })));
}

/** The organisation that mirrors one of an identity provider ("clerk:<organisation id>"), or null. */
export async function getOrgByExternalKey(ctx: QueryCtx, externalKey: string): Promise<Doc<"organisations"> | null> {
  return await ctx.db
    .query("organisations")
    .withIndex("by_external_key", (q) => q.eq("externalKey", externalKey))
    .unique();
}

/** The seeded demo workspace, or null. */
export async function getDemoOrg(ctx: QueryCtx): Promise<Doc<"organisations"> | null> {
  return await ctx.db
    .query("organisations")
    .withIndex("by_demo", (q) => q.eq("isDemo", true))
    .first();
}

function nameFromEmail(email: string | undefined): string {
  return email?.split("@")[0] || "Unnamed";
}

async function getMembership(ctx: QueryCtx, personId: Id<"people">, orgId: Id<"organisations">) {
  return await ctx.db
    .query("members")
    .withIndex("by_person_org", (q) => q.eq("personId", personId).eq("orgId", orgId))
    .unique();
}

async function freeSlug(ctx: QueryCtx, wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`;
    const taken = await ctx.db
      .query("organisations")
      .withIndex("by_slug", (q) => q.eq("slug", slug))
      .first();
    if (taken === null) return slug;
  }
}
