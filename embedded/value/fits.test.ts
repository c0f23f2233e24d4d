import { v, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fits } from "./fits.ts";
import { encodeId, generateIdBytes } from "./ids.ts";
import { check, type ValidatorJson } from "./validator.ts";

const tables = (number: number) => ({ 9: "_storage", 10_001: "users" })[number] ?? null;
const ids = [9, 10_001, 10_777].map((table) => encodeId(generateIdBytes(table, 0)));

const literals = [v.literal("a"), v.literal("b"), v.literal(0), v.literal(7), v.literal(1n), v.literal(true)];
const leaves = [
  ...literals, v.any(), v.null(), v.number(), v.int64(), v.boolean(), v.string(), v.bytes(), v.id("users"),
].map((validator) => (validator as unknown as { json: ValidatorJson }).json); // prettier-ignore

const NAMES = ["a", "b", "kind", "toString"];
const field = (fieldType: fc.Arbitrary<ValidatorJson>) => fc.record({ fieldType, optional: fc.boolean() });

const { validator } = fc.letrec<{ validator: ValidatorJson }>((tie) => ({
  validator: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...leaves),
    fc.record({ type: fc.constant("array" as const), value: tie("validator") }),
    fc.record({ type: fc.constant("union" as const), value: fc.array(tie("validator"), { maxLength: 4 }) }),
    fc.record({
      type: fc.constant("record" as const),
      keys: fc.constantFrom(...leaves),
      values: field(tie("validator")).map((values) => ({ ...values, optional: false })),
    }),
    fc.record({
      type: fc.constant("object" as const),
      value: fc.dictionary(fc.constantFrom(...NAMES), field(tie("validator")), { maxKeys: 3 }),
    }),
  ),
}));

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Value>("a", "b", 0, -0, 7, NaN, 1n, true, false, null, ...ids, new ArrayBuffer(1)),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 3 }),
  ),
}));

test("fits says what the check with words says", () => {
  let fitting = 0;
  fc.assert(
    fc.property(validator, value, (wanted, given) => {
      const answer = fits(wanted, given, tables);
      fitting += answer ? 1 : 0;
      expect(answer).toBe(check(wanted, given, "", tables) === null);
    }),
    { seed: 1, numRuns: 20_000 },
  );
  expect(fitting).toBeGreaterThan(1_000);
});
