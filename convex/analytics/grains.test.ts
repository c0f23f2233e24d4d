import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../lib/time";
import { GRAINS, RANGE_NAMES, startOf, startsOf } from "./grains";

const BERLIN = "Europe/Berlin";

describe("stretches of time", () => {
  it("begin a day at local midnight, also when the clocks change", () => {
    // 2026-10-25: summer time ends in Berlin, the day has 25 hours.
    const midnight = Date.UTC(2026, 9, 24, 22);
    expect(startOf("day", Date.UTC(2026, 9, 25, 12), BERLIN)).toBe(midnight);
    expect(startOf("day", midnight + 24.5 * HOUR_MS, BERLIN)).toBe(midnight);
    expect(startOf("day", midnight + 25 * HOUR_MS, BERLIN)).toBe(midnight + 25 * HOUR_MS);
  });

  it("begin a week on Monday", () => {
    // 2026-11-22 is a Sunday, its week began on the 16th.
    expect(startOf("week", Date.UTC(2026, 10, 22, 12), BERLIN)).toBe(Date.UTC(2026, 10, 15, 23));
  });

  const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
  const zone = fc.constantFrom(BERLIN, "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC");

  it("never begin after the instant, and begin where they begin", () => {
    fc.assert(
      fc.property(fc.constantFrom(...GRAINS), instant, zone, (grain, at, where) => {
        const start = startOf(grain, at, where);
        expect(start).toBeLessThanOrEqual(at);
        expect(startOf(grain, start, where)).toBe(start);
      }),
    );
  });

  it("follow each other without a gap or an overlap", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RANGE_NAMES), instant, zone, (range, now, where) => {
        const starts = startsOf(range, now, where);
        expect(starts.at(-1)).toBeLessThanOrEqual(now);
        expect([...starts].sort((a, b) => a - b)).toEqual(starts);
        expect(new Set(starts).size).toBe(starts.length);
      }),
    );
  });
});
