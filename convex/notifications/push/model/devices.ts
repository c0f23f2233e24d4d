import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { encryptSecret } from "../../../lib/crypto";
import { appError } from "../../../lib/errors";
import { addressProblem } from "../../../lib/publicAddress";
import { requireMemberOf } from "../../../orgs/model";
import type { Subscription } from "../schema";

/** A person has a handful of devices; old ones the push service has not yet called gone count too. */
const MAX_DEVICES = 20;
/** The same browser in several workspaces, and leftovers of people who shared it. */
const MAX_SHARING = 50;
const MAX_NAME_CHARS = 80;

/** An uncompressed point of P-256 and sixteen secret bytes (RFC 8291), as base64url. */
const PUBLIC_KEY = /^B[A-Za-z0-9_-]{86}=?$/;
const AUTH_SECRET = /^[A-Za-z0-9_-]{22}(==)?$/;

/** The devices of a member, oldest first. */
export async function devicesOf(ctx: QueryCtx, memberId: Id<"members">): Promise<Doc<"pushDevices">[]> {
  return await ctx.db
    .query("pushDevices")
    .withIndex("by_member", (q) => q.eq("memberId", memberId))
    .take(MAX_DEVICES);
}

async function sharingOf(ctx: QueryCtx, endpoint: string): Promise<Doc<"pushDevices">[]> {
  return await ctx.db
    .query("pushDevices")
    .withIndex("by_endpoint", (q) => q.eq("endpoint", endpoint))
    .take(MAX_SHARING);
}

/**
 * Keeps a browser's subscription for a member; the same one again changes nothing but its keys, name and language. Who
 * signed in at that browser before is not pushed to there any more. `replaces`: the address the browser had until now; where
 * that was removed meanwhile (from another device) nothing is added, and null returned. Throws `invalid` with the field, and `conflict` when there are too many.
 */
export async function addDevice(
  ctx: MutationCtx,
  member: Doc<"members">,
  subscription: Subscription,
  replaces?: string,
): Promise<Id<"pushDevices"> | null> {
  requireSound(subscription);
  const { endpoint, auth, ...fields } = subscription;
  const mine = await devicesOf(ctx, member._id);
  const known = mine.find((device) => device.endpoint === endpoint);
  const replaced = mine.find((device) => device.endpoint === replaces);
  for (const other of await sharingOf(ctx, endpoint)) {
    // The browser's own key is the proof that it is the same browser.
    if (other.p256dh !== fields.p256dh) continue;
    const { personId } = await requireMemberOf(ctx, other.orgId, other.memberId);
    if (personId !== member.personId) await ctx.db.delete("pushDevices", other._id);
  }
  const row = { ...fields, endpoint, encryptedAuth: await encryptSecret(auth), problem: undefined };
  const same = known ?? replaced;
  if (same !== undefined) {
    await ctx.db.patch("pushDevices", same._id, row);
    return same._id;
  }
  if (replaces !== undefined) return null;
  if (mine.length >= MAX_DEVICES) throw appError("conflict", `Use at most ${MAX_DEVICES} devices. Remove an old one.`);
  return await ctx.db.insert("pushDevices", { orgId: member.orgId, memberId: member._id, ...row });
}

// What the name resolves to is looked at before every call (lib/guardedFetch), this machine refused there unless allowed.
function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && ["127.0.0.1", "localhost"].includes(new URL(url).hostname);
}

function requireSound({ endpoint, p256dh, auth, name }: Subscription): void {
  const problem = isOnThisMachine(endpoint) ? null : addressProblem(endpoint);
  if (problem !== null) throw appError("invalid", problem, { field: "endpoint" });
  if (!PUBLIC_KEY.test(p256dh)) throw appError("invalid", "This is no key of a browser.", { field: "p256dh" });
  if (!AUTH_SECRET.test(auth)) throw appError("invalid", "This is no secret of a browser.", { field: "auth" });
  if (name.trim() === "" || name.length > MAX_NAME_CHARS) {
    throw appError("invalid", `Give the device a name of at most ${MAX_NAME_CHARS} characters.`, { field: "name" });
  }
}

/** Takes one of the member's devices away. Throws `not_found` for another one's. */
export async function removeDevice(ctx: MutationCtx, member: Doc<"members">, deviceId: Id<"pushDevices">) {
  const device = await ctx.db.get("pushDevices", deviceId);
  if (device === null || device.orgId !== member.orgId || device.memberId !== member._id) {
    throw appError("not_found", "This device is not subscribed any more.");
  }
  await ctx.db.delete("pushDevices", deviceId);
}

/** Somebody signs out of a browser: it is told nothing of theirs any more, in no workspace. */
export async function forgetBrowser(ctx: MutationCtx, personId: Id<"people">, endpoint: string): Promise<void> {
  for (const device of await sharingOf(ctx, endpoint)) {
    const member = await requireMemberOf(ctx, device.orgId, device.memberId);
    if (member.personId === personId) await ctx.db.delete("pushDevices", device._id);
  }
}

/** The event says that a member may not come in any more: nothing goes to their devices. */
export async function removeSuspendedDevices(ctx: MutationCtx, { payload }: Doc<"domainEvents">): Promise<void> {
  const memberId = ctx.db.normalizeId("members", String(payload.memberId));
  if (memberId === null) return;
  for (const { _id } of await devicesOf(ctx, memberId)) await ctx.db.delete("pushDevices", _id);
}
