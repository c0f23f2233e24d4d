import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  decryptSecret,
  derivedToken,
  encryptSecret,
  hmacSha256Hex,
  randomToken,
  sha256Hex,
  verifyHmacSha256,
} from "./crypto";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("secrets at rest", () => {
  it("come back as they went in, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 300 }), async (text) => {
        const cipher = await encryptSecret(text);
        expect(await decryptSecret(cipher)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it("look different each time and never contain the text", async () => {
    const [a, b] = [await encryptSecret("whsec_geheim"), await encryptSecret("whsec_geheim")];
    expect(a).not.toBe(b);
    expect(a).not.toContain("geheim");
  });

  it("are refused when altered, and under another key", async () => {
    const cipher = await encryptSecret("geheim");
    const [version, iv, data = ""] = cipher.split(".");
    const flipped = (data.startsWith("A") ? "B" : "A") + data.slice(1);
    await expect(decryptSecret([version, iv, flipped].join("."))).rejects.toThrow("cannot be read");
    await expect(decryptSecret("nonsense")).rejects.toThrow("unknown format");
    vi.stubEnv("SWITCHBOARD_SECRET_KEY", btoa("x".repeat(32)));
    await expect(decryptSecret(cipher)).rejects.toThrow("cannot be read");
  });

  it("are not stored without a proper key", async () => {
    vi.stubEnv("SWITCHBOARD_SECRET_KEY", btoa("short"));
    await expect(encryptSecret("x")).rejects.toThrow("32 bytes");
    vi.stubEnv("SWITCHBOARD_SECRET_KEY", undefined);
    await expect(encryptSecret("x")).rejects.toThrow("SWITCHBOARD_SECRET_KEY is not set");
  });
});

describe("a derived token", () => {
  it("is the same for the same text, another for every other text, purpose and key", async () => {
    const token = await derivedToken("unsubscribe", "k1:1");
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await derivedToken("unsubscribe", "k1:1")).toBe(token);
    expect(await derivedToken("unsubscribe", "k1:2")).not.toBe(token);
    expect(await derivedToken("preferences", "k1:1")).not.toBe(token);
    vi.stubEnv("SWITCHBOARD_SECRET_KEY", btoa("x".repeat(32)));
    expect(await derivedToken("unsubscribe", "k1:1")).not.toBe(token);
  });
});

describe("HMAC", () => {
  // RFC 4231, test case 2
  const SIGNATURE = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

  it("agrees with RFC 4231", async () => {
    expect(await hmacSha256Hex("Jefe", "what do ya want for nothing?")).toBe(SIGNATURE);
  });

  it("verifies the right signature only, in either case", async () => {
    const data = new TextEncoder().encode("what do ya want for nothing?");
    expect(await verifyHmacSha256("Jefe", data, SIGNATURE)).toBe(true);
    expect(await verifyHmacSha256("Jefe", data, SIGNATURE.toUpperCase())).toBe(true);
    expect(await verifyHmacSha256("Jeff", data, SIGNATURE)).toBe(false);
    expect(await verifyHmacSha256("Jefe", "other", SIGNATURE)).toBe(false);
    for (const malformed of ["", "zz", SIGNATURE.slice(2), `${SIGNATURE}00`]) {
      expect(await verifyHmacSha256("Jefe", data, malformed)).toBe(false);
    }
  });
});

it("hashes as FIPS 180-2 says", async () => {
  expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

it("makes tokens of 256 bits that fit into a URL", () => {
  const tokens = Array.from({ length: 50 }, randomToken);
  expect(new Set(tokens).size).toBe(50);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
