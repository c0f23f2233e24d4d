import { describe, expect, it } from "vitest";
import { stretchesOf, stretchStart } from "./stretches";

const ZONE = "Europe/Berlin";
const iso = (starts: readonly number[]) => starts.map((at) => new Date(at).toISOString());

describe("stretches", () => {
  it("of a week are local days, whatever the clocks do", () => {
    const now = Date.parse("2026-10-26T12:00:00+01:00");
    expect(iso(stretchesOf("week", now, ZONE)).slice(-3)).toEqual([
      "2026-10-23T22:00:00.000Z",
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
  });

  it("of a year are twelve months, also from the last day of a long one", () => {
    const starts = iso(stretchesOf("year", Date.parse("2026-08-31T12:00:00Z"), "UTC"));
    expect(starts).toHaveLength(12);
    expect(starts.slice(0, 2)).toEqual(["2025-09-01T00:00:00.000Z", "2025-10-01T00:00:00.000Z"]);
    expect(starts.at(-1)).toBe("2026-08-01T00:00:00.000Z");
  });

  it("of a quarter begin on Mondays and hold what happens in them", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    const starts = stretchesOf("quarter", now, ZONE);
    expect(starts.at(-1)).toBe(stretchStart("week", now, ZONE));
    expect(new Set(starts).size).toBe(13);
  });
});
