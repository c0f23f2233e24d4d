import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { addCalendarDays, clockTime, firstZone, HOUR_MS, isZone } from "./time";

const BERLIN = "Europe/Berlin";
const at = (iso: string) => Date.parse(iso);

describe("calendar days", () => {
  it("keep the clock time across both clock changes", () => {
    expect(addCalendarDays(at("2026-10-24T10:00:00+02:00"), BERLIN, 1)).toBe(at("2026-10-25T10:00:00+01:00"));
    expect(addCalendarDays(at("2026-03-30T10:00:00+02:00"), BERLIN, -7)).toBe(at("2026-03-23T10:00:00+01:00"));
  });

  it("move a time that does not exist forward by the gap", () =>
    expect(addCalendarDays(at("2026-03-28T02:30:00+01:00"), BERLIN, 1)).toBe(at("2026-03-29T03:30:00+02:00")));

  it("take the first of a time that exists twice", () =>
    expect(addCalendarDays(at("2026-10-24T12:00:00+02:00"), BERLIN, 1, "02:30")).toBe(at("2026-10-25T02:30:00+02:00")));

  it("land on the asked clock time in any zone, but for the gap of a clock change", () => {
    const zone = fc.constantFrom(
      BERLIN,
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "Pacific/Apia",
      "UTC",
    );
    const instant = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") });
    fc.assert(
      fc.property(instant, zone, fc.integer({ min: -40, max: 40 }), (start, name, days) => {
        const moved = addCalendarDays(start, name, days, "09:00");
        expect(clockTime(moved, name)).toBe("09:00");
        expect(Math.abs(moved - start - days * 24 * HOUR_MS)).toBeLessThanOrEqual(26 * HOUR_MS);
      }),
    );
  });
});

it("is what Temporal says, near clock changes and far from them", () => {
  const zone = fc.constantFrom(
    BERLIN,
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
  );
  const zones = fc.oneof(zone, fc.constantFrom("Pacific/Apia", "Pacific/Auckland", "America/St_Johns", "UTC"));
  const instant = fc.integer({ min: at("2009-01-01T00:00:00Z"), max: at("2040-01-01T00:00:00Z") });
  const clock = fc.option(fc.constantFrom("00:00", "00:30", "01:59", "02:00", "02:30", "03:00", "23:59"), {
    nil: undefined,
  });
  fc.assert(
    fc.property(instant, zones, fc.integer({ min: -400, max: 400 }), clock, (start, name, days, time) => {
      const local = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(name);
      const moved = local.toPlainDateTime().add({ days });
      const timed = time === undefined ? moved : moved.withPlainTime(Temporal.PlainTime.from(time));
      const expected = timed.toZonedDateTime(name, { disambiguation: "compatible" }).epochMilliseconds;
      expect(addCalendarDays(start, name, days, time)).toBe(expected);
      expect(clockTime(start, name)).toBe(local.toPlainTime().toString({ smallestUnit: "minute" }));
    }),
    { numRuns: 3_000, seed: 20_261_121 },
  );
});

it("knows real zones only and takes the first of a list", () => {
  expect([isZone(BERLIN), isZone("Mars/Olympus"), isZone("")]).toEqual([true, false, false]);
  expect(firstZone(undefined, "nonsense", "Europe/Zurich", BERLIN)).toBe("Europe/Zurich");
  expect(firstZone(undefined, "")).toBe("UTC");
});
