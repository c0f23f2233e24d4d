import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { randomToken, sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { DEMO_SIGN_IN } from "../demo";
import { everyMembership, type Membership } from "../model";

/** Read within minutes of asking. */
export const MAILED_LIFETIME_MS = HOUR_MS;
/** Handed over by a colleague, who may see the other one only tomorrow. */
export const HANDED_LIFETIME_MS = 24 * HOUR_MS;

/** Whose password it is: the row of the auth library, and the address that is its name there. */
export type LocalAccount = { userId: Id<"users">; email: string };

/** The local account of an address; null where there is none. The demo's is everybody's, so its password stays. */
export async function localAccountAt(ctx: QueryCtx, written: string): Promise<LocalAccount | null> {
  const email = written.trim().toLowerCase();
  if (email === DEMO_SIGN_IN.email) return null;
  const account = await ctx.db
    .query("authAccounts")
    .withIndex("providerAndAccountId", (q) => q.eq("provider", "password").eq("providerAccountId", email))
    .unique();
  return account === null ? null : { userId: account.userId, email };
}

/** The local account of a person; null for who signs in elsewhere, and for the demo's. */
export async function localAccountOf(
  ctx: QueryCtx,
  { authKey }: Pick<Doc<"people">, "authKey">,
): Promise<LocalAccount | null> {
  const userId = authKey.startsWith("local:") ? ctx.db.normalizeId("users", authKey.slice("local:".length)) : null;
  if (userId === null) return null;
  const account = await ctx.db
    .query("authAccounts")
    .withIndex("userIdAndProvider", (q) => q.eq("userId", userId).eq("provider", "password"))
    .unique();
  if (account === null || account.providerAccountId === DEMO_SIGN_IN.email) return null;
  return { userId, email: account.providerAccountId };
}

/** Who signs in with a local account; null before their first visit. */
export async function personOfUser(ctx: QueryCtx, userId: Id<"users">): Promise<Doc<"people"> | null> {
  return await ctx.db
    .query("people")
    .withIndex("by_auth_key", (q) => q.eq("authKey", `local:${userId}`))
    .unique();
}

/** Workspaces somebody belongs to, suspended places included, without the demo, where everybody is admin. Oldest first. */
export async function realMemberships(ctx: QueryCtx, personId: Id<"people">): Promise<Membership[]> {
  const places = await everyMembership(ctx, personId);
  return places.filter(({ org }) => !org.isDemo).sort((a, b) => a.member._creationTime - b.member._creationTime);
}

/** A link to choose a new password. Earlier ones of the account open nothing any more; the token is kept hashed only. */
export async function makeReset(
  ctx: MutationCtx,
  userId: Id<"users">,
  { lifetimeMs, madeIn }: { lifetimeMs: number; madeIn?: Id<"organisations"> },
): Promise<{ token: string; expiresAt: number }> {
  await removeResets(ctx, userId);
  const token = randomToken();
  const expiresAt = Date.now() + lifetimeMs;
  await ctx.db.insert("passwordResets", { userId, tokenHash: await sha256Hex(token), expiresAt, madeIn });
  return { token, expiresAt };
}

/** Whose password the holder of a link may choose; null for a token that is wrong, used, replaced or too old. */
export async function describeReset(ctx: QueryCtx, token: string): Promise<{ email: string } | null> {
  const reset = await findReset(ctx, token);
  const account = reset === null ? null : await accountOfUser(ctx, reset.userId);
  return account === null ? null : { email: account.email };
}

/**
 * Uses a link up. Throws `not_found` for one that opens nothing, also where an admin made it and the person has joined
 * another workspace since: no admin gets into a workspace that is not theirs.
 */
export async function takeReset(ctx: MutationCtx, token: string): Promise<LocalAccount> {
  const reset = await findReset(ctx, token);
  const account = reset === null ? null : await accountOfUser(ctx, reset.userId);
  if (reset === null || account === null) throw linkIsClosed();
  if (reset.madeIn !== undefined && (await belongsElsewhere(ctx, reset.userId, reset.madeIn))) throw linkIsClosed();
  await removeResets(ctx, reset.userId);
  return account;
}

/** Whether an account opens more than this workspace. */
export async function belongsElsewhere(
  ctx: QueryCtx,
  userId: Id<"users">,
  orgId: Id<"organisations">,
): Promise<boolean> {
  const person = await personOfUser(ctx, userId);
  if (person === null) return false;
  return (await realMemberships(ctx, person._id)).some(({ org }) => org._id !== orgId);
}

/** Where somebody is signed in, newest first; at most what a person can look through. */
export async function sessionsOf(ctx: QueryCtx, userId: Id<"users">): Promise<Doc<"authSessions">[]> {
  return await ctx.db
    .query("authSessions")
    .withIndex("userId", (q) => q.eq("userId", userId))
    .order("desc")
    .take(MAX_SESSIONS);
}

const MAX_SESSIONS = 50;

function linkIsClosed() {
  return appError("not_found", "This link is not open any more. Ask for a new one.");
}

async function findReset(ctx: QueryCtx, token: string): Promise<Doc<"passwordResets"> | null> {
  const tokenHash = await sha256Hex(token);
  const reset = await ctx.db
    .query("passwordResets")
    .withIndex("by_token_hash", (q) => q.eq("tokenHash", tokenHash))
    .unique();
  return reset === null || reset.expiresAt <= Date.now() ? null : reset;
}

async function accountOfUser(ctx: QueryCtx, userId: Id<"users">): Promise<LocalAccount | null> {
  return await localAccountOf(ctx, { authKey: `local:${userId}` });
}

async function removeResets(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const open = await ctx.db
    .query("passwordResets")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(10);
  for (const { _id } of open) await ctx.db.delete("passwordResets", _id);
}
