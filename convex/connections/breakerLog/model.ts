import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { DAY_MS } from "../../lib/time";
import type { Breaker } from "../schema";

/** A quarter is what one compares a provider's outages over. */
const RETENTION_MS = 90 * DAY_MS;
const PRUNE_BATCH = 200;

/** Records that a breaker changed its kind; nothing when only its figures did. */
export async function noteBreakerChange(
  ctx: MutationCtx,
  { _id: connectionId, orgId, breaker: before }: Doc<"connections">,
  after: Breaker,
): Promise<void> {
  if (before.kind === after.kind) return;
  const reason = after.kind === "open" ? { reason: after.reason } : {};
  const change = { orgId, connectionId, at: Date.now(), from: before.kind, to: after.kind, ...reason };
  await ctx.db.insert("breakerChanges", change);
}

/** The latest `limit` changes of a connection's breaker since then, newest first. */
export async function breakerChangesSince(
  ctx: QueryCtx,
  connectionId: Id<"connections">,
  since: number,
  limit: number,
): Promise<Doc<"breakerChanges">[]> {
  return await ctx.db
    .query("breakerChanges")
    .withIndex("by_connection", (q) => q.eq("connectionId", connectionId).gte("at", since))
    .order("desc")
    .take(limit);
}

/** Removes one batch of changes past their retention. Returns true when there may be more. */
export async function pruneBreakerChanges(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("breakerChanges")
    .withIndex("by_age", (q) => q.lt("at", now - RETENTION_MS))
    .take(PRUNE_BATCH);
  for (const { _id } of old) await ctx.db.delete("breakerChanges", _id);
  return old.length === PRUNE_BATCH;
}
