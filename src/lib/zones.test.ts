import { expect, it } from "vitest";
import { knownZones, matchesZone } from "./zones";

const found = (search: string) => knownZones().filter((zone) => matchesZone(zone, search));

it("finds zones by the words of their names, in any order and case", () => {
  expect(found("berl")).toEqual(["Europe/Berlin"]);
  expect(found("new york")).toEqual(["America/New_York"]);
  expect(found(" PAR europe ")).toEqual(["Europe/Paris"]);
  expect(found("utc")).toContain("UTC");
  expect(found("atlantis")).toEqual([]);
});

it("offers everything for no search, and not what stands there already", () => {
  expect(found("")).toEqual(knownZones());
  expect(found("Europe/Berlin")).toEqual([]);
  expect(new Set(knownZones()).size).toBe(knownZones().length);
});
