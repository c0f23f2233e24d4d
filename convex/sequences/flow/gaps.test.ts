import fc from "fast-check";
import { expect, it } from "vitest";
import { putOff, stretched, type Gap } from "./gaps";

fc.configureGlobal({ seed: 20_261_121 });

const gaps = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 0, maxLength: 8 })
  .map((edges) => edges.sort((a, b) => a - b))
  .map((edges) =>
    edges.flatMap((from, i): Gap[] => (i % 2 === 0 && edges[i + 1] !== undefined ? [{ from, to: edges[i + 1]! }] : [])),
  );
const length = (all: readonly Gap[], from: number, to: number) =>
  all.reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, to) - Math.max(gap.from, from)), 0);

it("counts the time outside of pauses only", () => {
  fc.assert(
    fc.property(gaps, fc.nat(1000), fc.nat(1000), (all, since, minutes) => {
      const end = stretched(since, since + minutes, all);
      expect(end - since - length(all, since, end)).toBe(minutes);
    }),
  );
});

it("leaves no instant in a pause, and moves none that lies outside of all", () => {
  fc.assert(
    fc.property(gaps, fc.nat(1500), (all, at) => {
      const instant = putOff(at, all);
      const isIn = (time: number) => all.some(({ from, to }) => time >= from && time < to);
      expect(isIn(instant)).toBe(false);
      if (!isIn(at)) expect(instant).toBe(at);
    }),
  );
});
