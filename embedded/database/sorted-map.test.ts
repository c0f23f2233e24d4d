import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedMap } from "./sorted-map.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });

test("behaves like a map whose keys are sorted", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), key, value: fc.nat(9) }),
    fc.record({ kind: fc.constant("delete" as const), key }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), key, key, (steps, from, end) => {
      const map = new SortedMap<number>();
      const model = new Map<string, number>();
      for (const one of steps) {
        if (one.kind === "set") {
          map.set(one.key, one.value);
          model.set(one.key, one.value);
        } else {
          map.delete(one.key);
          model.delete(one.key);
        }
      }
      const inside = [...model.keys()].filter((candidate) => candidate >= from && candidate < end).sort();
      expect(map.size).toBe(model.size);
      expect(map.firstIn(from, end)).toBe(inside[0]);
      expect(map.lastIn(from, end)).toBe(inside.at(-1));
      expect(map.get(from)).toBe(model.get(from));
      expect(map.has(from)).toBe(model.has(from));
    }),
  );
});
