import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { DeveloperError } from "../errors.ts";
import type { Identity } from "../functions/types.ts";
import type { Exchange } from "../http/exchange.ts";
import { CredentialChecker } from "./credentials.ts";

const KEY = "switchboard|abcdef";
const ann: Identity = {
  kind: "user",
  attributes: { issuer: "i", subject: "ann", tokenIdentifier: "i|ann" },
  token: "good",
  expiresAtMs: 1,
};
const checker = new CredentialChecker(KEY, async (token) => {
  if (token === "good") return ann;
  throw new DeveloperError("InvalidAuthHeader", "no", 401);
});
const exchange = (authorization?: string, query = ""): Exchange => ({
  request: { headers: authorization === undefined ? {} : { authorization } } as unknown as IncomingMessage,
  response: {} as ServerResponse,
  path: "/",
  search: query,
  url: new URL(`http://localhost/${query}`),
  startedMs: 0,
  place: null,
  requestId: "r",
  client: { ip: null, userAgent: null },
});
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("identify", () => {
  test.each<[string, Exchange, unknown]>([
    ["nobody without a header", exchange(), { kind: "anonymous" }],
    ["a user by token", exchange("Bearer good"), ann],
    ["an admin by key", exchange(`Convex ${KEY}`), { kind: "admin", actingAs: null }],
    ["an admin whatever the case", exchange(`convex ${KEY}`), { kind: "admin", actingAs: null }],
    ["an admin by a key with its deployment's kind", exchange(`Convex dev:${KEY}`), { kind: "admin", actingAs: null }],
    [
      "an admin by query",
      exchange(undefined, `?adminKey=${encodeURIComponent(KEY)}`),
      { kind: "admin", actingAs: null },
    ],
  ])("%s", async (_what, from, identity) => {
    expect(await checker.identify(from)).toEqual(identity);
  });

  test("an admin acting as a user", async () => {
    const byParts = await checker.identify(
      exchange(`Convex ${KEY}:${base64({ issuer: "i", subject: "s", name: "N" })}`),
    );
    expect(byParts).toMatchObject({ actingAs: { tokenIdentifier: "i|s", name: "N" } });
    const byToken = await checker.identify(exchange(`Convex ${KEY}:${base64({ tokenIdentifier: "i|s" })}`));
    expect(byToken).toMatchObject({ actingAs: { issuer: "i", subject: "s" } });
    const nobody = checker.identify(exchange(`Convex ${KEY}:${base64({ name: "N" })}`));
    await expect(nobody).rejects.toMatchObject({ code: "InvalidUserAttributes" });
  });

  test.each<[string, string, number]>([
    ["Convex switchboard|wrong", "BadAdminKey", 401],
    ["Convex ", "BadAdminKey", 401],
    ["Basic x", "InvalidHeaderFailure", 400],
    ["x", "InvalidHeaderFailure", 400],
    ["Bearer bad", "InvalidAuthHeader", 401],
  ])("refuses %s", async (header, code, status) => {
    await expect(checker.identify(exchange(header))).rejects.toMatchObject({ code, status });
  });
});

describe("requireAdmin", () => {
  test("a key in the body is enough, a wrong one is not, whatever the header says", async () => {
    await checker.requireAdmin(exchange(), KEY);
    await expect(checker.requireAdmin(exchange(`Convex ${KEY}`), "wrong")).rejects.toMatchObject({
      code: "BadAdminKey",
    });
  });

  test("a signed-in user is no admin", async () => {
    await expect(checker.requireAdmin(exchange("Bearer good"))).rejects.toMatchObject({
      code: "BadDeployKey",
      status: 403,
    });
    await expect(checker.requireAdmin(exchange())).rejects.toMatchObject({ status: 403 });
  });
});

test("the WebSocket knows the same three kinds", async () => {
  expect(await checker.authenticate({ tokenType: "None" })).toEqual({ kind: "anonymous" });
  expect(await checker.authenticate({ tokenType: "User", value: "good" })).toEqual(ann);
  const admin = { tokenType: "Admin", value: KEY, impersonating: { issuer: "i", subject: "s" } } as const;
  expect(await checker.authenticate(admin)).toMatchObject({ kind: "admin", actingAs: { subject: "s" } });
});
