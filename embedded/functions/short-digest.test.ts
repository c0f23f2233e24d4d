import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shortDigest } from "./short-digest.ts";

test("says what crypto.subtle says, of bytes and of parts of a buffer", async () => {
  const algorithm = fc.constantFrom("SHA-1", "SHA-256", "SHA-384", "SHA-512");
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(algorithm, bytes, fc.nat(299), async (name, all, from) => {
      const part = all.subarray(Math.min(from, all.length - 1));
      const expected = new Uint8Array(await webcrypto.subtle.digest(name, Uint8Array.from(part)));
      expect(new Uint8Array(shortDigest(name, part) ?? new ArrayBuffer())).toEqual(expected);
      expect(new Uint8Array(shortDigest(name, Uint8Array.from(part).buffer) ?? new ArrayBuffer())).toEqual(expected);
    }),
  );
});

test("leaves to crypto.subtle what it refuses, and what is long", () => {
  const given = new ArrayBuffer(8);
  structuredClone(given, { transfer: [given] });
  expect(shortDigest("SHA-256", given)).toBeNull();
  expect(shortDigest("SHA-256", "text")).toBeNull();
  expect(shortDigest("MD5", new Uint8Array(1))).toBeNull();
  expect(shortDigest({ name: "SHA-256" }, new Uint8Array(1))).toBeNull();
  expect(shortDigest("SHA-256", new Uint8Array(new SharedArrayBuffer(8)))).toBeNull();
  expect(shortDigest("SHA-256", new Uint8Array(16 * 1024 + 1))).toBeNull();
});
