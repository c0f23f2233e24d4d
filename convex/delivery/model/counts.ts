import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { groupOf } from "../groups";
import { MESSAGE_STATES, QUEUE_GROUPS, type Lane, type MessageState, type QueueGroup } from "../schema";
import type { DeadGroup } from "../deadLetters/schema";

/** Rows of one organisation: lanes times shards, with room for more shards. */
const MAX_TALLIES = 200;

type Counted = Pick<Doc<"messageQueue">, "orgId" | "lane" | "shard">;
type Key = MessageState["kind"] | `dead:${string}` | `held:${string}`;

/** How a transaction changes the counts: collected row by row, written once for each lane and shard. */
export class Tally {
  private readonly changes = new Map<string, { of: Counted; deltas: Map<Key, number> }>();
  /** The reaction of whoever changes the rows of this transaction and needs not be told (`emit`). */
  knownBy: string | undefined;
  private readonly listeners = new Map<string, readonly string[]>();

  /** The optional reactions of an organisation, where they were looked up for all rows of this transaction. */
  listenersOf(orgId: Id<"organisations">): readonly string[] | undefined {
    return this.listeners.get(orgId);
  }

  setListeners(orgId: Id<"organisations">, names: readonly string[]): void {
    this.listeners.set(orgId, names);
  }

  /** Counts a row that is new or changes its state. */
  move(row: Counted, from: Key | null, to: Key | null): void {
    if (from === to) return;
    const { orgId, lane, shard } = row;
    const key = `${orgId}:${lane}:${shard}`;
    const change = this.changes.get(key) ?? { of: { orgId, lane, shard }, deltas: new Map<Key, number>() };
    this.changes.set(key, change);
    if (from !== null) change.deltas.set(from, (change.deltas.get(from) ?? 0) - 1);
    if (to !== null) change.deltas.set(to, (change.deltas.get(to) ?? 0) + 1);
  }

  async write(ctx: MutationCtx): Promise<void> {
    for (const { of, deltas } of this.changes.values()) await addToTally(ctx, of, deltas);
    this.changes.clear();
  }
}

async function addToTally(ctx: MutationCtx, of: Counted, deltas: Map<Key, number>): Promise<void> {
  const { orgId, lane, shard } = of;
  const row = await ctx.db
    .query("queueTallies")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("lane", lane).eq("shard", shard))
    .unique();
  const counts: Record<string, number> = { ...row?.counts };
  for (const [key, delta] of deltas) {
    const count = (counts[key] ?? 0) + delta;
    if (count === 0) delete counts[key];
    else counts[key] = count;
  }
  if (row === null) await ctx.db.insert("queueTallies", { orgId, lane, shard, counts });
  else await ctx.db.patch("queueTallies", row._id, { counts });
}

async function talliesOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"queueTallies">[]> {
  return await ctx.db
    .query("queueTallies")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_TALLIES);
}

/** How many rows an organisation has in each group of the queue screen, and in each state (product.md C-16). */
export async function queueCounts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<{ groups: Record<QueueGroup, number>; states: Record<MessageState["kind"], number> }> {
  const tallies = await talliesOf(ctx, orgId);
  const count = (kind: MessageState["kind"]) => tallies.reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0);
  const states = Object.fromEntries(MESSAGE_STATES.map((kind) => [kind, count(kind)]));
  const groups = Object.fromEntries(QUEUE_GROUPS.map((group) => [group, 0])) as Record<QueueGroup, number>;
  for (const kind of MESSAGE_STATES) groups[groupOf(kind)] += states[kind] ?? 0;
  return { groups, states: states as Record<MessageState["kind"], number> };
}

/** How many messages of each lane are in each state: the live queue of the monitoring screen. */
export async function laneCounts(ctx: QueryCtx, orgId: Id<"organisations">) {
  const tallies = await talliesOf(ctx, orgId);
  const of = (lane: Lane, kind: MessageState["kind"]) =>
    tallies.filter((tally) => tally.lane === lane).reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0);
  return (lane: Lane) =>
    Object.fromEntries(MESSAGE_STATES.map((kind) => [kind, of(lane, kind)])) as Record<MessageState["kind"], number>;
}

/** How many messages each pause holds, by its id. */
export async function heldCounts(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Map<string, number>> {
  return sumsBehind("held:", await talliesOf(ctx, orgId));
}

/** The dead letters by the rule that gave them up and the connection that failed them, with their number, most first. */
export async function deadGroups(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<{ group: DeadGroup; count: number }[]> {
  const byKey = sumsBehind("dead:", await talliesOf(ctx, orgId));
  return [...byKey]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => {
      const [reason = "", connection = ""] = key.split(":");
      return { group: { reason, connectionId: ctx.db.normalizeId("connections", connection) }, count };
    })
    .sort((a, b) => b.count - a.count);
}

function sumsBehind(prefix: string, tallies: readonly Doc<"queueTallies">[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of tallies.flatMap(({ counts }) => Object.entries(counts))) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

/** When the oldest message of a lane that waits is (or was) due, UTC ms; null when none waits. */
export async function oldestDue(ctx: QueryCtx, orgId: Id<"organisations">, lane: Lane): Promise<number | null> {
  const oldest = await ctx.db
    .query("messageQueue")
    .withIndex("by_org_lane", (q) => q.eq("orgId", orgId).eq("lane", lane).eq("group", "waiting"))
    .first();
  return oldest?.dueAt ?? null;
}
