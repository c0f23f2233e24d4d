import { DAY_MS, MINUTE_MS, offsetSpans } from "../../lib/time";

// When a calendar is open. Open means: a clock on the wall of its zone shows an opening time. So the hour that a clock
// change repeats counts twice, and the one it skips not at all (product.md 6.2 rules 1 and 2). Pure.

/** [from, to) in UTC ms. */
export type Span = { from: number; to: number };

/** Local wall-clock times "HH:MM"; the end of the day is "24:00". */
export type OpeningInterval = { weekday: number; start: string; end: string };

/** A day off, or the part of it from `start` to `end`. */
export type Holiday = { date: string; name: string; start?: string; end?: string };

export type BusinessCalendar = {
  timezone: string;
  intervals: readonly OpeningInterval[];
  holidays: readonly Holiday[];
};

/** What counts where an organisation has no calendar. */
export const ALWAYS_OPEN: BusinessCalendar = {
  timezone: "UTC",
  intervals: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, start: "00:00", end: "24:00" })),
  holidays: [],
};

/** Minutes after local midnight, [start, end). */
export type MinuteRange = { start: number; end: number };

const DAY_MINUTES = 1_440;

/** Minutes after midnight of "HH:MM"; "24:00" is 1440. */
export function minutesOfDay(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The part of a day that a holiday closes. */
export function closedRange({ start, end }: Pick<Holiday, "start" | "end">): MinuteRange {
  return {
    start: start === undefined ? 0 : minutesOfDay(start),
    end: end === undefined ? DAY_MINUTES : minutesOfDay(end),
  };
}

/** The open minutes of a local day, in order; touching intervals are one. */
export function openRanges(
  { intervals, holidays }: Omit<BusinessCalendar, "timezone">,
  { date, weekday }: { date: string; weekday: number },
): MinuteRange[] {
  const open = intervals
    .filter((interval) => interval.weekday === weekday)
    .map(({ start, end }) => ({ start: minutesOfDay(start), end: minutesOfDay(end) }))
    .sort((a, b) => a.start - b.start);
  const closed = holidays.filter((holiday) => holiday.date === date).map(closedRange);
  return closed.reduce(without, joined(open));
}

/** The hours of a calendar that depend on the day alone, looked up by its number since 1970. */
export class OpeningHours {
  private readonly byWeekday = new Map<number, MinuteRange[]>();
  private readonly special: ReadonlySet<string>;
  private readonly calendar: BusinessCalendar;

  constructor(calendar: BusinessCalendar) {
    this.calendar = calendar;
    this.special = new Set(calendar.holidays.map(({ date }) => date));
  }

  /** When it is open in [from, to), in order; spans never touch. */
  *spans(from: number, to: number): Generator<Span> {
    let last: Span | null = null;
    for (const span of this.pieces(from, to)) {
      if (last !== null && last.to === span.from) {
        last = { from: last.from, to: span.to };
        continue;
      }
      if (last !== null) yield last;
      last = span;
    }
    if (last !== null) yield last;
  }

  /** As `spans`, but one may begin where the one before ended, so nothing is looked at before it is asked for. */
  *pieces(from: number, to: number): Generator<Span> {
    for (const piece of offsetSpans(this.calendar.timezone, from, to)) {
      const lastDay = Math.floor((piece.to - 1 + piece.offsetMs) / DAY_MS);
      for (let day = Math.floor((piece.from + piece.offsetMs) / DAY_MS); day <= lastDay; day++) {
        const midnight = day * DAY_MS - piece.offsetMs;
        for (const { start, end } of this.rangesOf(day)) {
          const opens = Math.max(piece.from, midnight + start * MINUTE_MS);
          const closes = Math.min(piece.to, midnight + end * MINUTE_MS);
          if (opens < closes) yield { from: opens, to: closes };
        }
      }
    }
  }

  private rangesOf(day: number): readonly MinuteRange[] {
    const weekday = ((((day + 3) % 7) + 7) % 7) + 1; // Day 0 was a Thursday.
    const date = isoDateOfDay(day);
    if (this.special.has(date)) return openRanges(this.calendar, { date, weekday });
    const known = this.byWeekday.get(weekday);
    if (known !== undefined) return known;
    const ranges = openRanges({ intervals: this.calendar.intervals, holidays: [] }, { date, weekday });
    this.byWeekday.set(weekday, ranges);
    return ranges;
  }
}

/** The ISO date of a day by its number since 1970-01-01. */
export function isoDateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function joined(ranges: readonly MinuteRange[]): MinuteRange[] {
  const result: MinuteRange[] = [];
  for (const { start, end } of ranges) {
    const last = result.at(-1);
    if (start >= end) continue;
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

function without(open: readonly MinuteRange[], closed: MinuteRange): MinuteRange[] {
  return open.flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, closed.start) },
      { start: Math.max(start, closed.end), end },
    ].filter((range) => range.start < range.end),
  );
}
