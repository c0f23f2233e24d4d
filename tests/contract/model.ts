import { compareValues, type Value } from "convex/values";
import fc from "fast-check";

/** One row of the fixture's `things`, as tests write and read it. */
export interface Row {
  a?: Value;
  b?: Value;
}

/** A bound on an index field; without a value it is one on undefined. */
export interface Bound {
  op: "eq" | "gt" | "gte" | "lt" | "lte";
  field: "a" | "b";
  value?: Value;
}

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

/** One or more of every type, and the neighbours that are easily confused, in Convex's order (convex-facts e.2). */
export const ORDERED_VALUES: readonly (Value | undefined)[] = [
  undefined,
  null,
  -(2n ** 63n),
  -1n,
  0n,
  1n,
  2n ** 63n - 1n,
  -Infinity,
  -1.5,
  -0,
  0,
  5e-324,
  0.5,
  1,
  Infinity,
  NaN,
  false,
  true,
  "",
  "\u0000",
  "a",
  "a\u0000",
  "aa",
  "b",
  "é",
  // In UTF-16 the next two stand the other way round.
  "\uffee",
  "😀",
  bytes(),
  bytes(0),
  bytes(0, 0),
  bytes(1),
  bytes(255),
  [],
  [null],
  [null, null],
  [1n],
  ["a"],
  [[]],
  {},
  { a: null },
  { a: null, b: 1 },
  { a: 1 },
  { b: null },
];

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.uint8Array({ maxLength: 4 }).map((array) => Uint8Array.from(array).buffer),
);

// Field names are letters here: which other names are legal is a case of its own.
const fieldName = fc.string({ unit: fc.constantFrom("a", "b", "c", "x"), minLength: 1, maxLength: 2 });

/** Any value a document may hold, a few levels deep. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fieldName, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Values that often meet: most of them from a short list. */
const indexed: fc.Arbitrary<Value | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ORDERED_VALUES) },
  { weight: 1, arbitrary: anyValue },
);

export const anyRow: fc.Arbitrary<Row> = fc.tuple(indexed, indexed).map(([a, b]) => definedFields({ a, b }));

/** A legal range over the index on (a, b): equalities first, then bounds on one field. */
export const anyRange: fc.Arbitrary<Bound[]> = fc
  .tuple(
    fc.option(indexed.map((value) => bound("eq", "a", value))),
    fc.option(fc.tuple(fc.constantFrom("gt" as const, "gte" as const), indexed)),
    fc.option(fc.tuple(fc.constantFrom("lt" as const, "lte" as const), indexed)),
  )
  .map(([equal, lower, upper]) => {
    const field = equal === null ? "a" : "b";
    const bounds = [lower, upper].flatMap((side) => (side === null ? [] : [bound(side[0], field, side[1])]));
    return equal === null ? bounds : [equal, ...bounds];
  });

function bound(op: Bound["op"], field: Bound["field"], value: Value | undefined): Bound {
  return value === undefined ? { op, field } : { op, field, value };
}

/** Without the fields that are undefined, as they come back. */
function definedFields(row: { a?: Value | undefined; b?: Value | undefined }): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}

const TESTS: Record<Bound["op"], (order: number) => boolean> = {
  eq: (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/** What a query over the index on (a, b) answers: rows given in order of insertion, sorted and cut the plain way. */
export function modelQuery(rows: readonly Row[], range: readonly Bound[], order: "asc" | "desc"): Row[] {
  const inRange = rows.filter((row) =>
    range.every(({ op, field, value }) => TESTS[op](compareValues(row[field], value))),
  );
  const sorted = inRange.sort((x, y) => compareValues(x.a, y.a) || compareValues(x.b, y.b));
  return order === "asc" ? sorted : sorted.reverse();
}
