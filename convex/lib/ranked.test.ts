import fc from "fast-check";
import { expect, it } from "vitest";
import { repositioned } from "./ranked";

it("puts a row at its place, keeps the order of the others, and names only rows whose position changes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1))),
      fc.integer({ min: -3, max: 15 }),
      ([count, which], index) => {
        const rows = Array.from({ length: count }, (_, i) => ({ _id: String(i), position: 1 + 2 * i }));
        const changed = repositioned(rows, rows[which]!, index);
        expect(changed.every(({ row, position }) => row.position !== position)).toBe(true);
        const positions = new Map(changed.map(({ row, position }) => [row._id, position]));
        const after = rows
          .map(({ _id, position }) => ({ _id, position: positions.get(_id) ?? position }))
          .sort((a, b) => a.position - b.position);
        expect(after.map(({ position }) => position)).toEqual(rows.map((_, i) => i + 1));
        const others = rows.map(({ _id }) => _id).filter((id) => id !== String(which));
        expect(after.map(({ _id }) => _id).filter((id) => id !== String(which))).toEqual(others);
        expect(after.findIndex(({ _id }) => _id === String(which))).toBe(Math.min(count - 1, Math.max(0, index)));
      },
    ),
    { seed: 3 },
  );
});
