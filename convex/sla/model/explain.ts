import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { MAX_EXPLAINED, explainSpan } from "../explain";
import { vClockState, vPause } from "../schema";
import { vClockKind, vSlaStage } from "../sets";
import { recentClocks } from "./clocks";
import { listPolicies } from "./policies";
import { Rules } from "./rules";

const span = { from: v.number(), to: v.number() };

/** One clock of a thread and how its deadline came about. Instants in UTC ms. */
export const vExplainedClock = v.object({
  id: v.id("slaClocks"),
  kind: vClockKind,
  state: vClockState,
  startedAt: v.number(),
  dueAt: v.optional(v.number()),
  breachedAt: v.optional(v.number()),
  targetMinutes: v.optional(v.number()),
  /** What set the target: a policy, the channel's own hours, or nothing. */
  source: v.union(
    v.object({ kind: v.literal("policy"), name: v.string() }),
    v.object({ kind: v.literal("channel") }),
    v.object({ kind: v.literal("none") }),
  ),
  /** Null: always open. */
  calendar: v.union(v.null(), v.object({ name: v.string(), timezone: v.string() })),
  told: v.array(vSlaStage),
  /** From the start to the deadline, or to where the clock stands still; those counted add up to the target. */
  pieces: v.array(
    v.union(
      v.object({ ...span, kind: v.literal("counted") }),
      v.object({ ...span, kind: v.literal("paused"), reason: vPause.fields.reason }),
      v.object({ ...span, kind: v.literal("closed"), holidays: v.array(v.string()) }),
    ),
  ),
  /** Pieces between the shown ones and the end that were left out. */
  leftOut: v.number(),
});
export type ExplainedClock = Infer<typeof vExplainedClock>;

/** The clocks of a thread: running ones by deadline, then ended ones, the newest first (product.md O-8). */
export async function explainThread(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
): Promise<ExplainedClock[]> {
  const clocks = (await recentClocks(ctx, threadId)).filter((clock) => clock.orgId === orgId);
  const rules = new Rules(ctx, orgId);
  const names = new Map((await listPolicies(ctx, orgId)).map(({ _id, name }) => [_id, name]));
  return await Promise.all(clocks.sort(byInterest).map((clock) => explainClock(rules, clock, names)));
}

function byInterest(a: Doc<"slaClocks">, b: Doc<"slaClocks">): number {
  if (a.isActive !== b.isActive) return a.isActive ? -1 : 1;
  return a.isActive ? (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || 0 : b.startedAt - a.startedAt;
}

async function explainClock(
  rules: Rules,
  clock: Doc<"slaClocks">,
  names: ReadonlyMap<Id<"slaPolicies">, string>,
): Promise<ExplainedClock> {
  const { kind, state, startedAt, dueAt, breachedAt, targetMinutes, told, pauses } = clock;
  const calendar = await rules.calendar(clock.calendarId);
  const to = dueAt ?? standsStillAt(clock);
  const pieces =
    targetMinutes === undefined ? [] : explainSpan(calendar ?? ALWAYS_OPEN, { from: startedAt, to }, pauses);
  return {
    id: clock._id,
    kind,
    state,
    startedAt,
    dueAt,
    breachedAt,
    targetMinutes,
    source: sourceOf(clock, names),
    calendar: calendar === null ? null : { name: calendar.name, timezone: calendar.timezone },
    told,
    pieces: pieces.slice(0, MAX_EXPLAINED),
    leftOut: Math.max(0, pieces.length - MAX_EXPLAINED),
  };
}

function standsStillAt({ state, pauses, startedAt }: Doc<"slaClocks">): number {
  if ("at" in state) return state.at;
  return pauses.find(({ to }) => to === undefined)?.from ?? startedAt;
}

function sourceOf(
  { policyId, targetMinutes }: Doc<"slaClocks">,
  names: ReadonlyMap<Id<"slaPolicies">, string>,
): ExplainedClock["source"] {
  if (targetMinutes === undefined) return { kind: "none" };
  // A policy that was removed after the clock ended has no name any more.
  return policyId === undefined ? { kind: "channel" } : { kind: "policy", name: names.get(policyId) ?? "" };
}
