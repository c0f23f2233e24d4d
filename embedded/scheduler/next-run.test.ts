import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextMatch, parseCronExpression } from "./cron-expression.ts";
import { firstRun, nextRun } from "./next-run.ts";
import type { CronSchedule } from "./next-run.ts";

const NONE = { seconds: 0, random: () => 0.5 };
const at = (iso: string) => Date.parse(iso);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace(".000Z", "Z"));

describe("cron expressions", () => {
  test.each([
    ["* * * * *", "2026-10-25T00:59:30Z", "2026-10-25T01:00:00Z"],
    ["*/15 * * * *", "2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"],
    ["0 16 1 * *", "2026-01-01T16:00:00Z", "2026-02-01T16:00:00Z"],
    ["30 9 * * 1-5", "2026-11-20T09:30:00Z", "2026-11-23T09:30:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"],
    ["0 12 13 * fri", "2026-11-01T00:00:00Z", "2026-11-06T12:00:00Z"],
    ["0 0 * * 7", "2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"],
    ["5,10 1/12 * jan *", "2026-01-01T01:10:00Z", "2026-01-01T13:05:00Z"],
    ["0 0 31 12 *", "2026-12-31T00:00:00Z", "2027-12-31T00:00:00Z"],
  ])("%s after %s", (expression, after, expected) => {
    expect(iso(nextMatch(parseCronExpression(expression), at(after)))).toBe(expected);
  });

  test("a date that never comes", () => {
    expect(nextMatch(parseCronExpression("0 0 31 2 *"), 0)).toBeNull();
  });

  test.each([
    "",
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
  ])("refuses %j", (expression) => {
    expect(() => parseCronExpression(expression)).toThrow(/^Invalid cron expression/);
  });

  test("agrees with looking at every minute", () => {
    const field = (min: number, max: number) =>
      fc.oneof(
        fc.constant("*"),
        fc.integer({ min, max }).map(String),
        fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 7 })).map(([from, step]) => `${from}/${step}`),
      );
    const expressions = fc.tuple(field(0, 59), field(0, 23), fc.constant("*"), fc.constant("*"), field(0, 6));
    fc.assert(
      fc.property(expressions, fc.integer({ min: 0, max: 2_000_000_000 }), (fields, seconds) => {
        const expression = parseCronExpression(fields.join(" "));
        const afterMs = seconds * 1000;
        let ms = Math.floor(afterMs / 60_000) * 60_000 + 60_000;
        const fits = (date: Date) =>
          expression.minutes.has(date.getUTCMinutes()) &&
          expression.hours.has(date.getUTCHours()) &&
          expression.weekdays.has(date.getUTCDay());
        while (!fits(new Date(ms))) ms += 60_000;
        expect(nextMatch(expression, afterMs)).toBe(ms);
      }),
      { numRuns: 60 },
    );
  });
});

describe("schedules", () => {
  const examples: [CronSchedule, string, string][] = [
    [{ type: "hourly", minuteUTC: 5 }, "2026-10-25T10:05:00Z", "2026-10-25T11:05:00Z"],
    [{ type: "hourly" }, "2026-10-25T10:05:00Z", "2026-10-25T11:00:00Z"],
    [{ type: "daily", hourUTC: 23, minuteUTC: 30 }, "2026-10-25T23:29:59Z", "2026-10-25T23:30:00Z"],
    [{ type: "weekly", dayOfWeek: "monday", hourUTC: 8 }, "2026-11-20T00:00:00Z", "2026-11-23T08:00:00Z"],
    [{ type: "monthly", day: 31, hourUTC: 0, minuteUTC: 1 }, "2026-04-01T00:00:00Z", "2026-05-31T00:01:00Z"],
    [{ type: "interval", minutes: 5 }, "2026-04-01T00:00:07Z", "2026-04-01T00:00:07Z"],
  ];
  test.each(examples)("%j first runs after %s", (schedule, now, expected) => {
    expect(iso(firstRun(schedule, at(now), NONE))).toBe(expected);
  });

  test("an interval keeps its beat and skips what was missed", () => {
    const schedule = { type: "interval", seconds: 10 } as const;
    expect(nextRun(schedule, 1000, 1500, NONE)).toEqual({ atMs: 11_000, skipped: 0 });
    expect(nextRun(schedule, 1000, 36_000, NONE)).toEqual({ atMs: 41_000, skipped: 3 });
    expect(nextRun(schedule, 1000, 41_000, NONE)).toEqual({ atMs: 41_000, skipped: 3 });
  });

  test("a missed day is skipped", () => {
    const schedule = { type: "daily", hourUTC: 1, minuteUTC: 0 } as const;
    const due = at("2026-04-01T01:00:00Z");
    expect(iso(nextRun(schedule, due, due + 5, NONE).atMs)).toBe("2026-04-02T01:00:00Z");
    const late = nextRun(schedule, due, at("2026-04-05T12:00:00Z"), NONE);
    expect([iso(late.atMs), late.skipped]).toEqual(["2026-04-06T01:00:00Z", 1]);
  });

  test("splay moves a run inside its minute, or its hour when the minute is open", () => {
    const splay = { seconds: 60, random: () => 0.75 };
    const now = at("2026-04-01T00:00:00Z");
    expect(iso(firstRun({ type: "hourly", minuteUTC: 5 }, now, splay))).toBe("2026-04-01T00:05:45Z");
    expect(iso(firstRun({ type: "hourly" }, now, splay))).toBe("2026-04-01T01:45:00Z");
  });
});
