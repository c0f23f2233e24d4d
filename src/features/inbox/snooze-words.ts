import { Temporal } from "temporal-polyfill";

// "tomorrow 9", "in 3 Tagen", "volgende maandag 14:30": a time to come in the words people use (product.md A-60). Pure.

/** The hour of a day named without one. */
const MORNING_HOUR = 8;
const NOON = 12;
const DAYS_A_WEEK = 7;

/** First letters of the weekdays in English, German and Dutch; Monday is 1. */
const WEEKDAYS: readonly (readonly string[])[] = [
  ["mon", "monday", "mo", "montag", "ma", "maandag"],
  ["tue", "tuesday", "di", "dienstag", "dinsdag"],
  ["wed", "wednesday", "mi", "mittwoch", "wo", "woensdag"],
  ["thu", "thursday", "do", "donnerstag", "donderdag"],
  ["fri", "friday", "fr", "freitag", "vr", "vrijdag"],
  ["sat", "saturday", "sa", "samstag", "sonnabend", "za", "zaterdag"],
  ["sun", "sunday", "so", "sonntag", "zo", "zondag"],
];
const TODAY = ["today", "heute", "vandaag"];
const TOMORROW = ["tomorrow", "morgen"];
const AFTER_TOMORROW = ["übermorgen", "overmorgen"];
const UNITS: Record<"minutes" | "hours" | "days" | "weeks" | "months", readonly string[]> = {
  minutes: ["m", "min", "minute", "minutes", "minuten", "minuut"],
  hours: ["h", "hour", "hours", "std", "stunde", "stunden", "uur", "uren"],
  days: ["d", "day", "days", "tag", "tage", "tagen", "dag", "dagen"],
  weeks: ["w", "week", "weeks", "woche", "wochen", "weken"],
  months: ["month", "months", "monat", "monate", "monaten", "maand", "maanden"],
};
const ONE = ["a", "an", "one", "ein", "eine", "einer", "einem", "een"];
/** Words that say nothing about when. */
const FILLERS = [
  "at",
  "on",
  "um",
  "am",
  "om",
  "op",
  "the",
  "den",
  "next",
  "nächste",
  "nächsten",
  "nächster",
  "volgende",
  "uhr",
];

type Parts = { date: Temporal.PlainDate | null; time: Temporal.PlainTime | null };

/**
 * The instant (UTC ms) that words mean at `now` by the clock of `zone`, or null for what is no time to come. A day
 * without an hour is its morning, an hour without a day the next one; a weekday is the next of that name, never today.
 */
export function instantOfWords(text: string, now: number, zone: string): number | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const words = text
    .toLowerCase()
    .trim()
    .replace(/[,]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
  const at = afterSpan(words, local) ?? onDay(words, local);
  return at !== null && at > now ? at : null;
}

/** "in 3 hours", "in einer Woche", "3 days". */
function afterSpan(words: readonly string[], local: Temporal.ZonedDateTime): number | null {
  const [count = "", name = ""] = words[0] === "in" || words[0] === "over" ? words.slice(1) : words;
  const joined = /^(\d{1,3})([a-z]+)$/.exec(count);
  const amount = ONE.includes(count) ? 1 : Number(joined?.[1] ?? count);
  const unit = unitOf(joined?.[2] ?? name);
  const isAlone = words.length === (words[0] === "in" || words[0] === "over" ? 1 : 0) + (joined === null ? 2 : 1);
  if (unit === null || !isAlone || !Number.isInteger(amount) || amount < 1 || amount > 999) return null;
  return local.add({ [unit]: amount }).epochMilliseconds;
}

function unitOf(word: string): keyof typeof UNITS | null {
  const names = Object.keys(UNITS) as (keyof typeof UNITS)[];
  return names.find((name) => UNITS[name].includes(word)) ?? null;
}

/** "tomorrow at 9", "Freitag 14:30", "24.12. 10 Uhr", "9pm". */
function onDay(words: readonly string[], local: Temporal.ZonedDateTime): number | null {
  const parts: Parts = { date: null, time: null };
  for (const word of words) {
    if (FILLERS.includes(word) && !(word === "am" && parts.time !== null)) continue;
    const date = parts.date === null ? dateOf(word, local.toPlainDate()) : null;
    const time = parts.time === null ? timeOf(word) : null;
    if (date !== null) parts.date = date;
    else if (time !== null) parts.time = time;
    else if ((word === "pm" || word === "am") && parts.time !== null) parts.time = ofHalf(parts.time, word);
    else return null;
  }
  const { date, time } = parts;
  if (date === null && time === null) return null;
  const plainTime = time ?? Temporal.PlainTime.from({ hour: MORNING_HOUR });
  const on = (day: Temporal.PlainDate) =>
    day.toZonedDateTime({ timeZone: local.timeZoneId, plainTime }).epochMilliseconds;
  const at = on(date ?? local.toPlainDate());
  return date === null && at <= local.epochMilliseconds ? on(local.toPlainDate().add({ days: 1 })) : at;
}

function dateOf(word: string, today: Temporal.PlainDate): Temporal.PlainDate | null {
  if (TODAY.includes(word)) return today;
  if (TOMORROW.includes(word)) return today.add({ days: 1 });
  if (AFTER_TOMORROW.includes(word)) return today.add({ days: 2 });
  const weekday = WEEKDAYS.findIndex((names) => names.includes(word)) + 1;
  if (weekday > 0) return today.add({ days: ((weekday - today.dayOfWeek + DAYS_A_WEEK - 1) % DAYS_A_WEEK) + 1 });
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word);
  if (iso !== null) return plainDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const dotted = /^(\d{1,2})[./](\d{1,2})[./]?(\d{4})?$/.exec(word);
  if (dotted === null) return null;
  const [day, month] = [Number(dotted[1]), Number(dotted[2])];
  if (dotted[3] !== undefined) return plainDate(Number(dotted[3]), month, day);
  const thisYear = plainDate(today.year, month, day);
  const isPast = thisYear !== null && Temporal.PlainDate.compare(thisYear, today) < 0;
  return isPast ? plainDate(today.year + 1, month, day) : thisYear;
}

/** Null for a day that no calendar has. */
function plainDate(year: number, month: number, day: number): Temporal.PlainDate | null {
  if (month < 1 || month > 12 || day < 1) return null;
  const date = Temporal.PlainDate.from({ year, month, day }, { overflow: "constrain" });
  return date.day === day ? date : null;
}

function timeOf(word: string): Temporal.PlainTime | null {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm|h|uhr|uur)?$/.exec(word);
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
  if (found === null || hour > 23 || minute > 59) return null;
  const time = Temporal.PlainTime.from({ hour, minute });
  return found[3] === "am" || found[3] === "pm" ? ofHalf(time, found[3]) : time;
}

function ofHalf(time: Temporal.PlainTime, half: "am" | "pm"): Temporal.PlainTime {
  if (time.hour > NOON) return time;
  return time.with({ hour: (time.hour % NOON) + (half === "pm" ? NOON : 0) });
}
