import type { PaginationOptions } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id, TableNames } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { record } from "../audit/model";
import { encryptSecret, randomToken, sha256Hex } from "../lib/crypto";
import { requireEnv } from "../lib/env";
import { appError } from "../lib/errors";
import { can, type Permission } from "../lib/permissions";
import { takeToken, tokensLeft } from "../lib/rateLimits";
import { MINUTE_MS } from "../lib/time";
import { requireMemberOf } from "../orgs/model";
import type { ApiScope } from "./scopes";

const KEY_PREFIX = "sbk_";
const SECRET_PREFIX = "whsec_";
/** Enough to tell keys apart in a list, too little to guess one. */
const PUBLIC_ID_LENGTH = 12;
const MAX_NAME_LENGTH = 80;
const SIGNING_SECRET_BYTES = 32;

/** Who calls, once the key or the signature was accepted. */
export const vApiCaller = v.object({
  orgId: v.id("organisations"),
  apiKeyId: v.id("apiKeys"),
  keyName: v.string(),
  /** Who made the key: what it changes, it changes in this member's name. */
  memberId: v.id("members"),
});
export type ApiCaller = Infer<typeof vApiCaller>;

/** What is left of a key's calls, for the RateLimit headers. */
export const vCallsLeft = v.object({ limit: v.number(), remaining: v.number(), resetMs: v.number() });
export type CallsLeft = Infer<typeof vCallsLeft>;

/** Where the REST API lies on the site's origin, and where it explains itself to people. */
export const API_PREFIX = "/api/v1/";
export const DOCS_PATH = `${API_PREFIX}docs`;

/** The address of that page. */
export function docsUrl(): string {
  return `${requireEnv("CONVEX_SITE_URL")}${DOCS_PATH}`;
}

type NewKey = {
  orgId: Id<"organisations">;
  memberId: Id<"members">;
  name: string;
  scopes: ApiScope[];
  /** UTC ms; absent = until revoked. */
  expiresAt?: number;
};

/**
 * Creates a key and returns it with its signing secret: the only time either is readable. Throws `invalid` for an empty
 * or overlong name, no scope, or an end in the past.
 */
export async function createKey(ctx: MutationCtx, { orgId, memberId, name, scopes, expiresAt }: NewKey) {
  const label = name.trim();
  if (label === "" || label.length > MAX_NAME_LENGTH) {
    throw appError("invalid", `Give the key a name of at most ${MAX_NAME_LENGTH} characters.`, { field: "name" });
  }
  if (scopes.length === 0) throw appError("invalid", "Choose what the key may do.", { field: "scopes" });
  if (expiresAt !== undefined && expiresAt <= Date.now()) {
    throw appError("invalid", "The key would be over before it begins.", { field: "expiresAt" });
  }
  const key = `${KEY_PREFIX}${randomToken()}`;
  const publicId = randomToken().slice(0, PUBLIC_ID_LENGTH);
  const signingSecret = newSigningSecret();
  const apiKeyId = await ctx.db.insert("apiKeys", {
    orgId,
    name: label,
    publicId,
    keyHash: await sha256Hex(key),
    encryptedSigningSecret: await encryptSecret(signingSecret),
    scopes: [...new Set(scopes)],
    createdBy: memberId,
    expiresAt,
  });
  const subject = { table: "apiKeys", id: apiKeyId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action: "api_key.created", subject });
  return { apiKeyId, publicId, key, signingSecret };
}

/** `whsec_` and base64, as Standard Webhooks libraries expect it (providers.md section 18). */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SIGNING_SECRET_BYTES));
  return SECRET_PREFIX + btoa(String.fromCharCode(...bytes));
}

/** Ends a key at once; a second time changes nothing. Throws `not_found` for another organisation's. */
export async function revokeKey(
  ctx: MutationCtx,
  { orgId, memberId, apiKeyId }: { orgId: Id<"organisations">; memberId: Id<"members">; apiKeyId: Id<"apiKeys"> },
): Promise<void> {
  const key = await requireKey(ctx, orgId, apiKeyId);
  if (key.revokedAt !== undefined) return;
  await ctx.db.patch("apiKeys", apiKeyId, { revokedAt: Date.now() });
  const subject = { table: "apiKeys", id: apiKeyId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action: "api_key.revoked", subject });
}

