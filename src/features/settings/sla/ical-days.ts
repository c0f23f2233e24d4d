import ICAL from "ical.js";
import type { Holiday } from "../../../../convex/orgs/calendars/hours";
import { MAX_HOLIDAYS } from "../../../../convex/orgs/calendars/rules";
import { clockTime, instantOn, isZone, localDay, MINUTE_MS, SECOND_MS } from "../../../../convex/lib/time";

// Days off out of a calendar file (RFC 5545), in the zone of the calendar they are for. Pure.

/** What of a file cannot be taken, by the title of the event. */
export type IcalProblem = {
  title: string;
  kind: "no_start" | "no_title" | "ends_before_start" | "unknown_zone" | "too_often" | "unreadable";
};

/** What a file would add, or why it is none that can be read. */
export type IcalDays =
  | {
      kind: "days";
      days: Holiday[];
      problems: IcalProblem[];
      /** Days that lie outside the asked years. */ outside: number;
    }
  | { kind: "refused"; reason: "not_ical" | "no_events" | "too_many" };

/** Which dates are wanted, ISO, `to` exclusive, and in which zone days are days. */
type Wanted = { timezone: string; from: string; to: string };

const DAY_SECONDS = 86_400;
const MAX_TITLE_CHARS = 120;
/** Repetitions looked at per event: a day off that comes more often than daily for years is none. */
const MAX_REPETITIONS = 2_000;
/** An event of more days is no day off. */
const MAX_DAYS_LONG = 400;

type Collected = { days: Map<string, Holiday>; problems: IcalProblem[]; outside: number };

/**
 * The days off in a file: single and repeated events with their exceptions, over one or several days, whole days or
 * parts of them. Cancelled ones are left out, doubles are one. Problems name the event; the others are still taken.
 */
export function readIcalDays(text: string, wanted: Wanted): IcalDays {
  const calendars = calendarsIn(text);
  if (calendars === null) return { kind: "refused", reason: "not_ical" };
  const events = calendars.flatMap((calendar) => calendar.getAllSubcomponents("vevent"));
  if (events.length === 0) return { kind: "refused", reason: "no_events" };
  const found: Collected = { days: new Map(), problems: [], outside: 0 };
  for (const { master, exceptions } of groups(events)) {
    try {
      collect(master, exceptions, wanted, found);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      found.problems.push({ title: titleOf(master), kind: "unreadable" });
    }
    if (found.days.size > MAX_HOLIDAYS) return { kind: "refused", reason: "too_many" };
  }
  const days = [...found.days.values()].sort((a, b) => a.date.localeCompare(b.date));
  return { kind: "days", days, problems: found.problems, outside: found.outside };
}

