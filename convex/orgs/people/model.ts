import type { Auth, UserIdentity } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { readClerkOrganisation, roleOfClerk } from "../../lib/clerkClaims";
import { appError } from "../../lib/errors";
import { localeParts } from "../locales";
import {
  addMember,
  createOrganisation,
  ensurePerson,
  getOrgByExternalKey,
  listMembers,
  listMemberships,
  requirePerson,
} from "../model";

/**
 * Records who is signed in and, when a Clerk organisation is active that a workspace mirrors, makes the person a member
 * of it. Roles and suspensions of members we have are never changed by a token: it may be a minute old
 * (providers.md 17). Throws `unauthenticated` when nobody is signed in.
 */
export async function recordSignIn(
  ctx: MutationCtx,
  { authKey, name }: { authKey: string; name?: string },
): Promise<Doc<"people">> {
  const identity = await requireIdentity(ctx);
  const known = authKey.startsWith("local:") ? await localProfile(ctx, authKey) : identity;
  const person = await ensurePerson(ctx, { authKey, name: name ?? known.name, email: known.email });
  const active = activeOrganisation(authKey, identity);
  const org = active === null ? null : await getOrgByExternalKey(ctx, active.externalKey);
  if (active !== null && org !== null) {
    await addMember(ctx, { orgId: org._id, person, role: roleOfClerk(active.role) });
  }
  return person;
}

/**
 * Creates a workspace with the person as its admin. When an admin of an active Clerk organisation does so, the
 * workspace mirrors that organisation: its other members join by signing in. Throws `conflict` when it has one already.
 */
export async function foundOrganisation(
  ctx: MutationCtx,
  { authKey, name, timezone, locale }: { authKey: string; name: string; timezone: string; locale?: string },
): Promise<Id<"organisations">> {
  if (locale !== undefined && localeParts(locale) === null) {
    throw appError("invalid", `"${locale}" is no language and country we know.`, { field: "locale" });
  }
  const person = await recordSignIn(ctx, { authKey });
  const active = activeOrganisation(authKey, await requireIdentity(ctx));
  const externalKey = active?.role === "admin" ? active.externalKey : undefined;
  if (externalKey !== undefined && (await getOrgByExternalKey(ctx, externalKey)) !== null) {
    throw appError("conflict", "Your Clerk organisation has a workspace already; you are a member of it.");
  }
  const orgId = await createOrganisation(ctx, { name, timezone, locale, externalKey });
  await addMember(ctx, { orgId, person, role: "admin" });
  return orgId;
}

/** Who is signed in and where they belong; null for strangers, `person: null` before the first `ensurePerson`. */
export async function presentMe(
  ctx: QueryCtx,
  { authKey, person }: { authKey: string | null; person: Doc<"people"> | null },
) {
  if (authKey === null) return null;
  if (person === null) return { person: null, memberships: [] };
  const memberships = await listMemberships(ctx, person._id);
  return {
    person: { id: person._id, name: person.name, email: person.email },
    memberships: memberships.map(({ member, org }) => ({
      orgId: org._id,
      orgName: org.name,
      slug: org.slug,
      timezone: org.timezone,
      locale: org.locale,
      isDemo: org.isDemo,
      memberId: member._id,
      role: member.role,
      isAway: member.away !== undefined,
    })),
  };
}

const MAX_NAME_LENGTH = 120;
const MAX_MEMBERSHIPS = 100;

/**
 * Gives a person another name, which no identity provider changes any more. Returns their memberships as they were.
 * Throws `invalid` for an empty or overlong name.
 */
export async function renamePerson(
  ctx: MutationCtx,
  person: Doc<"people">,
  written: string,
): Promise<Doc<"members">[]> {
  const name = written.trim();
  if (name === "" || name.length > MAX_NAME_LENGTH) {
    throw appError("invalid", `Enter a name of at most ${MAX_NAME_LENGTH} characters.`, { field: "name" });
  }
  if (name === person.name) return [];
  await ctx.db.patch("people", person._id, { name, isNamedByHand: true });
  const members = await ctx.db
    .query("members")
    .withIndex("by_person_org", (q) => q.eq("personId", person._id))
    .take(MAX_MEMBERSHIPS);
  for (const { _id } of members) await ctx.db.patch("members", _id, { displayName: name });
  return members;
}

async function requireIdentity(ctx: { auth: Auth }): Promise<UserIdentity> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) throw appError("unauthenticated", "Sign in to go on.");
  return identity;
}

// Tokens of local accounts carry nothing but the id of their row in the auth library's table.
async function localProfile(ctx: QueryCtx, authKey: string): Promise<{ name?: string; email?: string }> {
  const userId = ctx.db.normalizeId("users", authKey.slice("local:".length));
  return (userId === null ? null : await ctx.db.get("users", userId)) ?? {};
}

function activeOrganisation(authKey: string, identity: UserIdentity) {
  const organisation = authKey.startsWith("clerk:") ? readClerkOrganisation(identity) : null;
  return organisation === null ? null : { externalKey: `clerk:${organisation.id}`, role: organisation.role };
}

/** The active member who signs in with this e-mail address, or null. */
export async function memberByAddress(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  address: string,
): Promise<Doc<"members"> | null> {
  const wanted = address.toLowerCase();
  for (const member of await listMembers(ctx, orgId)) {
    const { email } = await requirePerson(ctx, member.personId);
    if (member.status === "active" && email?.toLowerCase() === wanted) return member;
  }
  return null;
}
