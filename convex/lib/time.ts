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
  return quickly(instantMs, zone, days, at) ?? exactly(instantMs, zone, days, at);
}

function exactly(instantMs: number, zone: string, days: number, at: string | undefined): number {
  const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone).toPlainDateTime();
  const moved = local.add({ days });
  const timed = at === undefined ? moved : moved.withPlainTime(Temporal.PlainTime.from(at));
  return timed.toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** Plain arithmetic, where no clock change is near enough to matter; null where one is. */
function quickly(instantMs: number, zone: string, days: number, at: string | undefined): number | null {
  const { offsetMs } = spanAt(zone, instantMs);
  const local = instantMs + offsetMs + days * DAY_MS;
  const minutes = at === undefined ? null : minutesOf(at);
  if (at !== undefined && minutes === null) return null;
  const wanted = minutes === null ? local : Math.floor(local / DAY_MS) * DAY_MS + minutes * MINUTE_MS;
  const span = spanAt(zone, wanted - offsetMs);
  const instant = wanted - span.offsetMs;
  return span.from <= instant - DAY_MS && instant + DAY_MS < span.to ? instant : null;
}

const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

function minutesOf(at: string): number | null {
  const [, hours, minutes] = CLOCK_TIME.exec(at) ?? [];
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** More zones and years than are in use at once. */
const SPANS_LIMIT = 1_000;

/** The stretch of one distance from UTC that an instant lies in. Kept: asking for it takes a hundred times as long. */
const spanAt = (() => {
  const spans = new Map<string, OffsetSpan[]>();
  let count = 0;
  return (zone: string, instantMs: number): OffsetSpan => {
    const known = spans.get(zone)?.find(({ from, to }) => from <= instantMs && instantMs < to);
    if (known !== undefined) return known;
    const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone);
    // "previous" is before the instant, also where a change is at the very instant.
    const from = local.add({ milliseconds: 1 }).getTimeZoneTransition("previous")?.epochMilliseconds ?? -Infinity;
    const to = local.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity;
    const span = { from, to, offsetMs: local.offsetNanoseconds / 1_000_000 };
    if (count >= SPANS_LIMIT) spans.clear();
    count = count >= SPANS_LIMIT ? 1 : count + 1;
    spans.set(zone, [...(spans.get(zone) ?? []), span]);
    return span;
  };
})();

/** Local wall-clock time of an instant as "HH:MM". */
export function clockTime(instantMs: number, zone: string): string {
  const { offsetMs } = spanAt(zone, instantMs);
  if (offsetMs % MINUTE_MS === 0) return new Date(instantMs + offsetMs).toISOString().slice(-13, -8);
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
