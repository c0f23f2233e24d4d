import { Temporal } from "temporal-polyfill";

// All zoned arithmetic of the product. Instants are UTC milliseconds; "compatible" disambiguation throughout: local
// times that do not exist move forward by the gap, times that exist twice mean the first (product.md 4.2 rule 11).

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** A day as elapsed time; calendar days are `addCalendarDays`. */
export const DAY_MS = 24 * HOUR_MS;

/** True when `zone` is an IANA zone this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Now.instant().toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** The first valid zone of the list; `UTC` when none is. */
export function firstZone(...zones: (string | undefined)[]): string {
  return zones.find((zone) => zone !== undefined && isZone(zone)) ?? "UTC";
}

/** The instant `days` calendar days from `instantMs` in `zone`, at the same clock time or at `at` ("HH:MM"). */
export function addCalendarDays(instantMs: number, zone: string, days: number, at?: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone).toPlainDateTime();
  const moved = local.add({ days });
  const timed = at === undefined ? moved : moved.withPlainTime(Temporal.PlainTime.from(at));
  return timed.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** Local wall-clock time of an instant as "HH:MM". */
export function clockTime(instantMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instantMs)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: "minute" });
}

/** A day of a local calendar: ISO date and ISO weekday (1 = Monday … 7 = Sunday). */
export type LocalDay = { date: string; weekday: number };

/** The local day `days` after the one that `instantMs` falls on in `zone`. */
export function localDay(instantMs: number, zone: string, days = 0): LocalDay {
  const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone).toPlainDate().add({ days });
  return { date: local.toString(), weekday: local.dayOfWeek };
}

/**
 * The instant at which the clocks of `zone` show `minutes` after midnight on `date`; 1440 is the next midnight. Where a
 * clock change makes that two instants or none, `edge` says which one: the one before or the one after.
 */
export function instantOn(date: string, minutes: number, zone: string, edge: "earlier" | "later"): number {
  const midnight = Temporal.PlainDate.from(date).toPlainDateTime();
  return midnight.add({ minutes }).toZonedDateTime(zone, { disambiguation: edge }).epochMilliseconds;
}

/** A stretch of time in which a zone keeps one distance from UTC. */
export type OffsetSpan = { from: number; to: number; offsetMs: number };

/**
 * Cuts [`fromMs`, `toMs`) where the clocks of `zone` change. Within one piece local time is UTC plus `offsetMs`, so that
 * plain arithmetic is exact there.
 */
export function* offsetSpans(zone: string, fromMs: number, toMs: number): Generator<OffsetSpan> {
  let from = fromMs;
  while (from < toMs) {
    const local = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
    const next = local.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity;
    const to = Math.min(next, toMs);
    yield { from, to, offsetMs: local.offsetNanoseconds / 1_000_000 };
    from = to;
  }
}
