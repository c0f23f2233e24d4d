import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { JWK } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { DeveloperError } from "../errors.ts";
import { KeySets } from "./key-sets.ts";
import type { FetchImpl } from "./key-sets.ts";
import type { AuthProvider, CustomJwtProvider } from "./providers.ts";
import { verifyUserToken } from "./verify.ts";

const NOW_MS = 1_760_000_000_000;
const NOW_S = NOW_MS / 1000;
const ISSUER = "https://clerk.example.com";

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

let rsa: { privateKey: SigningKey; jwk: JWK };
let other: { privateKey: SigningKey; jwk: JWK };

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

beforeAll(async () => {
  rsa = await keyPair("k1");
  other = await keyPair("k2");
});

type ClaimSet = Record<string, unknown>;

function sign(claims: ClaimSet, key = rsa, kid: string | null = key.jwk.kid ?? null): Promise<string> {
  const present = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return new SignJWT(present)
    .setProtectedHeader({ alg: "RS256", ...(kid === null ? {} : { kid }) })
    .sign(key.privateKey);
}

function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json", ...headers } });
}

function network(requests: string[] = [], headers: Record<string, string> = {}): FetchImpl {
  return (url) => {
    requests.push(url);
    if (url === `${ISSUER}/.well-known/openid-configuration`) {
      return Promise.resolve(json({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` }, headers));
    }
    if (url === `${ISSUER}/keys`) return Promise.resolve(json({ keys: [rsa.jwk] }, headers));
    return Promise.resolve(new Response("no", { status: 404 }));
  };
}

const OIDC: AuthProvider = { domain: ISSUER, applicationID: "convex" };

function custom(more: Partial<CustomJwtProvider> = {}): CustomJwtProvider {
  const jwks = `data:text/plain;charset=utf-8;base64,${Buffer.from(JSON.stringify({ keys: [rsa.jwk] })).toString("base64")}`;
  return { type: "customJwt", issuer: ISSUER, jwks, algorithm: "RS256", ...more };
}

async function verify(token: string, provider: AuthProvider, fetchImpl = network()) {
  return verifyUserToken(token, [provider], NOW_MS, new KeySets(fetchImpl));
}

async function refusal(run: Promise<unknown>): Promise<DeveloperError> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DeveloperError) return error;
  throw error ?? new Error("Expected a refusal");
}

const FRESH = { iss: ISSUER, sub: "user_1", aud: "convex", iat: NOW_S - 10, exp: NOW_S + 60 };

describe("OIDC", () => {
  test("renames standard claims and keeps others, nested ones as they are", async () => {
    const token = await sign({
      ...FRESH,
      given_name: "Ann",
      email_verified: true,
      picture: "https://p",
      updated_at: NOW_S,
      address: { formatted: "Street 1" },
      o: { id: "org_1", rol: "admin", per: "read" },
      fva: [1, 2],
      jti: "x",
    });
    const user = await verify(token, OIDC);
    expect(user.expiresAtMs).toBe((NOW_S + 60) * 1000);
    expect(user.attributes).toEqual({
      tokenIdentifier: `${ISSUER}|user_1`,
      issuer: ISSUER,
      subject: "user_1",
      givenName: "Ann",
      emailVerified: true,
      pictureUrl: "https://p",
      updatedAt: new Date(NOW_MS).toISOString(),
      address: "Street 1",
      o: { id: "org_1", rol: "admin", per: "read" },
    });
  });

  test("refuses expired tokens, foreign signatures and several audiences", async () => {
    const text = /^Could not verify OIDC token claim/;
    expect((await refusal(verify(await sign({ ...FRESH, exp: NOW_S - 1 }), OIDC))).message).toMatch(text);
    expect((await refusal(verify(await sign(FRESH, other, "k1"), OIDC))).message).toMatch(text);
    const shape = /^Could not parse as OIDC ID token/;
    expect((await refusal(verify(await sign({ ...FRESH, aud: ["convex", "x"] }), OIDC))).message).toMatch(shape);
    expect((await refusal(verify(await sign({ ...FRESH, iat: undefined }), OIDC))).message).toMatch(shape);
  });

  test("keys are kept as long as their header says", async () => {
    const requests: string[] = [];
    const keySets = new KeySets(network(requests, { "cache-control": "public, max-age=60" }));
    const token = await sign({ ...FRESH, exp: NOW_S + 600 });
    for (const atMs of [NOW_MS, NOW_MS + 59_000]) await verifyUserToken(token, [OIDC], atMs, keySets);
    expect(requests).toHaveLength(2);
    await verifyUserToken(token, [OIDC], NOW_MS + 61_000, keySets);
    expect(requests).toHaveLength(4);
  });

  test("an unreachable provider is no verdict on the token", async () => {
    const token = await sign(FRESH);
    const down: FetchImpl = () => Promise.reject(new Error("no route"));
    expect(await refusal(verify(token, OIDC, down))).toMatchObject({
      status: 503,
      message: `Auth provider discovery of ${ISSUER} failed`,
    });
  });
});

describe("custom JWT", () => {
  test("flattens nested claims and renames nothing", async () => {
    const token = await sign({ ...FRESH, email_verified: true, o: { id: "org_1", slg: { a: 1 } }, list: [1], fva: 1 });
    expect((await verify(token, custom())).attributes).toEqual({
      tokenIdentifier: `${ISSUER}|user_1`,
      issuer: ISSUER,
      subject: "user_1",
      aud: "convex",
      iat: NOW_S - 10,
      exp: NOW_S + 60,
      email_verified: true,
      "o.id": "org_1",
      "o.slg.a": 1,
      list: [1],
    });
  });

  const tolerances: [string, ClaimSet, boolean][] = [
    ["expired 10 s ago", { exp: NOW_S - 10 }, false],
    ["expired 3 s ago", { exp: NOW_S - 3 }, true],
    ["issued 3 s in the future", { iat: NOW_S + 3 }, true],
    ["issued 10 s in the future", { iat: NOW_S + 10 }, false],
    ["not valid for 10 s", { nbf: NOW_S + 10 }, false],
    ["no iat", { iat: undefined }, true],
    ["no exp", { exp: undefined }, false],
    ["no sub", { sub: undefined }, false],
    ["no aud, provider without application", { aud: undefined }, true],
  ];
  test.each(tolerances)("%s", async (_, claims, accepted) => {
    const run = verify(await sign({ ...FRESH, ...claims }), custom());
    if (accepted) expect((await run).kind).toBe("user");
    else expect((await refusal(run)).code).toBe("InvalidAuthHeader");
  });

  test("the audience matters once the provider names its application", async () => {
    const provider = custom({ applicationID: "convex" });
    expect((await verify(await sign(FRESH), provider)).kind).toBe("user");
    for (const aud of [undefined, "else"]) {
      expect((await refusal(verify(await sign({ ...FRESH, aud }), provider))).code).toBe("NoAuthProvider");
    }
  });

  test("texts of convex-facts h.2", async () => {
    const messageOf = async (token: string, provider: AuthProvider = custom()) =>
      (await refusal(verify(token, provider))).message;
    expect(await messageOf("abc")).toMatch(/^Could not parse JWT payload\. /);
    expect(await messageOf(await sign({ ...FRESH, iss: undefined }))).toMatch(/^Missing issuer claim/);
    expect(await messageOf(await sign({ ...FRESH, iss: "https://else" }))).toBe(
      "No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your " +
        `configured providers: [CustomJWT(issuer=${ISSUER}, app_id=none)]`,
    );
    expect(await messageOf(await sign(FRESH, rsa, null))).toMatch(/missing a 'kid'/);
    expect(await messageOf(await sign(FRESH, other))).toMatch(/header is 'k2', does this key match any key/);
    expect(await messageOf(await sign(FRESH, other, "k1"))).toMatch(/^Could not validate token: /);
    expect(await messageOf(await sign({ ...FRESH, exp: NOW_S - 10 }))).toMatch(/Token expired 10 seconds ago/);
    expect(await messageOf(await sign(FRESH), custom({ jwks: "data:text/plain,nothing" }))).toMatch(
      /^Invalid JWKS response body from 'data:text\/plain,nothing'\. The response is not valid JSON/,
    );
    expect(await messageOf(await sign(FRESH), custom({ jwks: `${ISSUER}/none` }))).toMatch(/^Could not fetch JWKS/);
  });

  test("no providers at all", async () => {
    const error = await refusal(verifyUserToken(await sign(FRESH), [], NOW_MS, new KeySets(network())));
    expect(error.message).toMatch(/\(no providers configured\)/);
  });
});
