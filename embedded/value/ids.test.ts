import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeId, encodeId, encodeTableNumber, generateIdBytes, tryDecodeId } from "./ids.ts";

const internalId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));
const tableNumber = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 0xffff_ffff }));

describe("document ids", () => {
  test("the published example: table 1017, bytes 251, 251², …", () => {
    const bytes: number[] = [];
    for (let i = 0, byte = 251; i < 16; i++, byte = (byte * 251) & 0xff) bytes.push(byte);
    const key = encodeTableNumber(1017) + Buffer.from(bytes).toString("latin1");
    expect(encodeId(key)).toBe("z43zp6c3e75gkmz1kfwj6mbbx5sw281h");
    expect(decodeId("z43zp6c3e75gkmz1kfwj6mbbx5sw281h")).toEqual({ tableNumber: 1017, bytes: key });
  });

  test("every id survives the round trip, 31 to 37 characters long", () => {
    fc.assert(
      fc.property(tableNumber, internalId, (number, internal) => {
        const key = encodeTableNumber(number) + internal;
        const id = encodeId(key);
        expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{31,37}$/);
        expect(decodeId(id)).toEqual({ tableNumber: number, bytes: key });
      }),
    );
  });

  test("ordinary tables have ids of 32 characters", () => {
    expect(encodeId(generateIdBytes(10_001, 1_760_000_000_000))).toHaveLength(32);
    expect(encodeId(generateIdBytes(16_383, 0))).toHaveLength(32);
  });

  test("one changed character is noticed", () => {
    fc.assert(
      fc.property(internalId, fc.nat(31), fc.nat(30), (internal, at, by) => {
        const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        const id = encodeId(encodeTableNumber(10_001) + internal);
        const other = alphabet[(alphabet.indexOf(id[at] ?? "") + by + 1) % 32];
        const decoded = tryDecodeId(id.slice(0, at) + other + id.slice(at + 1));
        // Fletcher-16 with modulus 256 may miss a change; then the id is another valid one, never the same.
        expect(decoded?.bytes).not.toBe(decodeId(id).bytes);
      }),
    );
  });

  test("any other string is refused with a reason", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        expect(tryDecodeId(text)).toBeNull();
      }),
    );
    expect(() => decodeId("abc")).toThrow("Unable to decode ID: Invalid ID length 3");
    expect(() => decodeId("u".repeat(32))).toThrow("Unable to decode ID: ID wasn't valid base32");
    expect(() => decodeId("0".repeat(32))).toThrow("Unable to decode ID: Invalid table number");
    expect(() => decodeId("z43zp6c3e75gkmz1kfwj6mbbx5sw281g")).toThrow(
      /Unable to decode ID: Invalid ID version \d+ \(expected 0\)/,
    );
    expect(tryDecodeId("Z43ZP6C3E75GKMZ1KFWJ6MBBX5SW281H")).toBeNull();
  });
});
