import { v, type Value } from "convex/values";
import { describe, expect, test } from "vitest";
import { encodeId, generateIdBytes } from "./ids.ts";
import { checkValidator, type ValidatorJson } from "./validator.ts";

const tables = (number: number) => ({ 9: "_storage", 10_001: "users", 10_002: "messages" })[number] ?? null;
const jsonOf = (validator: object) => (validator as { json: ValidatorJson }).json;
const check = (validator: object, value: Value) => checkValidator(jsonOf(validator), value, tables);

const user = encodeId(generateIdBytes(10_001, 0));
const file = encodeId(generateIdBytes(9, 0));
const foreign = encodeId(generateIdBytes(10_777, 0));

describe("checkValidator", () => {
  test("accepts every type", () => {
    const everything = v.object({
      a: v.null(), b: v.number(), c: v.int64(), d: v.boolean(), e: v.string(), f: v.bytes(), g: v.any(),
      h: v.literal("x"), i: v.id("users"), j: v.array(v.number()), k: v.record(v.string(), v.number()),
      l: v.union(v.literal(1n), v.null()), m: v.optional(v.string()), n: v.id("_storage"),
    }); // prettier-ignore
    const value = {
      a: null, b: -0, c: 1n, d: false, e: "", f: new ArrayBuffer(1), g: { x: [] }, h: "x", i: user, j: [1, 2],
      k: { p: 1 }, l: 1n, n: file,
    }; // prettier-ignore
    expect(check(everything, value)).toBeNull();
  });

  test.each<[string, object, Value, string]>([
    ["missing field", v.object({ body: v.string() }), {}, "Object is missing the required field `body`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n\nObject: {}\nValidator: v.object({body: v.string()})"],
    ["extra field", v.object({ a: v.object({}) }), { a: { x: 1 } }, "Object contains extra field `x` that is not in the validator.\nPath: .a\nObject: {x: 1.0}\nValidator: v.object({})"],
    ["wrong type", v.object({ a: v.array(v.object({ b: v.string() })) }), { a: [{ b: 7 }] }, "Value does not match validator.\nPath: .a[0].b\nValue: 7.0\nValidator: v.string()"],
    ["wrong type at the top", v.int64(), 1, "Value does not match validator.\n\nValue: 1.0\nValidator: v.int64()"],
    ["literal", v.object({ s: v.literal("on") }), { s: "off" }, '`"off"` does not match literal validator `v.literal("on")`.Path: .s'],
    ["union", v.union(v.literal("a"), v.optional(v.null()) as never), 2n, 'Value does not match validator.\n\nValue: 2\nValidator: v.union(v.literal("a"), v.null())'],
    ["id of another table", v.object({ m: v.id("messages") }), { m: user }, `Found ID "${user}" from table \`users\`, which does not match the table name in validator \`v.id("messages")\`.Path: .m`],
    ["id of a system table", v.id("users"), file, `Found ID "${file}" from a system table, which does not match the table name in validator \`v.id("users")\`.`],
    ["id of no table here", v.id("users"), foreign, `Value does not match validator.\n\nValue: "${foreign}"\nValidator: v.id("users")`],
    ["record value", v.record(v.string(), v.number()), { a: true }, "Value does not match validator.\nPath: .values()\nValue: true\nValidator: v.float64()"],
    ["placeholder for an array", v.array(v.any()), { a: "b c" }, 'Value does not match validator.\n\nValue: {a: "b c"}\nValidator: v.array(v.any())'],
  ])("%s", (_name, validator, value, text) => {
    expect(check(validator, value)).toBe(text);
  }); // prettier-ignore

  test("zero and minus zero are different literals", () => {
    expect(check(v.literal(0), 0)).toBeNull();
    expect(check(v.literal(0), -0)).toBe("`-0.0` does not match literal validator `v.literal(0.0)`.");
  });

  test("an inherited property is not a field", () => {
    expect(check(v.object({ toString: v.any() }), {})).toContain("missing the required field `toString`");
  });
});
