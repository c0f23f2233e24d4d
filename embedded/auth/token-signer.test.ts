import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { KeySets } from "./key-sets.ts";
import { newSigningKey, TokenSigner } from "./token-signer.ts";
import { verifyUserToken } from "./verify.ts";

const ORIGIN = "https://backend.example";
const NOW_MS = 1_760_000_000_900;
const PEM = newSigningKey();
const signer = new TokenSigner(PEM, ORIGIN);

function sign(claims: Record<string, JSONValue>, expiresInSeconds = 60, component = ""): string {
  return signer.sign({ claims, expiresInSeconds, component, nowMs: NOW_MS });
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof DeveloperError) return thrown.message;
    throw thrown;
  }
  return "It was not refused";
}

describe("a token", () => {
  test("is an ES256 JWT in the deployment's name that its key set verifies", async () => {
    const token = sign({ sub: "ann", aud: "app", roles: ["a", { b: 1 }] });
    const keys = createLocalJWKSet(signer.keySet);
    const { payload } = await jwtVerify(token, keys, { currentDate: new Date(NOW_MS), issuer: ORIGIN });
    const iat = Math.floor(NOW_MS / 1000);
    expect(payload).toEqual({ sub: "ann", aud: "app", roles: ["a", { b: 1 }], iss: ORIGIN, iat, exp: iat + 60 });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", typ: "JWT", kid: signer.keySet.keys[0]?.kid });
  });

  test("names the component that signed it", async () => {
    const keys = createLocalJWKSet(signer.keySet);
    const { payload } = await jwtVerify(sign({}, 60, "a/b"), keys, { currentDate: new Date(NOW_MS) });
    expect(payload.iss).toBe(`${ORIGIN}/components/a/b`);
  });

  test("is accepted by a customJwt provider that names the deployment's own keys", async () => {
    const url = `${ORIGIN}/.well-known/jwks.json`;
    const provider = {
      type: "customJwt",
      issuer: ORIGIN,
      jwks: url,
      algorithm: "ES256",
      applicationID: "app",
    } as const;
    const keySets = new KeySets(() => Promise.reject(new Error("no network")), new Map([[url, signer.keySet]]));
    const verify = (token: string) => verifyUserToken(token, [provider], NOW_MS, keySets);
    await expect(verify(sign({ sub: "ann", aud: "app" }))).resolves.toMatchObject({ attributes: { subject: "ann" } });
    const foreign = new TokenSigner(newSigningKey(), ORIGIN);
    const forged = foreign.sign({
      claims: { sub: "ann", aud: "app" },
      expiresInSeconds: 60,
      component: "",
      nowMs: NOW_MS,
    });
    await expect(verify(forged)).rejects.toThrow("does this key match any key in the provider's JWKS?");
  });
});

test("the same key gives the same key set, and nothing of its private half", () => {
  expect(new TokenSigner(PEM, ORIGIN).keySet).toEqual(signer.keySet);
  expect(Object.keys(signer.keySet.keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

describe("what is refused", () => {
  test.each(["iss", "iat", "exp", "nbf"])("the claim %s", (name) => {
    expect(refusal(() => sign({ [name]: 1 }))).toBe(
      `Invalid argument \`claims\` for \`auth.signJwt\`: the claim \`${name}\` is set by Convex`,
    );
  });

  test.each(["convex", "convexRole", "CVX", "cvx_x", "ConVexed"])("the claim %s", (name) => {
    expect(refusal(() => sign({ [name]: 1 }))).toBe(
      `Invalid argument \`claims\` for \`auth.signJwt\`: the claim \`${name}\` is reserved: ` +
        'names must not start with "convex" or "cvx"',
    );
  });

  test.each([0, -1, 3601, 1.5, Number.NaN])("a lifetime of %s s", (seconds) => {
    expect(refusal(() => sign({}, seconds))).toBe(
      `Invalid argument \`expiresInSeconds\` for \`auth.signJwt\`: must be a whole number between 1 and 3600, got ${seconds}`,
    );
  });

  test.each([1, 3600])("not a lifetime of %s s", (seconds) => {
    expect(sign({}, seconds).split(".")).toHaveLength(3);
  });
});