function calendarsIn(text: string): ICAL.Component[] | null {
  try {
    const parsed = ICAL.parse(text) as unknown[];
    const all = (Array.isArray(parsed[0]) ? parsed : [parsed]) as never[];
    const calendars = all.map((jCal) => new ICAL.Component(jCal));
    return calendars.every(({ name }) => name === "vcalendar") ? calendars : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** Events by their UID: the one that repeats, and those that stand for single repetitions of it. */
function groups(events: readonly ICAL.Component[]): { master: ICAL.Component; exceptions: ICAL.Component[] }[] {
  const isException = (event: ICAL.Component) => event.hasProperty("recurrence-id");
  const uidOf = (event: ICAL.Component) => event.getFirstPropertyValue("uid")?.toString();
  const masters = events.filter((event) => !isException(event));
  const uids = new Set(masters.map(uidOf));
  // Without the one it is an exception of, an event speaks for itself.
  const orphans = events.filter((event) => isException(event) && !uids.has(uidOf(event)));
  return [...masters, ...orphans].map((master) => ({
    master,
    exceptions: isException(master)
      ? []
      : events.filter((event) => isException(event) && uidOf(event) === uidOf(master) && uidOf(event) !== undefined),
  }));
}

function collect(master: ICAL.Component, exceptions: ICAL.Component[], wanted: Wanted, found: Collected): void {
  if (!master.hasProperty("dtstart")) {
    found.problems.push({ title: titleOf(master), kind: "no_start" });
    return;
  }
  const event = new ICAL.Event(master, { exceptions, strictExceptions: false });
  if (!event.isRecurring()) return add(event, event.startDate, wanted, found);
  const repetitions = event.iterator();
  const end = Date.parse(wanted.to) + DAY_SECONDS * SECOND_MS;
  for (let seen = 0, next = repetitions.next(); next !== null && next !== undefined; seen++) {
    if (Date.UTC(next.year, next.month - 1, next.day) > end) return;
    if (seen >= MAX_REPETITIONS) {
      found.problems.push({ title: titleOf(master), kind: "too_often" });
      return;
    }
    const { item, startDate } = event.getOccurrenceDetails(next);
    add(item, startDate, wanted, found);
    next = repetitions.next();
  }
}

/** Adds one occurrence of an event. */
function add({ component }: ICAL.Event, start: ICAL.Time, wanted: Wanted, found: Collected): void {
  if (component.getFirstPropertyValue("status")?.toString().toUpperCase() === "CANCELLED") return;
  const title = titleOf(component);
  const event = new ICAL.Event(component);
  const holidays = start.isDate ? wholeDays(event, start) : partsOfDays(event, start, wanted.timezone);
  if (!Array.isArray(holidays)) {
    // A repeated event is wrong once, not once a repetition.
    const isTold = found.problems.some((problem) => problem.title === title && problem.kind === holidays.kind);
    if (!isTold) found.problems.push({ title, kind: holidays.kind });
    return;
  }
  for (const holiday of holidays) {
    if (holiday.date < wanted.from || holiday.date >= wanted.to) found.outside += 1;
    else found.days.set(JSON.stringify(holiday), holiday);
  }
}

type Wrong = { kind: IcalProblem["kind"] };

function wholeDays(event: ICAL.Event, start: ICAL.Time): Holiday[] | Wrong {
  const name = titleOf(event.component);
  if (name === "") return { kind: "no_title" };
  const first = Date.UTC(start.year, start.month - 1, start.day);
  // Many programs write the same day as the end of a single one.
  const length = Math.round((dayOf(event.endDate) - dayOf(event.startDate)) / (DAY_SECONDS * SECOND_MS));
  if (length < 0) return { kind: "ends_before_start" };
  if (length > MAX_DAYS_LONG) return { kind: "too_often" };
  return Array.from({ length: Math.max(1, length) }, (_, index) => ({
    date: new Date(first + index * DAY_SECONDS * SECOND_MS).toISOString().slice(0, 10),
    name,
  }));
}

const dayOf = ({ year, month, day }: ICAL.Time) => Date.UTC(year, month - 1, day);

function partsOfDays(event: ICAL.Event, start: ICAL.Time, zone: string): Holiday[] | Wrong {
  const name = titleOf(event.component);
  if (name === "") return { kind: "no_title" };
  const from = instantOf(start, tzidOf(event, "dtstart"), zone);
  const first = instantOf(event.startDate, tzidOf(event, "dtstart"), zone);
  const last = instantOf(event.endDate, tzidOf(event, "dtend") ?? tzidOf(event, "dtstart"), zone);
  if (from === null || first === null || last === null) return { kind: "unknown_zone" };
  const to = from + last - first;
  if (to <= from) return { kind: "ends_before_start" };
  if (to - from > MAX_DAYS_LONG * DAY_SECONDS * SECOND_MS) return { kind: "too_often" };
  return pieces(from, to, zone, name);
}

function pieces(from: number, to: number, zone: string, name: string): Holiday[] {
  const holidays: Holiday[] = [];
  const lastDate = localDay(to - 1, zone).date;
  for (let index = 0; ; index++) {
    const { date } = localDay(from, zone, index);
    const start = index === 0 ? clockTime(from, zone) : "00:00";
    const until = date === lastDate ? clockTime(to, zone) : "24:00";
    const end = until === "00:00" ? "24:00" : until;
    // Less than a minute is nothing a calendar knows.
    if (start < end) holidays.push(start === "00:00" && end === "24:00" ? { date, name } : { date, name, start, end });
    if (date >= lastDate) return holidays;
  }
}

function tzidOf({ component }: ICAL.Event, property: "dtstart" | "dtend"): string | undefined {
  const tzid = component.getFirstProperty(property)?.getParameter("tzid");
  return typeof tzid === "string" ? tzid : undefined;
}

/**
 * When it is, UTC ms: a time without a zone is the calendar's own, a zone of the world's list is taken from there, any
 * other as the file describes it. Null for a zone that neither knows.
 */
function instantOf(time: ICAL.Time, tzid: string | undefined, calendarZone: string): number | null {
  if (time.zone === ICAL.Timezone.utcTimezone) return time.toUnixTime() * SECOND_MS;
  const zone = tzid ?? calendarZone;
  if (isZone(zone)) {
    const date = new Date(dayOf(time)).toISOString().slice(0, 10);
    return instantOn(date, time.hour * 60 + time.minute, zone, "earlier") + (time.second % 60) * SECOND_MS;
  }
  const isDescribed = time.zone !== undefined && time.zone.tzid === tzid && time.zone.component !== null;
  return isDescribed ? Math.floor((time.toUnixTime() * SECOND_MS) / MINUTE_MS) * MINUTE_MS : null;
}

function titleOf(event: ICAL.Component): string {
  const summary = event.getFirstPropertyValue("summary")?.toString() ?? "";
  return summary.replace(/\s+/g, " ").trim().slice(0, MAX_TITLE_CHARS);
}
