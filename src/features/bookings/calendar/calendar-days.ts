import { Temporal } from "temporal-polyfill";
import type { CalendarSpan } from "../../../lib/search-params";

// The days a calendar shows and what stands on each. Days are dates by the clock of each booking's place.

const DAYS_A_WEEK = 7;

/** Today's date by the clock of `zone`: "2026-11-21". */
export function today(now: number, zone: string): string {
  return dateOf(now, zone);
}

/** The dates shown around `on`: whole weeks from Monday for a month, seven days, or one. */
export function daysShown(span: CalendarSpan, on: string): string[] {
  const day = Temporal.PlainDate.from(on);
  if (span === "day") return [on];
  if (span === "week") return datesFrom(mondayOf(day), DAYS_A_WEEK);
  const first = mondayOf(day.with({ day: 1 }));
  const last = day.with({ day: day.daysInMonth });
  const weeks = Math.ceil((first.until(last).days + 1) / DAYS_A_WEEK);
  return datesFrom(first, weeks * DAYS_A_WEEK);
}

/** The date one span before (-1) or after (1). */
export function stepped(span: CalendarSpan, on: string, by: -1 | 1): string {
  const day = Temporal.PlainDate.from(on);
  const length = span === "month" ? { months: by } : span === "week" ? { weeks: by } : { days: by };
  return day.add(length).toString();
}

/** `days` after a date, before it when negative. */
export function dateAfter(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Whether a date is in the month of another. */
export function isSameMonth(date: string, on: string): boolean {
  return date.slice(0, 7) === on.slice(0, 7);
}

/** The instants around all dates in every zone: a day earlier and later than by UTC. */
export function rangeOf(dates: readonly string[]): { from: number; to: number } {
  const [first, last] = [dates[0] ?? "1970-01-01", dates.at(-1) ?? "1970-01-01"];
  return { from: noon(first) - 1.5 * DAY_MS, to: noon(last) + 1.5 * DAY_MS };
}

/** Noon of a date by UTC: an instant whose date is that one wherever it is written out by UTC. */
export function noon(date: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: "UTC", plainTime: "12:00" }).epochMilliseconds;
}

const DAY_MS = 86_400_000;

type Timed = { startsAt: number; endsAt: number; zone: string | null };

/** Bookings by date, each on all its days by the clock of its place (of `zone` when it is online), by start. */
export function byDate<B extends Timed>(
  bookings: readonly B[],
  dates: readonly string[],
  zone: string,
): Map<string, B[]> {
  const days = new Map<string, B[]>(dates.map((date) => [date, []]));
  for (const booking of bookings) {
    const first = dateOf(booking.startsAt, booking.zone ?? zone);
    // What ends at midnight is over on the day before.
    const last = dateOf(Math.max(booking.startsAt, booking.endsAt - 1), booking.zone ?? zone);
    for (const date of dates) if (date >= first && date <= last) days.get(date)?.push(booking);
  }
  return days;
}

function dateOf(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

function mondayOf(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.subtract({ days: day.dayOfWeek - 1 });
}

function datesFrom(first: Temporal.PlainDate, count: number): string[] {
  return Array.from({ length: count }, (_, days) => first.add({ days }).toString());
}
