import { Temporal } from "temporal-polyfill";
import type { DayOrder } from "./dayOrder";

// Points in time as spreadsheets and booking systems write them.

/** A local time that a clock change skips or brings twice: it is moved on by the gap, or means the first. */
export type ClockNote = "skipped" | "twice";
export type MomentProblem = "none" | "unreadable" | "no_time";
export type ReadMoment = { ok: true; at: number; note?: ClockNote } | { ok: false; problem: MomentProblem };

type Day = { year: number; month: number; day: number };
type Clock = { hour: number; minute: number; second: number };
type Parts = { at?: number; day?: Day; clock?: Clock };

type Reading = { zone: string; dayOrder: DayOrder };

const ISO_INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)(?:\[[^\]]*\])?$/i;
const WEEKDAY = /^\p{L}+\.?,? +(?=\d)/u;
const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const BETWEEN = /^(?:T|,? *(?:(?:at|um|om) +)?)/i;
const CLOCK = /^(\d{1,2})(?:[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?)? ?([ap]\.?m\.?)? ?(?:uhr|uur|h)?$/i;
/** "26" is 2026. */
const CENTURY = 2_000;
const NOON = 12;

/**
 * The instant a row names: `text` holds day and time, or the time alone where `day` holds the day. Local times are those of
 * `zone`; one with an offset needs no zone.
 */
export function readMoment(text: string, day: string, reading: Reading): ReadMoment {
  const [own, given] = [partsOf(text, reading), partsOf(day, reading)];
  if (own === null || given === null) return { ok: false, problem: "unreadable" };
  if (own.at !== undefined) return { ok: true, at: own.at };
  if (given.at !== undefined && own.clock === undefined) return { ok: true, at: given.at };
  const onDay = own.day ?? given.day ?? (given.at === undefined ? undefined : dayOf(given.at, reading.zone));
  const clock = own.clock ?? given.clock;
  if (onDay === undefined) return { ok: false, problem: clock === undefined ? "none" : "unreadable" };
  if (clock === undefined) return { ok: false, problem: "no_time" };
  return localMoment(onDay, clock, reading.zone);
}

/** The end of what starts at `startsAt`: day and time, or a time on the day of the start, on the next one if it is earlier. */
export function readEnd(text: string, startsAt: number, reading: Reading): ReadMoment {
  const parts = partsOf(text, reading);
  if (parts === null) return { ok: false, problem: "unreadable" };
  if (parts.day !== undefined || parts.at !== undefined || parts.clock === undefined) {
    return readMoment(text, "", reading);
  }
  const day = dayOf(startsAt, reading.zone);
  const same = localMoment(day, parts.clock, reading.zone);
  if (!same.ok || same.at >= startsAt) return same;
  const { year, month, day: date } = Temporal.PlainDate.from(day).add({ days: 1 });
  return localMoment({ year, month, day: date }, parts.clock, reading.zone);
}

function dayOf(at: number, zone: string): Day {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return { year, month, day };
}

function localMoment(day: Day, clock: Clock, zone: string): ReadMoment {
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from({ ...day, ...clock }, { overflow: "reject" });
  } catch {
    return { ok: false, problem: "unreadable" };
  }
  const inZone = (disambiguation: "compatible" | "earlier" | "later") =>
    local.toZonedDateTime(zone, { disambiguation }).epochMilliseconds;
  const at = inZone("compatible");
  const [earlier, later] = [inZone("earlier"), inZone("later")];
  if (earlier === later) return { ok: true, at };
  // What exists twice means the first; what does not exist is moved on, to the later one.
  return { ok: true, at, note: at === earlier ? "twice" : "skipped" };
}

/** What a cell says: an instant, a day, a time, both or (when it is empty) neither; null when it is none of that. */
function partsOf(cell: string, { dayOrder }: Reading): Parts | null {
  const text = cell.replace(/\s+/g, " ").trim();
  if (text === "") return {};
  const [, isoDay, isoTime, offset] = ISO_INSTANT.exec(text) ?? [];
  if (isoDay !== undefined) return instantOf(`${isoDay}T${(isoTime ?? "").replace(",", ".")}${offset ?? ""}`);
  const bare = text.replace(WEEKDAY, "");
  const dated = dayIn(bare, dayOrder);
  const rest = dated === null ? text : bare.slice(dated.length).replace(BETWEEN, "");
  if (dated !== null && rest === "") return { day: dated.day };
  const clock = clockIn(rest);
  if (clock === null) return null;
  return dated === null ? { clock } : { day: dated.day, clock };
}

function instantOf(text: string): Parts | null {
  try {
    return { at: Temporal.Instant.from(text).epochMilliseconds };
  } catch {
    return null;
  }
}

function dayIn(text: string, dayOrder: DayOrder): { day: Day; length: number } | null {
  const [whole, year, , month, day] = YEAR_FIRST.exec(text) ?? [];
  if (whole !== undefined) {
    return { day: { year: Number(year), month: Number(month), day: Number(day) }, length: whole.length };
  }
  const [all, first, sign, second, last] = YEAR_LAST.exec(text) ?? [];
  if (all === undefined) return null;
  const isDayFirst = sign === "." || dayOrder === "day_first";
  return {
    day: {
      year: last?.length === 2 ? CENTURY + Number(last) : Number(last),
      month: Number(isDayFirst ? second : first),
      day: Number(isDayFirst ? first : second),
    },
    length: all.length,
  };
}

function clockIn(text: string): Clock | null {
  const [whole, hour, minute, second, half] = CLOCK.exec(text) ?? [];
  if (whole === undefined) return null;
  // A bare number is no time: "14" may be anything.
  if (minute === undefined && /^\d+$/.test(whole)) return null;
  const clock = { hour: Number(hour), minute: Number(minute ?? 0), second: Number(second ?? 0) };
  if (half === undefined) return clock;
  if (clock.hour < 1 || clock.hour > NOON) return null;
  return { ...clock, hour: (clock.hour % NOON) + (half.toLowerCase().startsWith("p") ? NOON : 0) };
}
