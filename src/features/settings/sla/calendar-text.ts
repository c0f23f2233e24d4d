import type { Holiday, OpeningInterval } from "../../../../convex/orgs/calendars/hours";

// Opening hours and days off as people type them. Pure.

const RANGE = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/;
const DAY_OFF = /^(\d{4}-\d{2}-\d{2})\s+(?:(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})\s+)?(\S.*)$/;

type Read<T> = { values: T[]; badLines: number[] };

/** "09:00–12:00, 13:00–17:00" of one weekday; null when a part is no range. Empty text is a closed day. */
export function readHours(weekday: number, text: string): OpeningInterval[] | null {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const intervals = parts.map((part) => RANGE.exec(part));
  if (intervals.includes(null)) return null;
  return intervals.flatMap((match) =>
    match === null ? [] : [{ weekday, start: clock(match[1], match[2]), end: clock(match[3], match[4]) }],
  );
}

/** The hours of one weekday as `readHours` takes them. */
export function writeHours(intervals: readonly OpeningInterval[], weekday: number): string {
  return intervals
    .filter((interval) => interval.weekday === weekday)
    .map(({ start, end }) => `${start}–${end}`)
    .join(", ");
}

/** One day off a line: "2026-12-25 Christmas" or "2026-12-24 12:00–24:00 Christmas Eve". Bad lines count from 1. */
export function readDaysOff(text: string): Read<Holiday> {
  const values: Holiday[] = [];
  const badLines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const match = DAY_OFF.exec(line.trim());
    const [, date, start, end, name] = match ?? [];
    if (date === undefined || name === undefined) badLines.push(index + 1);
    else if (start === undefined || end === undefined) values.push({ date, name });
    else values.push({ date, name, start: padded(start), end: padded(end) });
  }
  return { values, badLines };
}

/** Days off as `readDaysOff` takes them. */
export function writeDaysOff(holidays: readonly Holiday[]): string {
  return holidays
    .map(({ date, name, start, end }) => {
      const part = start === undefined && end === undefined ? "" : `${start ?? "00:00"}–${end ?? "24:00"} `;
      return `${date} ${part}${name}`;
    })
    .join("\n");
}

function clock(hours = "", minutes = ""): string {
  return `${hours.padStart(2, "0")}:${minutes}`;
}

function padded(time: string): string {
  return time.padStart(5, "0");
}
