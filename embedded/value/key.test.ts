import { compareValues, type Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeKey, encodeValueKey, KEY_MAX, prefixEnd } from "./key.ts";
import { arbitraryValue } from "./testing.ts";

const sign = (n: number) => (n < 0 ? -1 : n > 0 ? 1 : 0);
const compareKeys = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

describe("encodeValueKey", () => {
  test("orders any two values as compareValues does", () => {
    fc.assert(
      fc.property(arbitraryValue(), arbitraryValue(), (a, b) => {
        expect(compareKeys(encodeValueKey(a), encodeValueKey(b))).toBe(sign(compareValues(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  test("follows the type order of convex-facts e.2, with every corner", () => {
    const ascending: (Value | undefined)[] = [
      undefined, null, -(2n ** 63n), -1n, 0n, 2n ** 63n - 1n, -Infinity, -1.5, -5e-324, -0, 0, 5e-324, 1, Infinity, NaN,
      false, true, "", "\0", "\0a", "\x01", "a", "a\0", "a\0\0", "a\x01", "aa", "\uE000", "\uFFFF", "\u{10000}",
      new ArrayBuffer(0), new Uint8Array([0]).buffer, new Uint8Array([0, 0]).buffer, new Uint8Array([255]).buffer,
      [], [null], [null, null], ["a"], {}, { "": 1 }, { "": 1, a: 1 }, { a: null }, { a: null, b: 1 }, { a: 1 }, { b: 0 },
    ]; // prettier-ignore
    const keys = ascending.map((value) => encodeValueKey(value));
    expect([...keys].sort(compareKeys)).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("no key begins another value's key, so an equality prefix finds equal values only", () => {
    fc.assert(
      fc.property(arbitraryValue(), arbitraryValue(), (a, b) => {
        const [ka, kb] = [encodeValueKey(a), encodeValueKey(b)];
        expect(kb.startsWith(ka)).toBe(ka === kb);
      }),
    );
  });

  test("prefixEnd closes the range of a prefix", () => {
    fc.assert(
      fc.property(arbitraryValue(), arbitraryValue(), fc.array(arbitraryValue(), { maxLength: 2 }), (a, b, rest) => {
        const prefix = encodeValueKey(a);
        const other = encodeKey([b, ...rest]);
        expect(other >= prefix && other < prefixEnd(prefix)).toBe(other.startsWith(prefix));
        expect(other < KEY_MAX).toBe(true);
      }),
    );
    expect(prefixEnd("a\xff")).toBe("b");
    expect(prefixEnd("")).toBe(KEY_MAX);
  });
});
