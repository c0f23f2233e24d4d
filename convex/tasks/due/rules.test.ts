import { expect, it } from "vitest";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { PRIORITIES } from "../../lib/closedSets";
import { DEFAULT_DUE_HOURS, dueAfter, isDueHours } from "./rules";

const OFFICE = {
  timezone: "Europe/Berlin",
  intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "08:00", end: "16:00" })),
  holidays: [{ date: "2026-11-25", name: "Betriebsausflug" }],
};
/** Friday, 15:00 in Berlin. */
const FRIDAY = Date.UTC(2026, 10, 20, 14);

it("counts opening hours, over weekends and days off", () => {
  const due = PRIORITIES.map((priority) => [
    priority,
    new Date(dueAfter(OFFICE, DEFAULT_DUE_HOURS[priority], FRIDAY)!).toISOString(),
  ]);
  expect(Object.fromEntries(due)).toEqual({
    critical: "2026-11-20T15:00:00.000Z",
    urgent: "2026-11-23T10:00:00.000Z",
    high: "2026-11-23T14:00:00.000Z",
    normal: "2026-11-26T14:00:00.000Z",
    low: "2026-11-30T14:00:00.000Z",
  });
});

it("gives the more urgent the less time, and none by a calendar that never opens", () => {
  expect(dueAfter(ALWAYS_OPEN, 24, 0)).toBe(24 * 3_600_000);
  const hours = PRIORITIES.map((priority) => DEFAULT_DUE_HOURS[priority]);
  expect(hours.every(isDueHours)).toBe(true);
  expect(hours).toEqual(hours.toSorted((a, b) => b - a));
  expect(dueAfter({ ...OFFICE, intervals: [] }, 4, FRIDAY)).toBeUndefined();
});
