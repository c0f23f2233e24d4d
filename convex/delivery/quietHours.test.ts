import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockTime, HOUR_MS, MINUTE_MS } from "../lib/time";
import { nextAllowed } from "./quietHours";

const NIGHT = { start: "21:00", end: "07:00" };
const berlin = (text: string) => Date.parse(text);

describe("nextAllowed", () => {
  it.each([
    ["2026-05-12T20:59:00+02:00", "2026-05-12T20:59:00+02:00"],
    ["2026-05-12T21:00:00+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-12T23:30:00+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-13T06:59:59+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-13T07:00:00+02:00", "2026-05-13T07:00:00+02:00"],
    // The nights of both clock changes.
    ["2026-03-28T22:00:00+01:00", "2026-03-29T07:00:00+02:00"],
    ["2026-10-24T22:00:00+02:00", "2026-10-25T07:00:00+01:00"],
  ])("at %s it is %s", (now, allowed) => {
    expect(nextAllowed(berlin(now), "Europe/Berlin", NIGHT)).toBe(berlin(allowed));
  });

  it("knows quiet hours within one day, and none", () => {
    const noon = berlin("2026-05-12T12:30:00+02:00");
    expect(nextAllowed(noon, "Europe/Berlin", { start: "12:00", end: "14:00" })).toBe(noon + 1.5 * HOUR_MS);
    expect(nextAllowed(noon, "Europe/Berlin", { start: "12:00", end: "12:00" })).toBe(noon);
  });

  it("ends at an allowed minute, never before now, whatever the zone and the day", () => {
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const text = ([hour, minute]: [number, number]) => `${pad(hour)}:${pad(minute)}`;
    const pad = (number: number) => String(number).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true }),
        fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"),
        clock,
        clock,
        (date, zone, from, to) => {
          const now = Math.floor(date.getTime() / MINUTE_MS) * MINUTE_MS;
          const quiet = { start: text(from), end: text(to) };
          let at = nextAllowed(now, zone, quiet);
          expect(at).toBeGreaterThanOrEqual(now);
          // In a repeated hour the answer may be the next minute; asking again gets there within two hours.
          for (let i = 0; i < 120 && nextAllowed(at, zone, quiet) > at; i++) at = nextAllowed(at, zone, quiet);
          expect(nextAllowed(at, zone, quiet)).toBe(at);
          expect(at - now).toBeLessThanOrEqual(26 * HOUR_MS);
          const local = clockTime(at, zone);
          if (quiet.start < quiet.end) expect(local < quiet.start || local >= quiet.end).toBe(true);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});
