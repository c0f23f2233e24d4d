import fc from "fast-check";
import { expect, it } from "vitest";
import { compareKeys, cursorOf, keyOfCursor, mergeLists, type Key } from "./merge";

type Row = { _id: string; key: Key };

async function* listed(rows: readonly Row[]) {
  yield* rows;
}

async function all(rows: AsyncIterable<Row>): Promise<string[]> {
  const found: string[] = [];
  for await (const { _id } of rows) found.push(_id);
  return found;
}

const rowsArb = fc.uniqueArray(fc.tuple(fc.option(fc.integer({ min: -5, max: 5 })), fc.nat(1_000)), {
  selector: ([, created]) => created,
  maxLength: 30,
});

it("reads overlapping lists as one, each row once, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      rowsArb,
      fc.array(fc.array(fc.nat(29), { maxLength: 20 }), { maxLength: 5 }),
      fc.boolean(),
      async (made, choices, isDescending) => {
        const rows = made.map(([value, created]): Row => ({ _id: `${created}`, key: [value, created] }));
        const sign = isDescending ? -1 : 1;
        const inOrder = (some: Row[]) => some.toSorted((a, b) => sign * compareKeys(a.key, b.key));
        const lists = choices.map((chosen) => inOrder(rows.filter((_, index) => chosen.includes(index))));
        const wanted = inOrder(rows.filter((row) => lists.some((list) => list.includes(row))));
        const merged = mergeLists(lists.map(listed), { keyOf: ({ key }) => key, isDescending });
        expect(await all(merged)).toEqual(wanted.map(({ _id }) => _id));
      },
    ),
    { seed: 20261121, numRuns: 300 },
  );
});

it("puts null before every number", () => {
  expect(compareKeys([null, 1], [-1e300, 1])).toBeLessThan(0);
  expect(compareKeys([null, 2], [null, 1])).toBeGreaterThan(0);
  expect(compareKeys([null, 1], [null, 1])).toBe(0);
});

it("reads back its own cursors and no others", () => {
  for (const key of [
    [1795256783891, 1795256783891.25],
    [null, 1.5e21, 3],
    [-4, 0],
  ]) {
    expect(keyOfCursor(cursorOf(key))).toEqual(key);
  }
  expect(keyOfCursor(cursorOf(null))).toBeNull();
  for (const other of ["", "_end_cursor", "abc", '["x"]', "{}", "[]"]) expect(keyOfCursor(other)).toBeUndefined();
});
