import fc from "fast-check";
import { expect, test } from "vitest";
import { IntervalTree } from "./interval-tree.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });
const interval = fc.tuple(key, key).map(([a, b]) => (a < b ? { lo: a, hi: b } : { lo: b, hi: a + "a" }));

test("finds exactly the intervals that contain a key, whatever was added and removed", () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 60 }), fc.array(fc.nat(59)), key, (intervals, removals, probe) => {
      const tree = new IntervalTree<number>();
      const alive = new Map(intervals.map((one, position) => [position, one]));
      for (const [position, { lo, hi }] of alive) tree.add(lo, hi, position);
      for (const position of removals) {
        const one = intervals[position];
        if (one === undefined) continue;
        tree.delete(one.lo, one.hi, position);
        alive.delete(position);
      }
      const found: number[] = [];
      tree.stab(probe, (item) => found.push(item));
      const expected = [...alive].filter(([, { lo, hi }]) => lo <= probe && probe < hi).map(([position]) => position);
      expect(new Set(found)).toEqual(new Set(expected));
      expect(found).toHaveLength(expected.length);
      expect(tree.isEmpty).toBe(alive.size === 0);
    }),
  );
});

test("a search does not visit every interval", () => {
  const tree = new IntervalTree<number>();
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const lo = String(i).padStart(6, "0");
    tree.add(lo, lo + "\x00", i);
  }
  let comparisons = 0;
  const counted = {
    valueOf: () => {
      comparisons++;
      return "010000";
    },
  };
  const found: number[] = [];
  tree.stab(counted as unknown as string, (item) => found.push(item));
  expect(found).toEqual([10_000]);
  expect(comparisons).toBeLessThan(200);
});
