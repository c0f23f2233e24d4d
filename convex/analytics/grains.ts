import { Temporal } from "temporal-polyfill";
import { HOUR_MS, MINUTE_MS } from "../lib/time";

/** How long a stretch one rollup row covers. */
export const GRAINS = ["minute", "hour", "day", "week"] as const;
export type Grain = (typeof GRAINS)[number];

/** What a chart shows, and the grain that makes it some sixty points at most: a year loads as fast as an hour. */
export const RANGES = {
  hour: { grain: "minute", count: 60 },
  day: { grain: "hour", count: 24 },
  week: { grain: "day", count: 7 },
  month: { grain: "day", count: 30 },
  year: { grain: "week", count: 53 },
} as const satisfies Record<string, { grain: Grain; count: number }>;
export const RANGE_NAMES = ["hour", "day", "week", "month", "year"] as const;
export type Range = (typeof RANGE_NAMES)[number];

/**
 * The start of the stretch an instant lies in, UTC ms. Minutes and hours begin alike everywhere but for odd zones; days and
 * weeks (from Monday, ISO 8601) begin at midnight of `zone`, whatever the clocks do that day.
 */
export function startOf(grain: Grain, instant: number, zone: string): number {
  switch (grain) {
    case "minute":
      return instant - (instant % MINUTE_MS);
    case "hour":
      return instant - (instant % HOUR_MS);
    case "day":
      return dayStart(instant, zone, 0);
    case "week":
      return dayStart(instant, zone, 1 - local(instant, zone).dayOfWeek);
  }
}

/** The starts of the stretches of a range that ends with the one `now` lies in, oldest first. */
export function startsOf(range: Range, now: number, zone: string): number[] {
  const { grain, count } = RANGES[range];
  const last = startOf(grain, now, zone);
  return Array.from({ length: count }, (_, index) => before(grain, last, count - 1 - index, zone));
}

function before(grain: Grain, start: number, steps: number, zone: string): number {
  switch (grain) {
    case "minute":
      return start - steps * MINUTE_MS;
    case "hour":
      return start - steps * HOUR_MS;
    case "day":
      return dayStart(start, zone, -steps);
    case "week":
      return dayStart(start, zone, -7 * steps);
  }
}

const local = (instant: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);

function dayStart(instant: number, zone: string, days: number): number {
  return local(instant, zone).toPlainDate().add({ days }).toZonedDateTime(zone).epochMilliseconds;
}

/** Midnight of the first of the month an instant lies in, in `zone`. */
export function monthStart(instant: number, zone: string): number {
  return local(instant, zone).toPlainDate().with({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