async function requireKey(ctx: QueryCtx, orgId: Id<"organisations">, apiKeyId: Id<"apiKeys">): Promise<Doc<"apiKeys">> {
  const key = await ctx.db.get("apiKeys", apiKeyId);
  if (key === null || key.orgId !== orgId) throw appError("not_found", "This key does not exist.");
  return key;
}

/** The keys of an organisation, newest first, without anything secret. */
export async function listKeys(ctx: QueryCtx, orgId: Id<"organisations">, paginationOpts: PaginationOptions) {
  const result = await ctx.db
    .query("apiKeys")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .paginate(paginationOpts);
  return {
    ...result,
    page: result.page.map(({ _id, _creationTime, name, publicId, scopes, lastUsedAt, expiresAt, revokedAt }) => ({
      id: _id,
      createdAt: _creationTime,
      name,
      publicId,
      scopes,
      lastUsedAt,
      expiresAt,
      revokedAt,
    })),
  };
}

/** The key a signed request names, or null: its signing secret is still encrypted. */
export async function keyByPublicId(ctx: QueryCtx, publicId: string): Promise<Doc<"apiKeys"> | null> {
  return await ctx.db
    .query("apiKeys")
    .withIndex("by_public_id", (q) => q.eq("publicId", publicId))
    .first();
}

/** The caller behind a key, whatever its state: for replaying what it sent while it was valid. Throws `not_found`. */
export async function callerOf(ctx: QueryCtx, orgId: Id<"organisations">, apiKeyId: Id<"apiKeys">): Promise<ApiCaller> {
  return callerBehind(await requireKey(ctx, orgId, apiKeyId));
}

function callerBehind({ _id, orgId, name, createdBy }: Doc<"apiKeys">): ApiCaller {
  return { orgId, apiKeyId: _id, keyName: name, memberId: createdBy };
}

/** The member a key acts for. Throws `forbidden` when that member was suspended: their keys end with them. */
export async function actingMember(ctx: QueryCtx, { orgId, memberId }: ApiCaller): Promise<Doc<"members">> {
  const member = await requireMemberOf(ctx, orgId, memberId);
  if (member.status !== "suspended") return member;
  throw appError("forbidden", "The member who made this key is suspended.");
}

type Proof = { keyHash: string } | { verifiedKeyId: Id<"apiKeys"> };

/**
 * Admits a call: the key exists, is neither revoked nor over, has the scope, its maker may do it, and it has calls left.
 * Throws `unauthenticated`, `forbidden` or `rate_limited`. `proof` is the key's hash, or the id of a key whose signature
 * the caller has verified.
 */
export async function admit(
  ctx: MutationCtx,
  proof: Proof,
  { scope, permission }: { scope: ApiScope; permission?: Permission },
): Promise<{ caller: ApiCaller; left: CallsLeft }> {
  const now = Date.now();
  const key = await keyOf(ctx, proof);
  if (key === null || key.revokedAt !== undefined || (key.expiresAt ?? Number.POSITIVE_INFINITY) <= now) {
    throw appError("unauthenticated", "The API key is unknown, revoked or over.");
  }
  if (!key.scopes.includes(scope)) throw appError("forbidden", `This key lacks the scope ${scope}.`);
  const caller = callerBehind(key);
  if (permission !== undefined && !can((await actingMember(ctx, caller)).role, permission)) {
    throw appError("forbidden", `The member who made this key may not do this (${permission}).`);
  }
  await takeToken(ctx, "apiCall", key._id);
  // A minute's grain: exact enough for "is it still in use?", and parallel calls do not contend for the row.
  if (now - (key.lastUsedAt ?? 0) > MINUTE_MS) await ctx.db.patch("apiKeys", key._id, { lastUsedAt: now });
  return { caller, left: await tokensLeft(ctx, "apiCall", key._id) };
}

async function keyOf(ctx: QueryCtx, proof: Proof): Promise<Doc<"apiKeys"> | null> {
  if ("verifiedKeyId" in proof) return await ctx.db.get("apiKeys", proof.verifiedKeyId);
  return await ctx.db
    .query("apiKeys")
    .withIndex("by_key_hash", (q) => q.eq("keyHash", proof.keyHash))
    .unique();
}

/** An id of the request, checked for its table only. Throws `not_found` for anything else. */
export function idOf<Table extends TableNames>(
  ctx: QueryCtx,
  table: Table,
  id: string,
  message: string,
  field?: string,
): Id<Table> {
  const known = ctx.db.normalizeId(table, id);
  if (known === null) throw appError("not_found", message, field === undefined ? {} : { field });
  return known;
}
