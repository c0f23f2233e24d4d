import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { requireOrg } from "../../../orgs/model";
import { TEAM_GRAINS, type TeamGrain } from "../periods";
import { stretchStart } from "../stretches";
import { plus, type Sums } from "../sums";
import type { TeamPlace } from "./facts";

// The only file that writes the table `teamRollups`.

type Cell = { orgId: Id<"organisations">; grain: TeamGrain; at: number; place: TeamPlace; sums: Sums };

/** Collects sums by place and stretch, and writes each row once. */
export class TeamRollups {
  private readonly zones = new Map<string, string>();
  private readonly cells = new Map<string, Cell>();

  constructor(private readonly ctx: MutationCtx) {}

  async add(orgId: Id<"organisations">, { at, place, sums }: { at: number; place: TeamPlace; sums: Sums }) {
    const zone = await this.zoneOf(orgId);
    for (const grain of TEAM_GRAINS) {
      const start = stretchStart(grain, at, zone);
      const { channel, channelId, teamId, agentId } = place;
      const key = [orgId, grain, start, channel, channelId, teamId, agentId].join();
      const known = this.cells.get(key)?.sums ?? {};
      this.cells.set(key, { orgId, grain, at: start, place, sums: plus(known, sums) });
    }
  }

  private async zoneOf(orgId: Id<"organisations">): Promise<string> {
    const known = this.zones.get(orgId) ?? (await requireOrg(this.ctx, orgId)).timezone;
    this.zones.set(orgId, known);
    return known;
  }

  async write(): Promise<void> {
    for (const cell of this.cells.values()) {
      const { orgId, grain, at, place, sums } = cell;
      if (Object.keys(sums).length === 0) continue;
      const row = await rowAt(this.ctx, cell);
      const now = plus(row?.sums ?? {}, sums);
      if (row === null) await this.ctx.db.insert("teamRollups", { orgId, grain, at, ...place, sums: now });
      else if (Object.keys(now).length === 0) await this.ctx.db.delete("teamRollups", row._id);
      else await this.ctx.db.patch("teamRollups", row._id, { sums: now });
    }
  }
}

async function rowAt(ctx: QueryCtx, { orgId, grain, at, place }: Cell): Promise<Doc<"teamRollups"> | null> {
  const { channel, channelId, teamId, agentId } = place;
  return await ctx.db
    .query("teamRollups")
    .withIndex("by_place", (q) =>
      q
        .eq("orgId", orgId)
        .eq("grain", grain)
        .eq("at", at)
        .eq("channel", channel)
        .eq("channelId", channelId)
        .eq("teamId", teamId)
        .eq("agentId", agentId),
    )
    .unique();
}

/** More rows than thirty stretches of the largest workspace have; each is a few hundred bytes. */
const MAX_ROWS = 6_000;

/** The rows of an organisation's stretches from `from` to before `to`, oldest first. */
export async function teamRollupsBetween(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { grain, from, to }: { grain: TeamGrain; from: number; to: number },
): Promise<Doc<"teamRollups">[]> {
  return await ctx.db
    .query("teamRollups")
    .withIndex("by_place", (q) => q.eq("orgId", orgId).eq("grain", grain).gte("at", from).lt("at", to))
    .take(MAX_ROWS);
}

const PRUNE_BATCH = 500;

/** Removes one batch of days before an instant (UTC ms); weeks and months stay. Returns true when there may be more. */
export async function pruneTeamDays(ctx: MutationCtx, before: number): Promise<boolean> {
  const old = await ctx.db
    .query("teamRollups")
    .withIndex("by_age", (q) => q.eq("grain", "day").lt("at", before))
    .take(PRUNE_BATCH);
  for (const { _id } of old) await ctx.db.delete("teamRollups", _id);
  return old.length === PRUNE_BATCH;
}
