import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { attemptsBetween } from "../delivery/figures/model";
import { requireMessage } from "../delivery/model";
import type { Channel } from "../lib/closedSets";
import { HOUR_MS } from "../lib/time";
import { requireOrg } from "../orgs/model";
import { receiptsBetween } from "../tracking/figures/model";
import { noFigures, sum, withAttempt, withReceipt, type Figures } from "./figures";
import { GRAINS, startOf, type Grain } from "./grains";

/** Rows of a source read in one transaction: each costs at most one further read, and they share a few rollup rows. */
const BATCH = 500;

/**
 * Younger rows wait for the next run: a transaction that began earlier may still commit a row with an earlier creation
 * time, and the cursor must not be past it. Mutations end within seconds.
 */
const SETTLE_MS = 5_000;

const DAY_MS = 24 * HOUR_MS;
/** How long fine figures are kept; days and weeks stay. */
const KEEP_MS: Partial<Record<Grain, number>> = { minute: 2 * DAY_MS, hour: 90 * DAY_MS };
const PRUNE_BATCH = 500;

type Source = Doc<"rollupCursors">["source"];
/** Where a fact belongs. */
type Place = { orgId: Id<"organisations">; connectionId: Id<"connections">; channel: Channel; at: number };

/** Adds what happened since the last run to the figures. Returns true when there is more to read at once. */
export async function rollUp(ctx: MutationCtx, now: number): Promise<boolean> {
  const until = now - SETTLE_MS;
  const writer = new RollupWriter(ctx);
  const attempts = await readSource(ctx, "attempts", (after) => attemptsBetween(ctx, after, until, BATCH));
  for (const { orgId, connectionId, channel, startedAt, endedAt, isTest, ...attempt } of attempts) {
    // Rows from before figures were made of them say no channel.
    if (channel === undefined || isTest === true) continue;
    await writer.add({ orgId, connectionId, channel, at: endedAt ?? startedAt }, (of) => withAttempt(of, attempt));
  }
  const receipts = await readSource(ctx, "receipts", (after) => receiptsBetween(ctx, after, until, BATCH));
  for (const receipt of receipts) {
    const { connectionId, routedChannel: channel, source } = await requireMessage(ctx, receipt.orgId, receipt.queueId);
    if (connectionId === undefined || channel === undefined || source.kind === "test") continue;
    const place = { orgId: receipt.orgId, connectionId, channel, at: Math.min(receipt.at, receipt._creationTime) };
    await writer.add(place, (of) => withReceipt(of, receipt));
  }
  await writer.write();
  return attempts.length >= BATCH || receipts.length >= BATCH;
}

async function readSource<Row extends { _creationTime: number }>(
  ctx: MutationCtx,
  source: Source,
  read: (after: number) => Promise<Row[]>,
): Promise<Row[]> {
  const cursor = await ctx.db
    .query("rollupCursors")
    .withIndex("by_source", (q) => q.eq("source", source))
    .unique();
  const rows = await read(cursor?.after ?? 0);
  const last = rows.at(-1);
  if (last !== undefined) {
    const after = last._creationTime;
    if (cursor === null) await ctx.db.insert("rollupCursors", { source, after });
    else await ctx.db.patch("rollupCursors", cursor._id, { after });
  }
  return rows;
}

/** Collects figures by connection and stretch, and writes each row once. */
class RollupWriter {
  private readonly zones = new Map<string, string>();
  private readonly rows = new Map<string, { place: Place; grain: Grain; figures: Figures }>();

  constructor(private readonly ctx: MutationCtx) {}

  async add(place: Place, count: (figures: Figures) => Figures): Promise<void> {
    const zone = await this.zoneOf(place.orgId);
    for (const grain of GRAINS) {
      const at = startOf(grain, place.at, zone);
      const key = `${place.orgId}:${place.connectionId}:${grain}:${at}`;
      const row = this.rows.get(key) ?? { place: { ...place, at }, grain, figures: noFigures() };
      this.rows.set(key, { ...row, figures: count(row.figures) });
    }
  }

  private async zoneOf(orgId: Id<"organisations">): Promise<string> {
    const known = this.zones.get(orgId) ?? (await requireOrg(this.ctx, orgId)).timezone;
    this.zones.set(orgId, known);
    return known;
  }

  async write(): Promise<void> {
    for (const { place, grain, figures } of this.rows.values()) {
      const { orgId, connectionId, channel, at } = place;
      const row = await this.ctx.db
        .query("deliveryRollups")
        .withIndex("by_org", (q) =>
          q.eq("orgId", orgId).eq("grain", grain).eq("at", at).eq("connectionId", connectionId),
        )
        .unique();
      if (row === null)
        await this.ctx.db.insert("deliveryRollups", { orgId, grain, at, connectionId, channel, ...figures });
      else await this.ctx.db.patch("deliveryRollups", row._id, sum(row, figures));
    }
  }
}

/** More rows than the widest chart of the largest workspace has. */
const MAX_ROWS = 4_000;

/** The figures of an organisation's stretches from `from` to before `to`, oldest first. */
export async function rollupsBetween(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { grain, from, to }: { grain: Grain; from: number; to: number },
): Promise<Doc<"deliveryRollups">[]> {
  return await ctx.db
    .query("deliveryRollups")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("grain", grain).gte("at", from).lt("at", to))
    .take(MAX_ROWS);
}

/** Removes one batch of fine figures past their time. Returns true when there may be more. */
export async function pruneRollups(ctx: MutationCtx, now: number): Promise<boolean> {
  let hasMore = false;
  for (const [grain, keepMs] of Object.entries(KEEP_MS) as [Grain, number][]) {
    const old = await ctx.db
      .query("deliveryRollups")
      .withIndex("by_age", (q) => q.eq("grain", grain).lt("at", now - keepMs))
      .take(PRUNE_BATCH);
    for (const { _id } of old) await ctx.db.delete("deliveryRollups", _id);
    hasMore ||= old.length === PRUNE_BATCH;
  }
  return hasMore;
}
