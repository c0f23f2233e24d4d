import { addCalendarDays, clockTime, MINUTE_MS } from "../lib/time";

/** Local wall-clock times "HH:MM"; `start` later than `end` spans midnight; equal means there are no quiet hours. */
export type QuietHours = { start: string; end: string };

/**
 * The first instant at or after `now` that lies outside the quiet hours of `zone` (product.md 4.2 rule 8). Returns
 * `now` itself when it is allowed. The end of the quiet hours is allowed, their start is not.
 */
export function nextAllowed(now: number, zone: string, { start, end }: QuietHours): number {
  const local = clockTime(now, zone);
  const spansMidnight = start > end;
  const isQuiet = spansMidnight ? local >= start || local < end : local >= start && local < end;
  if (!isQuiet) return now;
  const opens = addCalendarDays(now, zone, spansMidnight && local >= start ? 1 : 0, end);
  // In the hour that a clock change repeats, the first reading of `end` may lie behind us: ask again each minute.
  return opens > now ? opens : now + MINUTE_MS;
}
