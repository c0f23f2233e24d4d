import { describe, expect, it } from "vitest";
import { byDate, daysShown, rangeOf, stepped } from "./calendar-days";

describe("the days of a calendar", () => {
  it("are whole weeks for a month, from Monday", () => {
    const november = daysShown("month", "2026-11-21");
    expect([november[0], november.at(-1), november.length]).toEqual(["2026-10-26", "2026-12-06", 42]);
    const february = daysShown("month", "2027-02-10");
    expect([february[0], february.at(-1)]).toEqual(["2027-02-01", "2027-02-28"]);
    expect(daysShown("week", "2026-10-25")[0]).toBe("2026-10-19");
  });

  it("step by month without leaving it", () => {
    expect(stepped("month", "2026-01-31", 1)).toBe("2026-02-28");
    expect(stepped("week", "2026-10-24", 1)).toBe("2026-10-31");
  });

  it("ask for no more than the server gives", () => {
    const { from, to } = rangeOf(daysShown("month", "2026-11-21"));
    expect((to - from) / 86_400_000).toBeLessThanOrEqual(44);
  });

  it("hold each booking on its days by the clock of its place", () => {
    const at = (text: string) => Date.parse(text);
    const auckland = {
      startsAt: at("2026-11-20T21:00:00Z"),
      endsAt: at("2026-11-20T23:00:00Z"),
      zone: "Pacific/Auckland",
    };
    const online = { startsAt: at("2026-11-20T22:30:00Z"), endsAt: at("2026-11-20T23:30:00Z"), zone: null };
    const midnight = {
      startsAt: at("2026-11-19T10:00:00Z"),
      endsAt: at("2026-11-20T23:00:00Z"),
      zone: "Europe/Berlin",
    };
    const days = byDate([auckland, online, midnight], ["2026-11-19", "2026-11-20", "2026-11-21"], "Europe/Berlin");
    expect(days.get("2026-11-19")).toEqual([midnight]);
    expect(days.get("2026-11-20")).toEqual([online, midnight]);
    expect(days.get("2026-11-21")).toEqual([auckland, online]);
  });
});
