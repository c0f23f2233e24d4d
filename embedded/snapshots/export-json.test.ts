import { jsonToConvex, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCleanJson, parseExportJson, toExportJson } from "./export-json.ts";

const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, 0, -0, NaN, Infinity, -Infinity, 1e21, 5e-324),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array().map((bytes): Value => bytes.slice().buffer),
    fc.array(tie("value")),
    fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9 "\\]{0,6}$/), tie("value")).map((fields): Value => ({ ...fields })),
  ),
})).value;

test("every value survives the way through export JSON, its type included", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(jsonToConvex(parseExportJson(toExportJson(value)))).toEqual(value);
    }),
    { numRuns: 500, seed: 11 },
  );
});

test.each<[Value, string]>([
  [1, "1.0"],
  [1n, "1"],
  [-0, "-0.0"],
  [0.5, "0.5"],
  [1e21, "1e+21"],
  [NaN, `{"$float":"AAAAAAAA+H8="}`],
  [{ a: [1n, "1 and 2"], b: undefined as unknown as Value }, `{"a":[1,"1 and 2"]}`],
])("case %# is written as documented", (value, text) => {
  expect(toExportJson(value)).toBe(text);
});

test("numbers inside strings and names are left alone", () => {
  expect(parseExportJson(`{"1":"2","a\\"3":4}`)).toEqual({ 1: "2", 'a"3': { $integer: "BAAAAAAAAAA=" } });
});

test("bad numbers and bad JSON are refused; clean JSON has floats only", () => {
  for (const text of ["01", "1.", "[1 2]", "{", "9223372036854775808", "1n"]) {
    expect(() => parseExportJson(text), text).toThrow();
  }
  expect(parseCleanJson("[1,2.5]")).toEqual([1, 2.5]);
});
