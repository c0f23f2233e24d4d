import { closedRange, minutesOfDay, type BusinessCalendar } from "./hours";

// What a calendar may say. Pure.

const MAX_NAME_CHARS = 120;
const MAX_INTERVALS_A_DAY = 10;
/** Twenty years of a region with many days off. */
export const MAX_HOLIDAYS = 500;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const DAY_MINUTES = 1_440;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export type CalendarProblem = { field: string; message: string };

/** The first thing that is wrong with a calendar, with the field; null when it is fine. The zone is checked elsewhere. */
export function calendarProblem(
  calendar: Pick<BusinessCalendar, "intervals" | "holidays"> & { name: string },
): CalendarProblem | null {
  const { name, intervals, holidays } = calendar;
  if (name.trim() === "" || name.length > MAX_NAME_CHARS) {
    return { field: "name", message: `Give the calendar a name of at most ${MAX_NAME_CHARS} characters.` };
  }
  if (holidays.length > MAX_HOLIDAYS) {
    return { field: "holidays", message: `A calendar has room for ${MAX_HOLIDAYS} days off.` };
  }
  return intervalsProblem(intervals) ?? holidaysProblem(holidays);
}

function intervalsProblem(intervals: BusinessCalendar["intervals"]): CalendarProblem | null {
  for (const { weekday, start, end } of intervals) {
    const text = `${start}–${end}`;
    if (!WEEKDAYS.includes(weekday)) return problem("intervals", "A weekday is a number from 1 (Monday) to 7.");
    if (!isRange(start, end)) return problem("intervals", `${text} is no time of day; write 09:00–17:00.`);
  }
  for (const weekday of WEEKDAYS) {
    const day = intervals
      .filter((interval) => interval.weekday === weekday)
      .map(({ start, end }) => ({ start: minutesOfDay(start), end: minutesOfDay(end), text: `${start}–${end}` }))
      .sort((a, b) => a.start - b.start);
    if (day.length > MAX_INTERVALS_A_DAY) {
      return problem("intervals", `A day has room for ${MAX_INTERVALS_A_DAY} intervals.`);
    }
    const overlap = day.find((interval, index) => interval.start < (day[index - 1]?.end ?? 0));
    if (overlap !== undefined) return problem("intervals", `${overlap.text} overlaps another interval of the day.`);
  }
  return null;
}

function holidaysProblem(holidays: BusinessCalendar["holidays"]): CalendarProblem | null {
  for (const holiday of holidays) {
    const { date, name, start, end } = holiday;
    if (!isDate(date)) return problem("holidays", `${date} is no date; write 2026-12-25.`);
    if (name.trim() === "" || name.length > MAX_NAME_CHARS) {
      return problem("holidays", `Give ${date} a name of at most ${MAX_NAME_CHARS} characters.`);
    }
    if (!isRange(start ?? "00:00", end ?? "24:00") || closedRange(holiday).start >= DAY_MINUTES) {
      return problem("holidays", `${date}: ${start ?? "00:00"}–${end ?? "24:00"} is no time of day.`);
    }
  }
  return null;
}

function problem(field: string, message: string): CalendarProblem {
  return { field, message };
}

function isRange(start: string, end: string): boolean {
  return CLOCK.test(start) && (CLOCK.test(end) || end === "24:00") && minutesOfDay(start) < minutesOfDay(end);
}

/** True for an ISO date that exists. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
