import { OpeningHours, type BusinessCalendar } from "../../orgs/calendars/hours";
import { DAY_MS, MINUTE_MS } from "../../lib/time";

/** A calendar closed for longer than this says nothing about a reminder. */
const LOOK_MS = 30 * DAY_MS;

/**
 * When somebody is reminded of a task, UTC ms: so many minutes before it is due. Never at midnight or at a weekend
 * (product.md 2.7 no. 85): outside of the opening hours at the next opening that is before the task is due, else at the
 * last opening before. Null when that is past. Pure.
 */
export function reminderInstant(
  calendar: BusinessCalendar,
  { dueAt, minutesBefore }: { dueAt: number; minutesBefore: number },
  now: number,
): number | null {
  const wanted = dueAt - minutesBefore * MINUTE_MS;
  const at = inHours(new OpeningHours(calendar), wanted, dueAt);
  return at > now ? at : null;
}

function inHours(hours: OpeningHours, wanted: number, dueAt: number): number {
  let before: number | null = null;
  for (const { from, to } of hours.spans(wanted - LOOK_MS, dueAt)) {
    if (from <= wanted && wanted < to) return wanted;
    if (from > wanted) return from;
    before = from;
  }
  return before ?? wanted;
}
