import { convexToJson, getConvexSize, jsonToConvex, type JSONValue, type Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareConvex } from "./compare.ts";
import { compareValues } from "convex/values";
import {
  checkDocument, checkFieldName, containsCommitTs, decodeStored, decodeValue, displayBytes, encodeDocument, fieldAt,
  measureValue, nestingOf, resolveCommitTs,
} from "./document.ts"; // prettier-ignore
import { arbitraryValue } from "./testing.ts";

const nested = (levels: number): JSONValue => (levels === 0 ? 1 : [nested(levels - 1)]);

describe("decodeValue", () => {
  test("agrees with convex/values on value and size", () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        const json = convexToJson(value ?? null);
        const decoded = decodeValue(json);
        expect(decoded.value).toEqual(jsonToConvex(json));
        expect(decoded.size).toBe(getConvexSize(value ?? null));
        expect(decoded.nesting).toBe(nestingOf(value ?? null));
        const { value: _, ...measured } = decoded;
        expect(measureValue(json)).toEqual(measured);
      }),
    );
  });

  test.each<[string, JSONValue, string]>([
    ["reserved name", { $x: 1 }, "Field name $x starts with '$', which is reserved."],
    ["reserved name among others", { a: 1, $integer: "x" }, "Field name $integer starts with '$', which is reserved."],
    ["non-ASCII name", { ä: 1 }, "Field name ä has invalid character 'ä': Field names can only contain non-control ASCII characters"],
    ["long name", { ["a".repeat(1025)]: 1 }, "Field name is too long (1025 > maximum 1024)"],
    ["long array", Array<number>(8193).fill(1), "Array length is too long (8193 > maximum length 8192)"],
    ["many fields", Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, 1])), "Object has too many fields (1025 > maximum number 1024)"],
    ["deep", nested(65), "Value is too nested (nested 65 levels deep > maximum nesting 64)"],
    ["ordinary number in $float", { $float: "AAAAAAAA8D8=" }, "Float 1 should be encoded as a number"],
  ])("refuses: %s", (_name, json, text) => {
    expect(() => decodeValue(json)).toThrow(text);
    expect(() => measureValue(json)).toThrow(text);
  }); // prettier-ignore

  test("accepts the limits themselves, and the empty name", () => {
    expect(decodeValue(nested(64)).nesting).toBe(64);
    expect(measureValue(nested(64)).nesting).toBe(64);
    expect(decodeValue({ "": 1, ["a".repeat(1024)]: 2 }).value).toMatchObject({ "": 1 });
    expect(() => checkFieldName("a b-c~")).not.toThrow();
  });
});

describe("stored documents", () => {
  test("survive the round trip, with one text per value", () => {
    fc.assert(
      fc.property(arbitraryValue(), arbitraryValue(), (a, b) => {
        const text = encodeDocument({ b, a });
        expect(encodeDocument({ a, b })).toBe(text);
        const back = decodeStored(text);
        expect(compareValues(back["a"], a)).toBe(0);
        expect(compareValues(back["b"], b)).toBe(0);
        expect(text).not.toMatch(/\0/);
      }),
    );
  });

  test("a field called __proto__ is an ordinary field", () => {
    const json = JSON.parse('{"__proto__":{"x":1}}') as JSONValue;
    const value = decodeValue(json).value as Record<string, Value>;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(encodeDocument(value)).toBe('{"__proto__":{"x":1}}');
    expect(Object.keys(decodeStored('{"__proto__":{"x":1}}'))).toEqual(["__proto__"]);
    expect(fieldAt({}, ["__proto__"])).toBeUndefined();
  });

  test("limits of whole documents", () => {
    const inner = (levels: number) => ({ a: decodeValue(nested(levels)).value });
    expect(() => checkDocument(inner(15), 10, nestingOf(inner(15)))).not.toThrow();
    expect(() => checkDocument(inner(16), 10, nestingOf(inner(16)))).toThrow(
      "Document is too nested (nested 17 levels deep > maximum nesting 16)",
    );
    expect(() => checkDocument({}, 1_100_000, 1)).toThrow("Value is too large (1.05 MiB > maximum size 1 MiB)");
    expect(() => checkDocument({ _secret: 1 }, 1, 1)).toThrow(
      "Field '_secret' starts with an underscore, which is only allowed for system fields like '_id'",
    );
  });

  test("commit timestamps are found and filled in", () => {
    const { value, hasCommitTs } = decodeValue({ at: { $commitTs: null }, list: [{ $commitTs: null }] });
    expect(hasCommitTs).toBe(true);
    expect(containsCommitTs(value)).toBe(true);
    expect(resolveCommitTs(value, 5n)).toEqual({ at: 5n, list: [5n] });
    expect(containsCommitTs(resolveCommitTs(value, 5n))).toBe(false);
  });
});

test("compareConvex is compareValues", () => {
  fc.assert(
    fc.property(arbitraryValue(), arbitraryValue(), (a, b) => {
      expect(Math.sign(compareConvex(a, b))).toBe(Math.sign(compareValues(a, b)));
    }),
  );
});

test("fieldAt walks objects only", () => {
  const value = { a: { b: 1 }, list: [1], bytes: new ArrayBuffer(1) };
  expect(fieldAt(value, ["a", "b"])).toBe(1);
  expect(fieldAt(value, ["a", "c"])).toBeUndefined();
  expect(fieldAt(value, ["list", "0"])).toBeUndefined();
  expect(fieldAt(value, ["bytes", "byteLength"])).toBeUndefined();
});

test("displayBytes", () => {
  expect([0, 1023, 1024, 1536, 1 << 20].map(displayBytes)).toEqual(["0 B", "1023 B", "1 KiB", "1.50 KiB", "1 MiB"]);
});
