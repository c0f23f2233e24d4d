import { MINUTE_MS } from "../../lib/time";

// What one stretch of a team's time comes to: counts by name, which can be added and taken back in any order. Pure; the
// browser reads the same file.

/** Sums by name; a name that is absent is nought. */
export type Sums = Record<string, number>;

/** Everything that is counted (what each means: facts.ts, tally.ts). */
const COUNTS = [
  "created",
  "received",
  "sent",
  "templated",
  "costMicros",
  "inTime",
  "late",
  "closed",
  "closedAnswered",
  "closedMessages",
  "fixedAtOnce",
  "escalated",
  "routed",
  "routedRight",
  "tasksDue",
  "tasksInTime",
  "surveys",
  "promoters",
  "detractors",
  "npsCount",
  "speedCount",
  "speedSum",
  "channelCount",
  "channelSum",
  "resolutionCount",
  "resolutionSum",
] as const;
export type Count = (typeof COUNTS)[number];

/** Durations, each kept as a number, a sum and a histogram. */
export const DURATIONS = ["first", "answer", "solution"] as const;
export type Duration = (typeof DURATIONS)[number];

/** Upper ends of the buckets, working minutes; the last bucket has none. Fine around the targets of A-52 (1 h, 4 h). */
const BOUNDS_MINUTES = [
  1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 720, 960, 1_440, 2_880, 4_800, 9_600, 19_200,
] as const;

/** Both together; what comes to nought is left out, so that equal sums are equal records. */
export function plus(a: Sums, b: Sums): Sums {
  const all: Sums = { ...a };
  for (const [name, value] of Object.entries(b)) all[name] = (all[name] ?? 0) + value;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
}

/** What takes these back. */
export function negative(sums: Sums): Sums {
  return Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, -value]));
}

/** Counts as sums. */
export function counts(values: Partial<Record<Count, number>>): Sums {
  return plus({}, values as Sums);
}

/** One duration of `ms` working time. */
export function duration(name: Duration, ms: number): Sums {
  const found = BOUNDS_MINUTES.findIndex((bound) => ms <= bound * MINUTE_MS);
  const bucket = found === -1 ? BOUNDS_MINUTES.length : found;
  return plus({}, { [`${name}Count`]: 1, [`${name}Ms`]: ms, [`${name}In${bucket}`]: 1 });
}

/** The count of that name. */
export function countOf(sums: Sums, name: Count): number {
  return sums[name] ?? 0;
}

/** How many durations there are. */
export function durationsIn(sums: Sums, name: Duration): number {
  return sums[`${name}Count`] ?? 0;
}

/** Their mean, ms; null when there are none. */
export function meanOf(sums: Sums, name: Duration): number | null {
  const count = durationsIn(sums, name);
  return count === 0 ? null : (sums[`${name}Ms`] ?? 0) / count;
}

/**
 * The duration below which a share of them lies (0.5: median, 0.9: p90), ms; null when there are none. Exact to the bucket,
 * linear inside it; what lies beyond the last bound counts as that bound.
 */
export function quantileOf(sums: Sums, name: Duration, share: number): number | null {
  const wanted = share * durationsIn(sums, name);
  if (wanted === 0) return null;
  let seen = 0;
  let low = 0;
  for (const [bucket, high] of BOUNDS_MINUTES.entries()) {
    const count = sums[`${name}In${bucket}`] ?? 0;
    if (count > 0 && seen + count >= wanted) return (low + ((wanted - seen) / count) * (high - low)) * MINUTE_MS;
    seen += count;
    low = high;
  }
  return low * MINUTE_MS;
}
