import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  added,
  csatOf,
  EMPTY_TALLY,
  isBad,
  isRating,
  MEASURES,
  npsOf,
  scaleOf,
  tallyOf,
  type Ratings,
} from "./measures";

const anyRatings: fc.Arbitrary<Ratings> = fc.record(
  { nps: fc.integer({ min: 0, max: 10 }), speed: grade(), channel: grade(), resolution: grade() },
  { requiredKeys: [] },
);
function grade() {
  return fc.integer({ min: 1, max: 5 });
}

describe("what answers come to", () => {
  it("is the usual NPS and CSAT", () => {
    const answers: Ratings[] = [
      { nps: 10, speed: 5 },
      { nps: 9, speed: 4 },
      { nps: 7, speed: 3 },
      { nps: 3, resolution: 1 },
    ];
    const tally = answers.map(tallyOf).reduce(added, EMPTY_TALLY);
    expect(npsOf(tally)).toBe(25);
    expect(csatOf(tally)).toBe(0.5);
    expect(tally).toMatchObject({ answered: 4, npsCount: 4, grades: { speed: { count: 3, sum: 12 } } });
    expect(npsOf(EMPTY_TALLY)).toBeNull();
    expect(csatOf(EMPTY_TALLY)).toBeNull();
  });

  it("does not depend on how it is added up", () => {
    fc.assert(
      fc.property(fc.array(anyRatings), fc.nat(), (answers, cut) => {
        const sum = (part: Ratings[]) => part.map(tallyOf).reduce(added, EMPTY_TALLY);
        const at = cut % (answers.length + 1);
        const tally = sum(answers);
        expect(added(sum(answers.slice(0, at)), sum(answers.slice(at)))).toEqual(tally);
        expect(Math.abs(npsOf(tally) ?? 0)).toBeLessThanOrEqual(100);
        expect(csatOf(tally) ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("is bad where somebody ought to look", () => {
    expect(isBad({ nps: 6 })).toBe(true);
    expect(isBad({ nps: 7, speed: 3 })).toBe(false);
    expect(isBad({ nps: 10, resolution: 2 })).toBe(true);
    expect(isBad({})).toBe(false);
  });

  it("takes only numbers of the scale", () => {
    for (const measure of MEASURES) for (const value of scaleOf(measure)) expect(isRating(measure, value)).toBe(true);
    expect(scaleOf("nps")).toHaveLength(11);
    for (const value of [0, 6, 2.5, -1]) expect(isRating("speed", value)).toBe(false);
  });
});
