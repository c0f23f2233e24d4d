import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { statSync } from "node:fs";
import { join } from "node:path";
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { until } from "../support/until.ts";

let backend: TestBackend;
let sign: (subject: string, expiresAtMs: number) => Promise<string>;
const MINUTE_MS = 60_000;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", use: "sig", alg: "ES256" }] };
  const jwksUrl = `data:text/plain;charset=utf-8;base64,${Buffer.from(JSON.stringify(jwks)).toString("base64")}`;
  backend = await startTestBackend({
    project: FIXTURE_PROJECT,
    testClock: { startMs: Date.now() },
    environment: { FIXTURE_JWKS: jwksUrl },
  });
  const nowSeconds = Math.floor((await backend.nowMs()) / 1000);
  sign = (subject, expiresAtMs) =>
    new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: "one" })
      .setIssuer("https://fixture.example")
      .setAudience("fixture")
      .setSubject(subject)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(privateKey);
});

afterAll(() => backend.stop());

describe("over HTTP", () => {
  test("a token says who calls; without one nobody does", async () => {
    const http = new ConvexHttpClient(backend.cloudUrl);
    expect(await http.query(api.messages.whoAmI, {})).toBeNull();
    http.setAuth(await sign("ann", (await backend.nowMs()) + 10 * MINUTE_MS));
    expect(await http.query(api.messages.whoAmI, {})).toBe("ann");
  });

  test("a token that does not hold is a 401 with a code", async () => {
    const response = await fetch(`${backend.cloudUrl}/api/query`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: "Bearer not.a.token" },
      body: JSON.stringify({ path: "messages:whoAmI", args: {} }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "InvalidAuthHeader" });
  });

  test("the admin key may act as a user; a wrong key is refused", async () => {
    const call = (authorization: string) =>
      fetch(`${backend.cloudUrl}/api/query`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: authorization },
        body: JSON.stringify({ path: "messages:whoAmI", args: {} }),
      });
    const attributes = Buffer.from(JSON.stringify({ issuer: "https://i", subject: "bob" })).toString("base64");
    expect(await (await call(`Convex ${backend.adminKey}:${attributes}`)).json()).toMatchObject({ value: "bob" });
    const wrong = await call("Convex switchboard|0000");
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { code: "BadAdminKey" }]);
  });
});

describe("tokens of the deployment's own", () => {
  test("verify against its published key, by anyone and by itself, and after a restart", async () => {
    const http = new ConvexHttpClient(backend.cloudUrl);
    const token = await http.mutation(api.messages.signToken, { subject: "eve" });
    const published = createRemoteJWKSet(new URL(`${backend.cloudUrl}/.well-known/jwks.json`));
    const currentDate = new Date(await backend.nowMs());
    const { payload } = await jwtVerify(token, published, { issuer: backend.cloudUrl, currentDate });
    expect(payload).toMatchObject({ sub: "eve", exp: (payload.iat ?? 0) + 600 });
    http.setAuth(token);
    expect(await http.query(api.messages.whoAmI, {})).toBe("eve");
    await backend.killAndRestart();
    expect(await http.query(api.messages.whoAmI, {})).toBe("eve");
    const keyFile = join(backend.dataDir, "signing-key");
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });
});

describe("on the WebSocket", () => {
  test("queries run again on sign-in, when the token expires a fresh one is asked for, and sign-out ends it", async () => {
    const client = new ConvexClient(backend.cloudUrl, {
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    const seen: (string | null)[] = [];
    client.onUpdate(api.messages.whoAmI, {}, (value) => seen.push(value));
    await until("nobody", () => seen.at(-1) === null);
    let fetched = 0;
    const signedIn: boolean[] = [];
    client.setAuth(
      async () => {
        fetched++;
        return sign("cid", (await backend.nowMs()) + 60 * MINUTE_MS);
      },
      (isAuthenticated) => signedIn.push(isAuthenticated),
    );
    await until("cid", () => seen.at(-1) === "cid");
    await until("confirmation", () => signedIn.at(-1) === true);
    const fetchedBefore = fetched;
    await backend.advanceBy(61 * MINUTE_MS);
    await client.mutation(api.messages.send, { channel: "auth", body: "still me", number: 1 });
    expect(fetched).toBeGreaterThan(fetchedBefore);
    expect(seen.at(-1)).toBe("cid");
    client.client.clearAuth();
    await until("nobody again", () => seen.at(-1) === null);
    await client.close();
  });

  test("a session whose token expired and cannot be renewed loses its identity and is told so", async () => {
    const client = new ConvexClient(backend.cloudUrl, {
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    const seen: (string | null)[] = [];
    const signedIn: boolean[] = [];
    const token = await sign("dan", (await backend.nowMs()) + 5 * MINUTE_MS);
    let isRevoked = false;
    client.setAuth(
      async () => (isRevoked ? null : token),
      (isAuthenticated) => signedIn.push(isAuthenticated),
    );
    client.onUpdate(api.messages.whoAmI, {}, (value) => seen.push(value));
    await until("dan", () => seen.at(-1) === "dan");
    isRevoked = true;
    await backend.advanceBy(6 * MINUTE_MS);
    await client.mutation(api.messages.send, { channel: "auth", body: "as nobody", number: 2 });
    expect(signedIn.at(-1)).toBe(false);
    expect(seen.at(-1)).toBeNull();
    await client.close();
  });
});
