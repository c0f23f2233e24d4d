import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeLists } from "./merge-lists";

const placeOf = (row: number) => row;
const sorted = (rows: number[]) => [...rows].sort((a, b) => a - b);

const listsArb = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }).map(sorted), {
  minLength: 1,
  maxLength: 4,
});

it("shows everything in order once all is loaded", () => {
  fc.assert(
    fc.property(listsArb, (lists) => {
      const merged = mergeLists(
        lists.map((rows) => ({ rows, isDone: true })),
        placeOf,
      );
      expect(merged).toEqual(sorted(lists.flat()));
    }),
  );
});

it("shows a beginning of the whole, whatever is loaded, and never less by loading more", () => {
  fc.assert(
    fc.property(listsArb, fc.array(fc.nat(12), { minLength: 4, maxLength: 4 }), fc.nat(3), (lists, cuts, which) => {
      const whole = sorted(lists.flat());
      const upTo = (counts: number[]) =>
        mergeLists(
          lists.map((rows, index) => ({
            rows: rows.slice(0, counts[index] ?? 0),
            isDone: (counts[index] ?? 0) >= rows.length,
          })),
          placeOf,
        );
      const before = upTo(cuts);
      expect(before).toEqual(whole.slice(0, before.length));
      const after = upTo(cuts.map((count, index) => (index === which ? count + 3 : count)));
      expect(after.slice(0, before.length)).toEqual(before);
    }),
  );
});

it("waits for a list of which nothing is known yet", () => {
  const lists = [
    { rows: [1, 2], isDone: true },
    { rows: [], isDone: false },
  ];
  expect(mergeLists(lists, placeOf)).toEqual([]);
});
