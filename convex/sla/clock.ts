import { OpeningHours, type BusinessCalendar, type Span } from "../orgs/calendars/hours";
import { DAY_MS, HOUR_MS } from "../lib/time";
import type { SlaStage } from "./sets";

// The clock of product.md section 6: working time = opening hours without the pauses. Pure.

/** A time in which a clock does not run; without `to` it lasts. Pauses are in order and do not overlap. */
export type Pause = { from: number; to?: number; reason: PauseReason };
export type PauseReason = "waiting_customer" | "resolved" | "closed";

/** What a deadline is computed from. */
export type ClockFacts = {
  startedAt: number;
  /** Working time until the deadline, ms. */
  targetMs: number;
  pauses: readonly Pause[];
};

/** A calendar that does not open often enough within this never reaches the target: such a clock has no deadline. */
const HORIZON_MS = 1_100 * DAY_MS;

/** Share of the working time at which the first stages are reached (requirement S1, "Escalation Workflow"). */
const STAGE_SHARES: readonly [SlaStage, number][] = [
  ["first_reminder", 0.75],
  ["team_leader_alert", 0.9],
  ["manager_escalation", 1],
];

/** What of these opening times (in order) counts towards the target, in order. */
export function* countedSpans(openings: Iterable<Span>, pauses: readonly Pause[]): Generator<Span> {
  for (const open of openings) {
    let rest = open.from;
    for (const pause of pauses) {
      const end = pause.to ?? Infinity;
      if (end <= rest) continue;
      if (pause.from >= open.to) break;
      if (pause.from > rest) yield { from: rest, to: pause.from };
      rest = Math.max(rest, end);
      if (rest >= open.to) break;
    }
    if (rest < open.to) yield { from: rest, to: open.to };
  }
}

/** Working time in [from, to), ms. */
export function workingMs(calendar: BusinessCalendar, span: Span, pauses: readonly Pause[] = []): number {
  let sum = 0;
  const openings = new OpeningHours(calendar).pieces(span.from, span.to);
  for (const { from, to } of countedSpans(openings, pauses)) sum += to - from;
  return sum;
}

/**
 * The instants at which each of `amountsMs` (ascending) of working time has gone by since the start; null where that
 * never happens: the clock is paused until further notice, or the calendar has no more hours.
 */
export function instantsAfter(
  calendar: BusinessCalendar,
  { startedAt, pauses }: Pick<ClockFacts, "startedAt" | "pauses">,
  amountsMs: readonly number[],
): (number | null)[] {
  const found: (number | null)[] = amountsMs.map((amount) => (amount <= 0 ? startedAt : null));
  let next = found.findIndex((at) => at === null);
  if (next === -1) return found;
  let counted = 0;
  // Nothing counts after the beginning of a pause that lasts: years of opening hours need not be looked through.
  const lasting = pauses.find((pause) => pause.to === undefined);
  const to = Math.min(startedAt + HORIZON_MS, lasting?.from ?? Infinity);
  for (const span of countedSpans(new OpeningHours(calendar).pieces(startedAt, to), pauses)) {
    for (;;) {
      const amount = amountsMs[next];
      if (amount === undefined) return found;
      if (counted + span.to - span.from < amount) break;
      found[next] = span.from + (amount - counted);
      next += 1;
    }
    counted += span.to - span.from;
  }
  return found;
}

/** When the target is reached, or null (`instantsAfter`). */
export function dueInstant(calendar: BusinessCalendar, facts: ClockFacts): number | null {
  return instantsAfter(calendar, facts, [facts.targetMs])[0] ?? null;
}

/**
 * The stages that have an instant, in order: shares of the working time, and the executive's alert, elapsed hours after
 * the deadline (product.md 0.9, 6.2 rule 6). The third is the deadline itself.
 */
export function stagePlan(
  calendar: BusinessCalendar,
  facts: ClockFacts,
  executiveAfterHours: number,
): { stage: SlaStage; at: number }[] {
  const amounts = STAGE_SHARES.map(([, share]) => Math.round(facts.targetMs * share));
  const instants = instantsAfter(calendar, facts, amounts);
  const plan = STAGE_SHARES.flatMap(([stage], index) => {
    const at = instants[index] ?? null;
    return at === null ? [] : [{ stage, at }];
  });
  const dueAt = instants.at(-1) ?? null;
  if (dueAt !== null) plan.push({ stage: "executive_alert", at: dueAt + executiveAfterHours * HOUR_MS });
  return plan;
}

/** Answering at the due instant is in time (product.md 6.2 rule 5). */
export function isLate(at: number, dueAt: number | null | undefined): boolean {
  return dueAt !== null && dueAt !== undefined && at > dueAt;
}

/** More pauses than any conversation has; beyond, the two oldest become one, in the team's favour. */
const MAX_PAUSES = 500;

/** The pauses with one more that begins at `from`; while one lasts there is no second. */
export function withPause(pauses: readonly Pause[], from: number, reason: PauseReason): Pause[] {
  if (isPaused(pauses)) return [...pauses];
  const [first, second, ...rest] = pauses;
  const isFull = pauses.length >= MAX_PAUSES && first !== undefined && second !== undefined;
  return [...(isFull ? [{ ...second, from: first.from }, ...rest] : pauses), { from, reason }];
}

/** The pauses with the lasting one ended; one that took no time is forgotten. */
export function withoutPause(pauses: readonly Pause[], to: number): Pause[] {
  return pauses.flatMap((pause) => {
    if (pause.to !== undefined) return [pause];
    return pause.from < to ? [{ ...pause, to }] : [];
  });
}

/** True while the last pause lasts. */
export function isPaused(pauses: readonly Pause[]): boolean {
  const last = pauses.at(-1);
  return last !== undefined && last.to === undefined;
}
