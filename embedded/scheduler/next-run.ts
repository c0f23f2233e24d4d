import { DeveloperError } from "../errors.ts";
import { nextMatch, parseCronExpression } from "./cron-expression.ts";

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** A schedule as `crons.export()` gives it (convex-facts d.1). */
export type CronSchedule =
  | { type: "interval"; seconds?: number; minutes?: number; hours?: number }
  | { type: "hourly"; minuteUTC?: number }
  | { type: "daily"; hourUTC: number; minuteUTC?: number }
  | { type: "weekly"; dayOfWeek: (typeof WEEKDAYS)[number]; hourUTC: number; minuteUTC?: number }
  | { type: "monthly"; day: number; hourUTC: number; minuteUTC?: number }
  | { type: "cron"; cron: string };

/** How far runs are spread after their nominal time, so that all crons of the world don't start together. */
export interface Splay {
  /** Whole seconds; 0 turns spreading off. */
  seconds: number;
  random: () => number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

function periodMs(schedule: Extract<CronSchedule, { type: "interval" }>): number {
  const { seconds = 0, minutes = 0, hours = 0 } = schedule;
  return seconds * SECOND_MS + minutes * MINUTE_MS + hours * HOUR_MS;
}

function expressionOf(schedule: Exclude<CronSchedule, { type: "interval" }>): string {
  if (schedule.type === "cron") return schedule.cron;
  const minute = schedule.minuteUTC ?? 0;
  switch (schedule.type) {
    case "hourly":
      return `${minute} * * * *`;
    case "daily":
      return `${minute} ${schedule.hourUTC} * * *`;
    case "weekly":
      return `${minute} ${schedule.hourUTC} * * ${WEEKDAYS.indexOf(schedule.dayOfWeek)}`;
    case "monthly":
      return `${minute} ${schedule.hourUTC} ${schedule.day} * *`;
  }
}

function splayMs(schedule: CronSchedule, splay: Splay): number {
  if (splay.seconds === 0) return 0;
  const isOpenMinute = schedule.type !== "cron" && schedule.type !== "interval" && schedule.minuteUTC === undefined;
  const spanMs = isOpenMinute ? HOUR_MS : splay.seconds * SECOND_MS;
  return Math.floor((splay.random() * spanMs) / SECOND_MS) * SECOND_MS;
}

function matchAfter(schedule: Exclude<CronSchedule, { type: "interval" }>, afterMs: number, splay: Splay): number {
  const expression = expressionOf(schedule);
  const atMs = nextMatch(parseCronExpression(expression), afterMs);
  if (atMs === null) {
    throw new DeveloperError("InvalidCron", `Invalid cron expression "${expression}": it never matches a date`);
  }
  return atMs + splayMs(schedule, splay);
}

/** When a cron that was just pushed runs first: intervals at once, others at their next time (convex-facts d.7). */
export function firstRun(schedule: CronSchedule, nowMs: number, splay: Splay): number {
  return schedule.type === "interval" ? nowMs : matchAfter(schedule, nowMs, splay);
}

/**
 * The run after the one that was due at `dueMs`, never before `nowMs`. `skipped` counts the runs of an interval whose
 * time has passed meanwhile.
 */
export function nextRun(
  schedule: CronSchedule,
  dueMs: number,
  nowMs: number,
  splay: Splay,
): { atMs: number; skipped: number } {
  if (schedule.type !== "interval") {
    // A splayed run may come after the minute it belongs to; the next search starts behind both.
    const next = matchAfter(schedule, dueMs, { ...splay, seconds: 0 });
    return next >= nowMs
      ? { atMs: next + splayMs(schedule, splay), skipped: 0 }
      : { atMs: matchAfter(schedule, nowMs, splay), skipped: 1 };
  }
  const period = periodMs(schedule);
  if (!(period > 0)) throw new DeveloperError("InvalidCron", "Interval must be an integer greater than 0");
  const skipped = Math.max(0, Math.ceil((nowMs - dueMs) / period) - 1);
  return { atMs: dueMs + (skipped + 1) * period, skipped };
}
