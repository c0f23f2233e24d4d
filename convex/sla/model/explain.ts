import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { channelFor } from "../../connections/model";
import type { ChannelType, ThreadChannel } from "../../lib/closedSets";
import { MINUTE_MS } from "../../lib/time";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { dueInstant } from "../clock";
import { MAX_EXPLAINED, explainSpan } from "../explain";
import { vCalendarOf, vClockState, vPause, type ThreadFacts } from "../schema";
import { CLOCK_KINDS, vClockKind, vSlaStage, type ClockKind } from "../sets";
import { recentClocks } from "./clocks";
import { listPolicies } from "./policies";
import { planOf, Rules, type Terms } from "./rules";

const span = { from: v.number(), to: v.number() };

/** How a deadline comes about. Instants in UTC ms. */
const vPath = v.object({
  kind: vClockKind,
  startedAt: v.number(),
  dueAt: v.optional(v.number()),
  targetMinutes: v.optional(v.number()),
  /** What set the target: a policy, the channel's own hours, or nothing. */
  source: v.union(
    v.object({ kind: v.literal("policy"), name: v.string() }),
    v.object({ kind: v.literal("channel") }),
    v.object({ kind: v.literal("none") }),
  ),
  /** Null: always open. `of`: whose opening hours these are; absent: the organisation's. */
  calendar: v.union(v.null(), v.object({ name: v.string(), timezone: v.string(), of: v.optional(vCalendarOf) })),
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

/** One clock of a thread and how its deadline came about. */
export const vExplainedClock = v.object({
  id: v.id("slaClocks"),
  ...vPath.fields,
  state: vClockState,
  breachedAt: v.optional(v.number()),
  told: v.array(vSlaStage),
});
export type ExplainedClock = Infer<typeof vExplainedClock>;

/** A clock that is only imagined, with the stages it would reach. */
export const vImaginedClock = v.object({
  ...vPath.fields,
  stages: v.array(v.object({ stage: vSlaStage, at: v.number() })),
});
type ImaginedClock = Infer<typeof vImaginedClock>;

/** The conversation somebody imagines: what comes in, and when (UTC ms). */
type WhatIf = { at: number } & Pick<ThreadFacts, "channel" | "priority" | "threadType" | "accountId" | "teamId">;

/** The inbox channels whose own hours count for messages of a channel. */
const INBOX_CHANNELS: Partial<Record<ThreadChannel, ChannelType>> = {
  email: "email_outlook",
  sms: "sms",
  whatsapp: "whatsapp_business",
  internal_comment: "internal_comment",
  internal_ticket: "internal_ticket",
};

/** The clocks a message would start now, by the same rules as for a real conversation; those without target left out. */
export async function imagineDeadlines(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { at, ...thread }: WhatIf,
): Promise<ImaginedClock[]> {
  const rules = new Rules(ctx, orgId);
  const names = new Map((await listPolicies(ctx, orgId)).map(({ _id, name }) => [_id, name]));
  const type = INBOX_CHANNELS[thread.channel];
  const channel = type === undefined ? null : await channelFor(ctx, orgId, type);
  const facts: ThreadFacts = { number: 0, status: "open", ...thread, channelId: channel?._id };
  const clocks: ImaginedClock[] = [];
  for (const kind of CLOCK_KINDS) {
    const terms = await rules.termsFor(kind, facts);
    if (terms.targetMinutes !== undefined) clocks.push(imagined(kind, at, terms, names));
  }
  return clocks;
}

function imagined(
  kind: ClockKind,
  startedAt: number,
  terms: Terms,
  names: ReadonlyMap<Id<"slaPolicies">, string>,
): ImaginedClock {
  const { calendar, calendarOf, targetMinutes = 0, policyId } = terms;
  const hours = calendar ?? ALWAYS_OPEN;
  const dueAt = dueInstant(hours, { startedAt, targetMs: targetMinutes * MINUTE_MS, pauses: [] });
  const pieces = dueAt === null ? [] : explainSpan(hours, { from: startedAt, to: dueAt }, []);
  return {
    kind,
    startedAt,
    ...(dueAt === null ? {} : { dueAt }),
    targetMinutes,
    source: sourceOf({ policyId, targetMinutes }, names),
    calendar: calendarIn(calendar, calendarOf),
    pieces: pieces.slice(0, MAX_EXPLAINED),
    leftOut: Math.max(0, pieces.length - MAX_EXPLAINED),
    stages: planOf({ startedAt, pauses: [] }, terms),
  };
}

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
    calendar: calendarIn(calendar, clock.calendarOf),
    told,
    pieces: pieces.slice(0, MAX_EXPLAINED),
    leftOut: Math.max(0, pieces.length - MAX_EXPLAINED),
  };
}

function calendarIn(calendar: Doc<"calendars"> | null, of: Doc<"slaClocks">["calendarOf"]): ExplainedClock["calendar"] {
  return calendar === null ? null : { name: calendar.name, timezone: calendar.timezone, of };
}

function standsStillAt({ state, pauses, startedAt }: Doc<"slaClocks">): number {
  if ("at" in state) return state.at;
  return pauses.find(({ to }) => to === undefined)?.from ?? startedAt;
}

function sourceOf(
  { policyId, targetMinutes }: Pick<Doc<"slaClocks">, "policyId" | "targetMinutes">,
  names: ReadonlyMap<Id<"slaPolicies">, string>,
): ExplainedClock["source"] {
  if (targetMinutes === undefined) return { kind: "none" };
  // A policy that was removed after the clock ended has no name any more.
  return policyId === undefined ? { kind: "channel" } : { kind: "policy", name: names.get(policyId) ?? "" };
}
