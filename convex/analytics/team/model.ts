import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { eventsBetween } from "../../events/model";
import { log } from "../../lib/log";
import { factOf, isCounted, NO_FACT, type Fact, type TeamPlace } from "./model/facts";
import { TeamRollups } from "./model/rows";
import { negative } from "./sums";
import { contributionOf, NEW_TALLY, withEvent, type Happened, type Tally } from "./tally";

/** Events read in one transaction: each costs a handful of further reads, and they share a few rollup rows. */
const BATCH = 200;

/**
 * Younger events wait for the next run: a transaction that began earlier may still commit one with an earlier creation
 * time, and the cursor must not be past it. Mutations end within seconds.
 */
const SETTLE_MS = 5_000;

/** Adds what happened since the last run to the team's figures, each event once. True when there is more to read. */
export async function rollUpTeam(ctx: MutationCtx, now: number): Promise<boolean> {
  const cursor = await ctx.db
    .query("rollupCursors")
    .withIndex("by_source", (q) => q.eq("source", "events"))
    .unique();
  const events = await eventsBetween(ctx, cursor?.after ?? 0, now - SETTLE_MS, BATCH);
  const last = events.at(-1);
  if (last === undefined) return false;
  const after = last._creationTime;
  if (cursor === null) await ctx.db.insert("rollupCursors", { source: "events", after });
  else await ctx.db.patch("rollupCursors", cursor._id, { after });
  await countEvents(ctx, events.filter(isCounted));
  return events.length >= BATCH;
}

async function countEvents(ctx: MutationCtx, events: readonly Doc<"domainEvents">[]): Promise<void> {
  const rollups = new TeamRollups(ctx);
  const tallies = new Tallies(ctx);
  const starts = new Map<string, number>();
  for (const event of events) {
    const { orgId } = event;
    const start = starts.get(orgId) ?? (await figuresStart(ctx, orgId))?.from ?? 0;
    starts.set(orgId, start);
    if (event.at < start) continue;
    const { counted, known, joined } = await readEvent(ctx, event);
    for (const each of counted) await rollups.add(orgId, each);
    for (const { threadId, happened } of known) await tallies.note(orgId, threadId, happened);
    if (joined !== undefined) await tallies.join(orgId, joined);
  }
  await tallies.write(rollups);
  await rollups.write();
}

/** An event nobody can make sense of is left out and told of: those behind it must not wait for it for ever. */
async function readEvent(ctx: QueryCtx, event: Doc<"domainEvents">): Promise<Fact> {
  try {
    return await factOf(ctx, event);
  } catch (error) {
    log.error("analytics.event_not_counted", { eventId: event._id, kind: event.kind, reason: String(error) });
    return NO_FACT;
  }
}

type Known = { orgId: Id<"organisations">; row: Doc<"teamTallies"> | null; tally: Tally | null };

/** The tallies of the conversations of one batch, each read and written once; what they add changes with them. */
class Tallies {
  private readonly known = new Map<Id<"threads">, Known>();

  constructor(private readonly ctx: MutationCtx) {}

  private async get(orgId: Id<"organisations">, threadId: Id<"threads">): Promise<Known> {
    const known = this.known.get(threadId);
    if (known !== undefined) return known;
    const row = await this.ctx.db
      .query("teamTallies")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .unique();
    const found = { orgId, row, tally: row?.tally ?? null };
    this.known.set(threadId, found);
    return found;
  }

  async note(orgId: Id<"organisations">, threadId: Id<"threads">, happened: Happened): Promise<void> {
    const known = await this.get(orgId, threadId);
    known.tally = withEvent(known.tally ?? NEW_TALLY, happened);
  }

  async join(orgId: Id<"organisations">, { from, into }: { from: Id<"threads">; into: Id<"threads"> }): Promise<void> {
    const source = await this.get(orgId, from);
    if (source.tally === null || from === into) return;
    await this.note(orgId, into, { kind: "joined", other: source.tally });
    source.tally = null;
  }

  async write(rollups: TeamRollups): Promise<void> {
    for (const [threadId, { orgId, row, tally }] of this.known) {
      const before = row === null ? null : contributionOf(row.tally);
      const now = tally === null ? null : contributionOf(tally);
      if (before !== null) await rollups.add(orgId, { ...placed(before), sums: negative(before.sums) });
      if (now !== null) await rollups.add(orgId, placed(now));
      const stored = tally as Doc<"teamTallies">["tally"] | null;
      if (stored === null) {
        if (row !== null) await this.ctx.db.delete("teamTallies", row._id);
      } else if (row === null) await this.ctx.db.insert("teamTallies", { orgId, threadId, tally: stored });
      else await this.ctx.db.patch("teamTallies", row._id, { tally: stored });
    }
  }
}

// The pure tally knows ids as text; they come from rows and go back into rows.
function placed<Placed extends { place: object }>(contribution: Placed): Placed & { place: TeamPlace } {
  return contribution as Placed & { place: TeamPlace };
}

async function figuresStart(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"teamFigureStarts"> | null> {
  return await ctx.db
    .query("teamFigureStarts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}

/** Lets events count from `from` (UTC ms) on only: those before tell the story of a demo. */
export async function startFigures(ctx: MutationCtx, orgId: Id<"organisations">, from: number): Promise<void> {
  const known = await figuresStart(ctx, orgId);
  if (known === null) await ctx.db.insert("teamFigureStarts", { orgId, from });
  else await ctx.db.patch("teamFigureStarts", known._id, { from });
}
