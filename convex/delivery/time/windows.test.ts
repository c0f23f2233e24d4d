import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockTime, DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { dailyIntervals, minutesOf, nextAllowedByAll, nextOpen, type Hours } from "./windows";

const NIGHT = dailyIntervals("07:00", "21:00");
const at = (text: string) => Date.parse(text);
const berlin = (open = NIGHT): Hours => ({ rule: "quiet_hours", zone: "Europe/Berlin", on: () => open });
const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"] as const;

describe("daily hours", () => {
  it.each([
    ["2026-05-12T20:59:00+02:00", "2026-05-12T20:59:00+02:00"],
    ["2026-05-12T21:00:00+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-12T23:30:00+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-13T06:59:59+02:00", "2026-05-13T07:00:00+02:00"],
    ["2026-05-13T07:00:00+02:00", "2026-05-13T07:00:00+02:00"],
    // The nights of both clock changes.
    ["2026-03-28T22:00:00+01:00", "2026-03-29T07:00:00+02:00"],
    ["2026-10-24T22:00:00+02:00", "2026-10-25T07:00:00+01:00"],
  ])("open at %s is %s", (now, opens) => expect(nextOpen(at(now), berlin())).toBe(at(opens)));

  it("may span midnight or the whole day", () => {
    const late = berlin(dailyIntervals("22:00", "02:00"));
    expect(nextOpen(at("2026-05-12T12:00:00+02:00"), late)).toBe(at("2026-05-12T22:00:00+02:00"));
    expect(nextOpen(at("2026-05-13T01:59:00+02:00"), late)).toBe(at("2026-05-13T01:59:00+02:00"));
    expect(nextOpen(at("2026-05-13T02:00:00+02:00"), late)).toBe(at("2026-05-13T22:00:00+02:00"));
    const always = berlin(dailyIntervals("09:00", "09:00"));
    expect(nextOpen(at("2026-05-13T02:00:00+02:00"), always)).toBe(at("2026-05-13T02:00:00+02:00"));
  });

  it("that begin or end within a clock change are read the narrower way", () => {
    // 02:30 does not exist on 29 March: 02:15 to 02:45 is an hour that is not there.
    const skipped = berlin([{ start: minutesOf("02:15"), end: minutesOf("02:45") }]);
    expect(nextOpen(at("2026-03-28T12:00:00+01:00"), skipped)).toBe(at("2026-03-30T02:15:00+02:00"));
    // 02:30 exists twice on 25 October: nothing goes between the two.
    const repeated = berlin([{ start: minutesOf("02:30"), end: minutesOf("12:00") }]);
    expect(nextOpen(at("2026-10-25T00:30:00Z"), repeated)).toBe(at("2026-10-25T01:30:00Z"));
  });

  it("end at a minute that is open on the wall, not before now, and stay there", () => {
    const clock = fc.integer({ min: 0, max: 1_439 });
    const text = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    // Around both changes of the year, in every zone of the list.
    const days = fc.constantFrom("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01");
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: -2 * 1_440, max: 2 * 1_440 }),
        fc.constantFrom(...ZONES),
        clock,
        clock,
        (day, offset, zone, from, to) => {
          const now = at(`${day}T00:00:00Z`) + offset * MINUTE_MS;
          const hours = { zone, on: () => dailyIntervals(text(from), text(to)) };
          const opens = nextOpen(now, hours);
          if (opens === null) throw new Error("a daily window opens");
          expect(opens).toBeGreaterThanOrEqual(now);
          expect(opens - now).toBeLessThanOrEqual(2 * DAY_MS + 2 * HOUR_MS);
          expect(nextOpen(opens, hours)).toBe(opens);
          const local = minutesOf(clockTime(opens, zone));
          const isOpen = from === to || (from < to ? local >= from && local < to : local >= from || local < to);
          expect(isOpen).toBe(true);
        },
      ),
      { seed: 7, numRuns: 600 },
    );
  });
});

describe("several rules", () => {
  it("are all kept, each on its own clock, and the last that moved it is named", () => {
    const office: Hours = {
      rule: "business_hours",
      zone: "Europe/Berlin",
      on: ({ weekday }) => (weekday <= 5 ? dailyIntervals("09:00", "17:00") : []),
    };
    // Friday evening: quiet hours would allow Saturday morning, the office opens on Monday.
    const friday = at("2026-05-15T22:00:00+02:00");
    expect(nextAllowedByAll(friday, [berlin(), office])).toEqual({
      at: at("2026-05-18T09:00:00+02:00"),
      rule: "business_hours",
    });
    expect(nextAllowedByAll(at("2026-05-15T12:00:00+02:00"), [berlin(), office])).toEqual({
      at: at("2026-05-15T12:00:00+02:00"),
      rule: null,
    });
  });

  it("find the hours that are open on both coasts", () => {
    const rules = ["America/New_York", "Pacific/Honolulu"].map((zone) => ({
      rule: "country_hours_US",
      zone,
      on: () => dailyIntervals("08:00", "21:00"),
    }));
    const morning = nextAllowedByAll(at("2026-05-12T09:00:00-04:00"), rules);
    // 8 o'clock on Hawaii is 14:00 in New York.
    expect(morning?.at).toBe(at("2026-05-12T14:00:00-04:00"));
    const night = nextAllowedByAll(at("2026-05-12T21:00:00-04:00"), rules);
    expect(night?.at).toBe(at("2026-05-13T14:00:00-04:00"));
  });

  it("that never agree are found out", () => {
    const never = [berlin(dailyIntervals("08:00", "09:00")), berlin(dailyIntervals("10:00", "11:00"))];
    expect(nextAllowedByAll(at("2026-05-12T12:00:00Z"), never)).toBeNull();
    expect(nextAllowedByAll(at("2026-05-12T12:00:00Z"), [berlin([])])).toBeNull();
  });

  it("are kept at the instant they give, whatever they are", () => {
    const rule = fc.record({
      zone: fc.constantFrom(...ZONES),
      from: fc.integer({ min: 0, max: 23 }),
      length: fc.integer({ min: 8, max: 23 }),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 366 * 24 * 60 }),
        (drawn, minute) => {
          const now = at("2026-01-01T00:00:00Z") + minute * MINUTE_MS;
          const rules = drawn.map(({ zone, from, length }): Hours => {
            const to = (from + length) % 24;
            const open = dailyIntervals(`${from}:00`.padStart(5, "0"), `${to}:00`.padStart(5, "0"));
            return { rule: zone, zone, on: () => open };
          });
          const allowed = nextAllowedByAll(now, rules);
          if (allowed === null) return;
          expect(allowed.at).toBeGreaterThanOrEqual(now);
          for (const hours of rules) expect(nextOpen(allowed.at, hours)).toBe(allowed.at);
        },
      ),
      { seed: 8, numRuns: 150 },
    );
  });
});
