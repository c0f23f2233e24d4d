import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpeningHours, type BusinessCalendar } from "../../orgs/calendars/hours";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { reminderInstant } from "./rule";

const OFFICE: BusinessCalendar = {
  timezone: "Europe/Berlin",
  intervals: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "08:00", end: "17:00" })),
  holidays: [{ date: "2026-12-25", name: "Weihnachten" }],
};
const at = (text: string) => Date.parse(text);
const remind = (dueAt: string, minutesBefore: number, now = "2026-11-01T00:00:00Z") => {
  const instant = reminderInstant(OFFICE, { dueAt: at(dueAt), minutesBefore }, at(now));
  return instant === null ? null : new Date(instant).toISOString();
};

describe("when somebody is reminded of a task", () => {
  it.each([
    // Friday 15:00, an hour before.
    ["2026-11-20T14:00:00Z", 60, "2026-11-20T13:00:00.000Z"],
    // Monday 09:00, a day before is Sunday: Monday's opening.
    ["2026-11-23T08:00:00Z", 1440, "2026-11-23T07:00:00.000Z"],
    // Monday 08:00, an hour before is before the opening, and it opens only then: Friday's opening.
    ["2026-11-23T07:00:00Z", 60, "2026-11-20T07:00:00.000Z"],
    // Due at night, at once: at the opening before.
    ["2026-11-20T22:00:00Z", 0, "2026-11-20T07:00:00.000Z"],
  ])("due %s, %i minutes before", (dueAt, minutes, expected) => {
    expect(remind(dueAt, minutes)).toBe(expected);
  });

  it("is not reminded of what is past", () => {
    expect(remind("2026-11-20T14:00:00Z", 60, "2026-11-20T13:30:00Z")).toBeNull();
  });

  it("is reminded in the opening hours and not after it is due", () => {
    const hours = new OpeningHours(OFFICE);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 * 24 * 60 }),
        fc.integer({ min: 0, max: 3 * 24 * 60 }),
        (offset, before) => {
          const dueAt = at("2026-11-20T00:00:00Z") + offset * MINUTE_MS;
          const instant = reminderInstant(OFFICE, { dueAt, minutesBefore: before }, 0)!;
          expect(instant).toBeLessThanOrEqual(dueAt);
          expect(instant).toBeGreaterThan(dueAt - before * MINUTE_MS - 5 * DAY_MS);
          const spans = [...hours.spans(instant - HOUR_MS, instant + HOUR_MS)];
          expect(spans.some(({ from, to }) => from <= instant && instant < to)).toBe(true);
        },
      ),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
