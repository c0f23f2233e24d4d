import type { Auth, GenericDatabaseReader } from "convex/server";
import type { DataModel, Doc, Id } from "../_generated/dataModel";
import { getEnv } from "./env";
import { appError } from "./errors";
import { can, type Permission } from "./permissions";

// Membership rows are read here and not in orgs, because every function declaration of every domain needs them.

type AccessCtx = { db: GenericDatabaseReader<DataModel>; auth: Auth };

/**
 * The stable key of the signed-in person, whatever the identity provider: "local:<users id>" for tokens issued by this
 * deployment (their subject is "<user>|<session>"), "clerk:<subject>" for Clerk's. Null when nobody is signed in.
 */
export async function currentAuthKey(ctx: AccessCtx): Promise<string | null> {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) return null;
  if (identity.issuer === getEnv("CONVEX_SITE_URL")) {
    const [userId, session = ""] = identity.subject.split("|");
    return (await hasEnded(ctx, session)) ? null : `local:${userId}`;
  }
  return identity.issuer === getEnv("CLERK_FRONTEND_API_URL") ? `clerk:${identity.subject}` : null;
}

/** A token outlives its session by up to an hour; who was signed out by a new password is out at once. */
async function hasEnded(ctx: AccessCtx, session: string): Promise<boolean> {
  const sessionId = ctx.db.normalizeId("authSessions", session);
  return sessionId !== null && (await ctx.db.get("authSessions", sessionId)) === null;
}

/** The signed-in person, or null when nobody is signed in or the person has not been recorded yet. */
export async function getPerson(ctx: AccessCtx): Promise<Doc<"people"> | null> {
  const authKey = await currentAuthKey(ctx);
  if (authKey === null) return null;
  return await ctx.db
    .query("people")
    .withIndex("by_auth_key", (q) => q.eq("authKey", authKey))
    .unique();
}

/**
 * The caller's membership of `orgId`. Throws `unauthenticated` when nobody is signed in, `not_found` when the caller
 * does not belong to the organisation (its existence is not revealed), `forbidden` when the role lacks `permission`.
 */
export async function requireMember(
  ctx: AccessCtx,
  orgId: Id<"organisations">,
  permission: Permission,
): Promise<{ member: Doc<"members">; org: Doc<"organisations"> }> {
  const person = await getPerson(ctx);
  if (person === null) throw appError("unauthenticated", "Sign in to go on.");
  const member = await ctx.db
    .query("members")
    .withIndex("by_person_org", (q) => q.eq("personId", person._id).eq("orgId", orgId))
    .unique();
  const org = member === null || member.status !== "active" ? null : await ctx.db.get("organisations", orgId);
  if (member === null || org === null) throw appError("not_found", "This workspace does not exist or is not yours.");
  if (!can(member.role, permission)) throw appError("forbidden", `Your role (${member.role}) does not allow this.`);
  return { member, org };
}
