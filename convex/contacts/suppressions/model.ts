import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { emit } from "../../events/model";
import type { Channel, Purpose } from "../../lib/closedSets";
import { hmacSha256Hex } from "../../lib/crypto";
import { requireEnv } from "../../lib/env";
import { appError } from "../../lib/errors";
import { comparableAddress } from "../addresses";
import { isAdvertising } from "../consentRules";
import { getAddress } from "../model";
import { searchable } from "../names";
import { isAddressChannel } from "../schema";
import { isLegalReason } from "./reasons";
import type { SuppressionReason } from "./schema";

/** One address has at most one suppression per purpose and topic, and one for all. */
const MAX_PER_ADDRESS = 50;

const HASH_PREFIX = "hmac:";

/** What must not be written to, and how far that goes. */
export type SuppressionScope = {
  orgId: Id<"organisations">;
  channel: Channel;
  address: string;
  /** Absent: for every purpose. */
  purpose?: Purpose;
  /** Absent: for every topic of the purpose. */
  topic?: string;
};

type NewSuppression = SuppressionScope & {
  reason: SuppressionReason;
  source?: string;
  addedBy?: Actor;
  note?: string;
  importId?: Id<"suppressionImports">;
};

/**
 * Stops writing to an address, for one topic, one purpose or for all. A repetition changes nothing. Returns the row that
 * is in force for exactly this scope.
 */
export async function suppress(
  ctx: MutationCtx,
  entry: NewSuppression,
): Promise<{ suppressionId: Id<"suppressions">; isNew: boolean }> {
  const { orgId, channel, purpose, topic, reason } = entry;
  const address = comparableAddress(channel, entry.address);
  const inForce = await inForceFor(ctx, { orgId, channel, address });
  const known = inForce.find((row) => row.purpose === purpose && row.topic === topic);
  if (known !== undefined) return { suppressionId: known._id, isNew: false };
  const row = { ...entry, address, searchText: searchable(address), at: Date.now() };
  const suppressionId = await ctx.db.insert("suppressions", row);
  const owner = isAddressChannel(channel) ? await getAddress(ctx, { orgId, channel, address }) : null;
  await emit(ctx, {
    orgId,
    kind: "suppression.added",
    subject: { contactId: owner?.contactId },
    payload: { channel, address, purpose: purpose ?? null, topic: topic ?? null, reason },
  });
  return { suppressionId, isNew: true };
}

/**
 * The suppression that forbids writing to `address` for `purpose`, or null. Advertising also looks for what is left of
 * erased people: whoever comes back is not advertised to (providers.md 21.3).
 */
export async function suppressionOf(
  ctx: QueryCtx,
  { orgId, channel, address, purpose, topic }: SuppressionScope & { purpose: Purpose },
): Promise<Doc<"suppressions"> | null> {
  const comparable = comparableAddress(channel, address);
  const applies = (row: Doc<"suppressions">) =>
    row.purpose === undefined || (row.purpose === purpose && (row.topic === undefined || row.topic === topic));
  const rows = await inForceFor(ctx, { orgId, channel, address: comparable });
  const found = rows.find(applies);
  if (found !== undefined || !isAdvertising(purpose)) return found ?? null;
  const hashed = await inForceFor(ctx, { orgId, channel, address: await hashedAddress(orgId, comparable) });
  return hashed.find(applies) ?? null;
}

/** Every suppression of an address that was in force at an instant (UTC ms). */
export async function suppressionsAt(
  ctx: QueryCtx,
  { orgId, channel, address }: SuppressionScope,
  at: number,
): Promise<Doc<"suppressions">[]> {
  const rows = await ctx.db
    .query("suppressions")
    .withIndex("by_address", (q) =>
      q.eq("orgId", orgId).eq("channel", channel).eq("address", comparableAddress(channel, address)),
    )
    .take(MAX_PER_ADDRESS * 4);
  return rows.filter((row) => row.at <= at && (row.removedAt === undefined || row.removedAt > at));
}

/** What is in force for an address now. */
export async function suppressionsOf(ctx: QueryCtx, scope: SuppressionScope): Promise<Doc<"suppressions">[]> {
  return await inForceFor(ctx, { ...scope, address: comparableAddress(scope.channel, scope.address) });
}

