import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vChannel, type Channel } from "../../lib/closedSets";
import { localDay } from "../../lib/time";
import { listMembers, requireOrg } from "../../orgs/model";
import { added, EMPTY_TALLY, type Tally } from "../measures";
import { vTally } from "../schema";

/** Months that are added up: this one and the two before. */
const MONTHS = 3;
/** Rows of that time: agents by channels by months. */
const MAX_ROWS = 1_500;

export const vSurveyFigures = v.object({
  /** The first month that counts, "2026-09". */
  since: v.string(),
  total: vTally,
  byAgent: v.array(
    v.object({ agentId: v.union(v.id("members"), v.null()), name: v.union(v.string(), v.null()), tally: vTally }),
  ),
  byChannel: v.array(v.object({ channel: vChannel, tally: vTally })),
});

/** Adds to the sums of a survey's agent and channel in the month it was asked in. */
export async function addFigures(
  ctx: MutationCtx,
  { orgId, assigneeId, channel, sentAt }: Doc<"surveys">,
  tally: Tally,
  now: number,
): Promise<void> {
  const month = await monthOf(ctx, orgId, sentAt ?? now);
  const agentId = assigneeId ?? null;
  const row = await ctx.db
    .query("surveyFigures")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("month", month).eq("agentId", agentId).eq("channel", channel))
    .unique();
  if (row === null) await ctx.db.insert("surveyFigures", { orgId, month, agentId, channel, tally });
  else await ctx.db.patch("surveyFigures", row._id, { tally: added(row.tally, tally) });
}

/** What people answered in the last three months: all together, by agent, by channel. */
export async function surveyFigures(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  now: number,
): Promise<Infer<typeof vSurveyFigures>> {
  const [year = 0, month = 1] = (await monthOf(ctx, orgId, now)).split("-").map(Number);
  const since = new Date(Date.UTC(year, month - MONTHS, 1)).toISOString().slice(0, 7);
  const rows = await ctx.db
    .query("surveyFigures")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).gte("month", since))
    .take(MAX_ROWS);
  const names = new Map((await listMembers(ctx, orgId)).map(({ _id, displayName }) => [_id, displayName]));
  const agents = new Map<Id<"members"> | null, Tally>();
  const channels = new Map<Channel, Tally>();
  for (const { agentId, channel, tally } of rows) {
    agents.set(agentId, added(agents.get(agentId) ?? EMPTY_TALLY, tally));
    channels.set(channel, added(channels.get(channel) ?? EMPTY_TALLY, tally));
  }
  return {
    since,
    total: rows.reduce((sum, { tally }) => added(sum, tally), EMPTY_TALLY),
    byAgent: [...agents]
      .map(([agentId, tally]) => ({ agentId, name: agentId === null ? null : (names.get(agentId) ?? null), tally }))
      .sort((a, b) => b.tally.answered - a.tally.answered),
    byChannel: [...channels].map(([channel, tally]) => ({ channel, tally })),
  };
}

async function monthOf(ctx: QueryCtx, orgId: Id<"organisations">, at: number): Promise<string> {
  return localDay(at, (await requireOrg(ctx, orgId)).timezone).date.slice(0, 7);
}
