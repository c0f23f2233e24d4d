import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { countLoads, countThreads } from "../../../inbox/model/rows";
import { unreadableSince } from "../../../intake/figures/model";
import { CHANNELS, vChannel, type Channel } from "../../../lib/closedSets";
import { isPlacedIn, scopeOf } from "../../../lib/threadScope";
import { listMembers } from "../../../orgs/model";
import { listTeamMembers, listTeams, requireTeam } from "../../../orgs/teams/model";
import { PERIODS, type Period } from "../periods";
import { stretchesOf } from "../stretches";
import { vSums } from "../schema";
import { plus, type Sums } from "../sums";
import { teamRollupsBetween } from "./rows";

const vNamed = <Table extends "members" | "teams">(table: Table) =>
  v.object({ id: v.id(table), name: v.string(), sums: vSums });

export const vReport = v.object({
  /** Start of the first stretch, UTC ms. */
  from: v.number(),
  total: vSums,
  channels: v.array(v.object({ channel: vChannel, sums: vSums })),
  teams: v.array(vNamed("teams")),
  agents: v.array(vNamed("members")),
  /** One a stretch, quiet ones included, oldest first; by channel. */
  points: v.array(v.object({ at: v.number(), total: vSums, channels: v.record(v.string(), vSums) })),
  /** Texts of customers that stand in no conversation; null for members who see only a part, and for parts. */
  unreadable: v.union(v.null(), v.number()),
});

export type Viewer = { orgId: Id<"organisations">; org: Doc<"organisations">; member: Doc<"members"> };
export type ReportFilter = {
  period: Period;
  now: number;
  channel?: Channel | undefined;
  teamId?: Id<"teams"> | undefined;
};

/**
 * The figures of a period, of what the viewer may see (decision 0010): all of it, or their mailboxes, teams and own work.
 * Throws `not_found` for another organisation's team.
 */
export async function teamReport(ctx: QueryCtx, viewer: Viewer, filter: ReportFilter): Promise<Infer<typeof vReport>> {
  const { orgId, org } = viewer;
  const { period, now, channel, teamId } = filter;
  if (teamId !== undefined) await requireTeam(ctx, orgId, teamId);
  const starts = stretchesOf(period, now, org.timezone);
  const from = starts[0] ?? now;
  const all = await teamRollupsBetween(ctx, orgId, { grain: PERIODS[period].grain, from, to: now + 1 });
  const rows = all.filter(
    (row) =>
      maySee(viewer, row) &&
      (channel === undefined || row.channel === channel) &&
      (teamId === undefined || row.teamId === teamId),
  );
  const names = new Map((await listMembers(ctx, orgId)).map(({ _id, displayName }) => [_id, displayName]));
  const byChannel = sumsBy(rows, (row) => row.channel);
  const byTeam = sumsBy(rows, (row) => row.teamId);
  const isPart = channel !== undefined || teamId !== undefined || scopeOf(viewer.member) !== null;
  return {
    from,
    total: sumOf(rows),
    channels: CHANNELS.flatMap((each) => {
      const sums = byChannel.get(each);
      return sums === undefined ? [] : [{ channel: each, sums }];
    }),
    teams: (await listTeams(ctx, orgId)).flatMap(({ _id: id, name }) => {
      const sums = byTeam.get(id);
      return sums === undefined ? [] : [{ id, name, sums }];
    }),
    agents: [...sumsBy(rows, (row) => row.agentId)]
      .flatMap(([id, sums]) => (id === null ? [] : [{ id, name: names.get(id) ?? "–", sums }]))
      .sort((a, b) => a.name.localeCompare(b.name)),
    points: pointsOf(rows, starts),
    unreadable: isPart ? null : await unreadableSince(ctx, orgId, from),
  };
}

type Row = Doc<"teamRollups">;

function maySee({ member }: Viewer, { channelId, teamId, agentId }: Row): boolean {
  const scope = scopeOf(member);
  if (scope === null || agentId === member._id) return true;
  return isPlacedIn(scope, { channelId: channelId ?? undefined, teamId: teamId ?? undefined });
}

function sumOf(rows: readonly Row[]): Sums {
  return rows.reduce<Sums>((sum, row) => plus(sum, row.sums), {});
}

function sumsBy<Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Sums> {
  const groups = new Map<Key, Sums>();
  for (const row of rows) groups.set(keyOf(row), plus(groups.get(keyOf(row)) ?? {}, row.sums));
  return groups;
}

function pointsOf(rows: readonly Row[], starts: readonly number[]) {
  const byStart = new Map<number, Row[]>();
  for (const row of rows) byStart.set(row.at, [...(byStart.get(row.at) ?? []), row]);
  return starts.map((at) => {
    const here = byStart.get(at) ?? [];
    const channels: Record<string, Sums> = {};
    for (const [name, sums] of sumsBy(here, (row) => row.channel)) if (name !== null) channels[name] = sums;
    return { at, total: sumOf(here), channels };
  });
}

export const vWorkload = v.object({
  unassigned: v.number(),
  members: v.array(v.object({ memberId: v.id("members"), name: v.string(), open: v.number(), isAway: v.boolean() })),
});

/** Open conversations of every active member now, the fullest desk first; who sees only some sees their teams' people. */
export async function workload(ctx: QueryCtx, viewer: Viewer): Promise<Infer<typeof vWorkload>> {
  const { orgId, member: me } = viewer;
  const scope = scopeOf(me);
  const near = new Set<string>([me._id]);
  for (const teamId of scope?.teamIds ?? []) {
    for (const { memberId } of await listTeamMembers(ctx, teamId)) near.add(memberId);
  }
  const members = (await listMembers(ctx, orgId)).filter(
    ({ _id, status, role }) => status === "active" && role !== "viewer" && (scope === null || near.has(_id)),
  );
  const loads = await countLoads(
    ctx,
    orgId,
    members.map(({ _id }) => _id),
  );
  const { unassigned } = await countThreads(ctx, viewer);
  return {
    unassigned,
    members: members
      .map(({ _id: memberId, displayName: name, away }, index) => ({
        memberId,
        name,
        open: loads[index] ?? 0,
        isAway: away !== undefined,
      }))
      .sort((a, b) => b.open - a.open || a.name.localeCompare(b.name)),
  };
}
