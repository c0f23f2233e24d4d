import { DeveloperError } from "../errors.ts";

/** A parsed five-field cron expression; every list holds allowed values. All times are UTC. */
export interface CronExpression {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  /** 0 is Sunday. */
  weekdays: ReadonlySet<number>;
  /** Both day fields restrict: a day that fits either runs, as in cron(5). */
  matchesEitherDay: boolean;
}

interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const MINUTE: Field = { name: "minute", min: 0, max: 59 };
const HOUR: Field = { name: "hour", min: 0, max: 23 };
const DAY: Field = { name: "day of month", min: 1, max: 31 };
const MONTH: Field = { name: "month", min: 1, max: 12, names: MONTHS };
// 7 is Sunday too.
const WEEKDAY: Field = { name: "day of week", min: 0, max: 7, names: WEEKDAYS };

function invalid(text: string, cause: string): DeveloperError {
  return new DeveloperError("InvalidCron", `Invalid cron expression "${text}": ${cause}`);
}

function parseValue(text: string, field: Field, whole: string): number {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named !== -1) return named + field.min;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= field.min && value <= field.max) return value;
  throw invalid(whole, `"${text}" is no ${field.name}`);
}

function parsePart(part: string, field: Field, whole: string): number[] {
  const [range = "", stepText] = part.split("/");
  const step = stepText === undefined ? 1 : Number(stepText);
  if (!Number.isInteger(step) || step < 1) throw invalid(whole, `"${part}" has no valid step`);
  const [firstText = "", lastText] = range.split("-");
  const isAny = range === "*";
  const first = isAny ? field.min : parseValue(firstText, field, whole);
  const open = isAny || (lastText === undefined && stepText !== undefined);
  const last = open ? field.max : lastText === undefined ? first : parseValue(lastText, field, whole);
  if (last < first) throw invalid(whole, `the range "${range}" runs backwards`);
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}

function parseField(text: string, field: Field, whole: string): Set<number> {
  return new Set(text.split(",").flatMap((part) => parsePart(part, field, whole)));
}

/** Reads `minute hour day month weekday` with `*`, lists, ranges, steps and names. Throws DeveloperError `InvalidCron`. */
export function parseCronExpression(text: string): CronExpression {
  const fields = text.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  const isComplete = fields.length === 5;
  if (!isComplete || !minute || !hour || !day || !month || !weekday) throw invalid(text, "expected five fields");
  return {
    minutes: parseField(minute, MINUTE, text),
    hours: parseField(hour, HOUR, text),
    days: parseField(day, DAY, text),
    months: parseField(month, MONTH, text),
    weekdays: new Set([...parseField(weekday, WEEKDAY, text)].map((value) => value % 7)),
    matchesEitherDay: !day.startsWith("*") && !weekday.startsWith("*"),
  };
}

function matchesDay(expression: CronExpression, date: Date): boolean {
  if (!expression.months.has(date.getUTCMonth() + 1)) return false;
  const day = expression.days.has(date.getUTCDate());
  const weekday = expression.weekdays.has(date.getUTCDay());
  return expression.matchesEitherDay ? day || weekday : day && weekday;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

// The longest gap of a date that exists: 29 February across a century that is no leap year.
const LONGEST_GAP_DAYS = 8 * 366 + 1;

/** The first minute after `afterMs` that fits, or null for a date that never comes (31 February). */
export function nextMatch(expression: CronExpression, afterMs: number): number | null {
  const startMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const hours = [...expression.hours].sort((a, b) => a - b);
  const minutes = [...expression.minutes].sort((a, b) => a - b);
  let dayMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  for (let day = 0; day <= LONGEST_GAP_DAYS; day += 1, dayMs += DAY_MS) {
    if (!matchesDay(expression, new Date(dayMs))) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const atMs = dayMs + (hour * 60 + minute) * MINUTE_MS;
        if (atMs >= startMs) return atMs;
      }
    }
  }
  return null;
}
