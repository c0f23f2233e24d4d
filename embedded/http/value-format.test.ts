import { convexToJson, type Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { formatValue, parseFormat } from "./value-format.ts";

const encoded = (value: Value) => JSON.stringify(convexToJson(value));

describe("formatValue", () => {
  test.each<[string, Value, unknown]>([
    ["int64 as a decimal string", 12345678901234567n, "12345678901234567"],
    ["bytes as base64", new Uint8Array([1, 2, 3]).buffer, "AQID"],
    ["NaN as a word", NaN, "NaN"],
    ["infinity as a word", -Infinity, "-Infinity"],
    ["nested values", { a: [1n, null, { b: "x" }] }, { a: ["1", null, { b: "x" }] }],
    ["ordinary JSON as it is", { a: 1.5, b: [true, "text"] }, { a: 1.5, b: [true, "text"] }],
  ])("json shows %s", (_what, value, shown) => {
    expect(JSON.parse(formatValue(encoded(value), "json"))).toEqual(shown);
  });

  test("the encoded form is passed on untouched", () => {
    expect(formatValue(encoded(5n), "convex_encoded_json")).toBe(encoded(5n));
  });
});

test("an unknown format is refused by name", () => {
  expect(() => parseFormat("xml")).toThrow("format param must be one of [`json`]. Got xml");
});
