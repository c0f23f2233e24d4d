import { instantOn, localDay, type LocalDay } from "../../lib/time";

// Hours within which something may be sent, on local clocks. Pure.

/** Minutes after local midnight; `end` is not part of it and at most 1440. */
export type Interval = { start: number; end: number };

/** When sending is allowed, by one rule: its name for "Why?", the clock it goes by, the open hours of a local day. */
export type Hours = { rule: string; zone: string; on: (day: LocalDay) => readonly Interval[] };

export const WHOLE_DAY: readonly Interval[] = [{ start: 0, end: 1440 }];

/** Longer than any rule keeps closed: Christmas with its weekends. What stays closed for so long never opens. */
const MAX_DAYS = 15;

/** Rules push each other on; each push moves on by hours, so the open minute is found long before this. */
const MAX_PUSHES = 100;

/** "HH:MM" in minutes after midnight; "24:00" is the end of the day. */
export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The hours from `start` to `end` of every day; over midnight when `end` is not later. Alike = the whole day. */
export function dailyIntervals(start: string, end: string): readonly Interval[] {
  const [from, to] = [minutesOf(start), minutesOf(end)];
  if (from === to) return WHOLE_DAY;
  if (from < to) return [{ start: from, end: to }];
  return [
    { start: 0, end: to },
    { start: from, end: 1440 },
  ].filter((interval) => interval.start < interval.end);
}

/**
 * The first instant at or after `now` that lies within the hours, or null when they do not open within two weeks. Where a
 * clock change repeats or skips an edge the narrower reading counts: a clock on the wall never shows a closed time.
 */
export function nextOpen(now: number, { zone, on }: Omit<Hours, "rule">): number | null {
  for (let days = 0; days <= MAX_DAYS; days++) {
    const day = localDay(now, zone, days);
    for (const { start, end } of on(day)) {
      const [opens, closes] = [instantOn(day.date, start, zone, "later"), instantOn(day.date, end, zone, "earlier")];
      if (opens < closes && now < closes) return Math.max(now, opens);
    }
  }
  return null;
}

/** An allowed instant and the rule that moved it last; null when it was allowed at once. */
export type Allowed = { at: number; rule: string | null };

/** The first instant at or after `now` that every rule allows, or null when there is none within sight. */
export function nextAllowedByAll(now: number, rules: readonly Hours[]): Allowed | null {
  let allowed: Allowed = { at: now, rule: null };
  for (let pushes = 0; pushes < MAX_PUSHES; pushes++) {
    const next = pushedOn(allowed, rules);
    if (next === null || next.at === allowed.at) return next;
    allowed = next;
  }
  return null;
}

function pushedOn(from: Allowed, rules: readonly Hours[]): Allowed | null {
  let { at, rule } = from;
  for (const hours of rules) {
    const opens = nextOpen(at, hours);
    if (opens === null) return null;
    if (opens > at) [at, rule] = [opens, hours.rule];
  }
  return { at, rule };
}