/** A page of what is in force: newest first, of one reason, or those whose address matches `text`, best first. */
export async function listSuppressions(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  asked: { text?: string; reason?: SuppressionReason; paginationOpts: PaginationOptions },
) {
  const { text = "", reason, paginationOpts } = asked;
  if (text.trim() !== "") {
    return await ctx.db
      .query("suppressions")
      .withSearchIndex("search", (q) => q.search("searchText", searchable(text)).eq("orgId", orgId))
      .paginate(paginationOpts);
  }
  const rows =
    reason === undefined
      ? ctx.db.query("suppressions").withIndex("by_org", (q) => q.eq("orgId", orgId).eq("removedAt", undefined))
      : ctx.db
          .query("suppressions")
          .withIndex("by_org_reason", (q) => q.eq("orgId", orgId).eq("removedAt", undefined).eq("reason", reason));
  return await rows.order("desc").paginate(paginationOpts);
}

/** The suppression, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireSuppression(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  suppressionId: Id<"suppressions">,
): Promise<Doc<"suppressions">> {
  const row = await ctx.db.get("suppressions", suppressionId);
  if (row === null || row.orgId !== orgId) throw appError("not_found", "This entry does not exist.");
  return row;
}

/**
 * Lifts a suppression; the row stays with when, by whom and why. Consent is not given by it: what the person withdrew
 * stays withdrawn. A complaint, an unsubscription and the like are the person's own: they need `confirmedAddress`, the
 * address once more (the caller's permission is checked by the caller). Lifting twice changes nothing.
 */
export async function liftSuppression(
  ctx: MutationCtx,
  row: Doc<"suppressions">,
  lift: { actor: Actor; reason: string; confirmedAddress?: string },
): Promise<void> {
  if (row.removedAt !== undefined) return;
  if (row.reason === "erased") {
    throw appError("invalid", "What is left of an erased person cannot be lifted.", { field: "suppressionId" });
  }
  if (lift.reason.trim() === "") throw appError("invalid", "Say why it is lifted.", { field: "reason" });
  const isConfirmed =
    lift.confirmedAddress !== undefined && comparableAddress(row.channel, lift.confirmedAddress) === row.address;
  if (isLegalReason(row.reason) && lift.actor.kind === "member" && !isConfirmed) {
    throw appError("invalid", "Type the address to confirm.", { field: "confirmedAddress" });
  }
  // Out of the search index: what is lifted is not found any more.
  await ctx.db.patch("suppressions", row._id, {
    removedAt: Date.now(),
    removedBy: lift.actor,
    removalReason: lift.reason.trim(),
    searchText: "",
  });
  const { orgId, channel, reason, purpose } = row;
  await record(ctx, {
    orgId,
    actor: lift.actor,
    action: "suppression.lifted",
    subject: { table: "suppressions", id: row._id },
    details: { channel, reason, purpose: purpose ?? null, why: lift.reason.trim() },
  });
}

/** Puts a lifted suppression back into force, as a new row that says so. */
export async function restoreSuppression(
  ctx: MutationCtx,
  row: Doc<"suppressions">,
  actor: Actor,
): Promise<Id<"suppressions">> {
  if (row.removedAt === undefined) return row._id;
  const { orgId, channel, address, purpose, topic, reason, source, note } = row;
  const again = { orgId, channel, address, purpose, topic, reason, source, note, addedBy: actor };
  const { suppressionId } = await suppress(ctx, again);
  const subject = { table: "suppressions", id: suppressionId };
  await record(ctx, { orgId, actor, action: "suppression.restored", subject, details: { channel, reason } });
  return suppressionId;
}

/** The keyed hash an erased person's address is kept as. Same address, same organisation: same hash. */
export async function hashedAddress(orgId: Id<"organisations">, address: string): Promise<string> {
  return `${HASH_PREFIX}${await hmacSha256Hex(requireEnv("SWITCHBOARD_SECRET_KEY"), `suppression:${orgId}:${address}`)}`;
}

/** Every row of an address, lifted ones included. For erasure. */
export async function allOfAddress(ctx: QueryCtx, { orgId, channel, address }: SuppressionScope) {
  return await ctx.db
    .query("suppressions")
    .withIndex("by_address", (q) => q.eq("orgId", orgId).eq("channel", channel).eq("address", address))
    .take(MAX_PER_ADDRESS);
}

async function inForceFor(ctx: QueryCtx, { orgId, channel, address }: SuppressionScope) {
  return await ctx.db
    .query("suppressions")
    .withIndex("by_address", (q) =>
      q.eq("orgId", orgId).eq("channel", channel).eq("address", address).eq("removedAt", undefined),
    )
    .take(MAX_PER_ADDRESS);
}
