import { Temporal } from "temporal-polyfill";
import { instantOfLocal } from "../../lib/local-time";

// Where things lie on a lane of days, by the clock of one zone. Pure.

const MINUTES_A_DAY = 24 * 60;
/** What a drag or an arrow key moves by. */
const STEP_MINUTES = 15;

type Timed = { at: number | null };

/** One calendar day ("2026-10-24") with what lies on it; `day` null: it has no time yet. */
export type LaneDay<Item> = { day: string | null; items: Item[] };

const zoned = (at: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

/** Calendar day of an instant. */
export function dayOf(at: number, zone: string): string {
  return zoned(at, zone).toPlainDate().toString();
}

/** How far into its day an instant is by the clock, 0 to 1. */
export function shareOfDay(at: number, zone: string): number {
  const { hour, minute } = zoned(at, zone);
  return (hour * 60 + minute) / MINUTES_A_DAY;
}

/**
 * Items by day, in order. `today` and the `empty` days after it are there even when nothing lies on them, to be dropped
 * on; what has no time comes last.
 */
export function laneDays<Item extends Timed>(
  items: readonly Item[],
  { now, zone, empty }: { now: number; zone: string; empty: number },
): LaneDay<Item>[] {
  const days = new Map<string, Item[]>();
  const today = zoned(now, zone).toPlainDate();
  for (let i = 0; i < empty; i++) days.set(today.add({ days: i }).toString(), []);
  const timeless: Item[] = [];
  for (const item of items) {
    if (item.at === null) timeless.push(item);
    else days.set(dayOf(item.at, zone), [...(days.get(dayOf(item.at, zone)) ?? []), item]);
  }
  const sorted = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, of]) => ({ day, items: of }));
  return timeless.length === 0 ? sorted : [...sorted, { day: null, items: timeless }];
}

/** The instant at a share (0 to 1) of a day, on the quarter of an hour; null for a day that is none. */
export function instantOn(day: string, share: number, zone: string): number | null {
  const steps = MINUTES_A_DAY / STEP_MINUTES;
  const step = Math.min(steps - 1, Math.max(0, Math.round(share * steps)));
  const minutes = step * STEP_MINUTES;
  const two = (value: number) => String(value).padStart(2, "0");
  return instantOfLocal(`${day}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`, zone);
}

/** An instant moved by an arrow key: a quarter of an hour, or a calendar day at the same clock time. */
export function nudged(at: number, { days, steps }: { days: number; steps: number }, zone: string): number {
  return zoned(at, zone).add({ days, minutes: steps * STEP_MINUTES }).epochMilliseconds;
}
