import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { lookupPlan } from "./facts";
import type { DomainCheck } from "./schema";

/** A workspace has a handful of e-mail accounts. */
const MAX_ROWS = 100;

/** Every sender domain of an organisation with what the last look found. */
export async function listDomainHealth(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"domainHealth">[]> {
  return await ctx.db
    .query("domainHealth")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_ROWS);
}

/** What the last look at a connection's sender domain found, or null. */
export async function domainHealthOf(
  ctx: QueryCtx,
  connectionId: Id<"connections">,
): Promise<Doc<"domainHealth"> | null> {
  return await ctx.db
    .query("domainHealth")
    .withIndex("by_connection", (q) => q.eq("connectionId", connectionId))
    .unique();
}

/**
 * Starts a look at the sender domain of a connection; the answer appears in its row. False for connections without a
 * domain to look at: other channels, the sandbox, no sender address.
 */
export async function beginLook(ctx: MutationCtx, connection: Doc<"connections">, delayMs: number): Promise<boolean> {
  const { _id: connectionId, orgId, provider, settings, channel } = connection;
  const plan = channel === "email" ? lookupPlan(provider, settings) : null;
  if (plan === null) return false;
  const { domain } = plan;
  const startedAt = Date.now();
  const known = await domainHealthOf(ctx, connectionId);
  if (known === null) {
    await ctx.db.insert("domainHealth", { orgId, connectionId, domain, checks: [], runningSince: startedAt });
  } else {
    // What was found about another domain says nothing about this one.
    const stale = known.domain === domain ? {} : { domain, checks: [], checkedAt: undefined };
    await ctx.db.patch("domainHealth", known._id, { ...stale, runningSince: startedAt });
  }
  const args = { connectionId, startedAt };
  await ctx.scheduler.runAfter(delayMs, internal.connections.domainHealth.nodeJobs.look, args);
  return true;
}

/** Starts a look on a person's wish. Throws `invalid` for connections without a sender domain. */
export async function requestLook(ctx: MutationCtx, connection: Doc<"connections">): Promise<void> {
  if (await beginLook(ctx, connection, 0)) return;
  throw appError("invalid", "This connection has no sender domain to look at.", { field: "connectionId" });
}

/** Records what a look found, unless a newer one was started or the row is gone. */
export async function finishLook(
  ctx: MutationCtx,
  look: { connectionId: Id<"connections">; startedAt: number; domain: string; checks: DomainCheck[] },
): Promise<void> {
  const { connectionId, startedAt, domain, checks } = look;
  const row = await domainHealthOf(ctx, connectionId);
  if (row?.runningSince !== startedAt || row.domain !== domain) return;
  await ctx.db.patch("domainHealth", row._id, { checks, checkedAt: Date.now(), runningSince: undefined });
}

/** Forgets what is known of a connection that is being removed. */
export async function removeDomainHealth(ctx: MutationCtx, connectionId: Id<"connections">): Promise<void> {
  const row = await domainHealthOf(ctx, connectionId);
  if (row !== null) await ctx.db.delete("domainHealth", row._id);
}

/** A page of every organisation's connections, for the daily look. */
export async function connectionsPage(ctx: QueryCtx, cursor: string | null, numItems: number) {
  return await ctx.db.query("connections").paginate({ cursor, numItems });
}
