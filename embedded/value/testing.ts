import type { Value } from "convex/values";
import fc from "fast-check";

/** Any Convex value, undefined included: what property tests about order and storage draw from. */
export function arbitraryValue(): fc.Arbitrary<Value | undefined> {
  const text = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("", "\0", "a\0", "a\x01", "\uE000", "\uFFFF", "\u{10000}", "\u{1F600}"),
  );
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -3n, max: 3n }),
      fc.double(),
      fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, 1, -1),
      text,
      fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes).buffer),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("", "a", "b", "ab", "A", "1"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  return fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 12, arbitrary: value });
}
