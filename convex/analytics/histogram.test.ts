import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { added, BOUNDS_MS, emptyHistogram, percentile, withValue } from "./histogram";

const of = (values: number[]) => values.reduce(withValue, emptyHistogram());

describe("histograms", () => {
  it("say nothing about nothing", () => {
    expect(percentile(emptyHistogram(), 0.95)).toBeNull();
  });

  it("know a percentile to its bucket", () => {
    const values = fc.array(fc.integer({ min: 0, max: 80_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
        const sorted = [...all].sort((a, b) => a - b);
        // Nearest rank: the smallest value with at least this share of the values at or below it.
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const bucket = BOUNDS_MS.findIndex((bound) => exact <= bound);
        const [low, high] = [bucket === 0 ? 0 : (BOUNDS_MS[bucket - 1] ?? 0), BOUNDS_MS[bucket] ?? 0];
        const found = percentile(of(all), share) ?? -1;
        expect(found).toBeGreaterThanOrEqual(low);
        expect(found).toBeLessThanOrEqual(high);
      }),
    );
  });

  it("of parts add up to the histogram of the whole", () => {
    const values = fc.array(fc.integer({ min: 0, max: 200_000_000 }));
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(added(of(a), of(b))).toEqual(of([...a, ...b]));
      }),
    );
  });

  it("count what is beyond the last bound", () => {
    expect(percentile(of([200_000_000]), 0.5)).toBe(BOUNDS_MS.at(-1));
  });
});
