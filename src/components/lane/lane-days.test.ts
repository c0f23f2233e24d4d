import { describe, expect, it } from "vitest";
import { dayOf, instantOn, laneDays, nudged, shareOfDay } from "./lane-days";

const ZONE = "Europe/Berlin";
const at = (text: string) => Date.parse(text);
const NOW = at("2026-10-24T09:00:00Z");

describe("a lane of days", () => {
  it("has what lies on each day, the empty days to drop on, and last what has no time", () => {
    const items = [
      { id: "late", at: at("2026-11-02T07:00:00Z") },
      { id: "night", at: at("2026-10-24T22:30:00Z") },
      { id: "some day", at: null },
    ];
    const days = laneDays(items, { now: NOW, zone: ZONE, empty: 3 });
    expect(days.map(({ day, items: of }) => [day, of.map(({ id }) => id)])).toEqual([
      ["2026-10-24", []],
      ["2026-10-25", ["night"]],
      ["2026-10-26", []],
      ["2026-11-02", ["late"]],
      [null, ["some day"]],
    ]);
  });

  it("gives places the quarter of an hour they are nearest to, in the day", () => {
    expect(instantOn("2026-10-24", 0.5, ZONE)).toBe(at("2026-10-24T10:00:00Z"));
    expect(instantOn("2026-10-24", 0.504, ZONE)).toBe(at("2026-10-24T10:00:00Z"));
    expect(instantOn("2026-10-24", 2, ZONE)).toBe(at("2026-10-24T21:45:00Z"));
    expect(instantOn("2026-10-24", -1, ZONE)).toBe(at("2026-10-23T22:00:00Z"));
    expect(instantOn("no day", 0.5, ZONE)).toBeNull();
    expect(shareOfDay(at("2026-10-24T10:00:00Z"), ZONE)).toBe(0.5);
  });

  it("moves by days on the clock, also over the night the clocks change", () => {
    const start = at("2026-10-24T08:00:00Z");
    const next = nudged(start, { days: 1, steps: 0 }, ZONE);
    expect(next).toBe(at("2026-10-25T09:00:00Z"));
    expect(dayOf(next, ZONE)).toBe("2026-10-25");
    expect(nudged(start, { days: 0, steps: -1 }, ZONE)).toBe(at("2026-10-24T07:45:00Z"));
  });
});
