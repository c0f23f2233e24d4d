import { createAccount } from "@convex-dev/auth/server";
import { exportPKCS8, generateKeyPair } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../tests/support/convex";
import { errorOf } from "../tests/support/members";
import { api } from "./_generated/api";
import { requireEnv } from "./lib/env";
import { DEMO_SIGN_IN } from "./orgs/demo";
import { createOrganisation } from "./orgs/model";

// Every attempt hashes a password, which is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

let t: ReturnType<typeof setupConvex>;

beforeAll(async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  vi.stubEnv("JWT_PRIVATE_KEY", await exportPKCS8(privateKey));
  // The library logs every step of a sign-in otherwise.
  vi.stubEnv("AUTH_LOG_LEVEL", "ERROR");
});
beforeEach(() => {
  t = setupConvex();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const GOOD = { email: "erika@muster.example", password: "Wind und Wellen", name: "Erika" };

const call = async (flow: string, params: Record<string, unknown> = {}) =>
  await t.action(api.auth.signIn, { provider: "password", params: { ...GOOD, ...params, flow } });

/** Claims of the token a sign-in gave, as the client would send them. */
function identityOf(token: string) {
  const claims = JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
    string,
    string
  >;
  return { issuer: claims.iss!, subject: claims.sub!, tokenIdentifier: `${claims.iss}|${claims.sub}` };
}

describe("local accounts", () => {
  it("sign up, sign in and are the same person each time", async () => {
    const first = await call("signUp", { email: " Erika@Muster.example" });
    const second = await call("signIn", { email: "ERIKA@muster.example " });
    const sessions = [first, second].map(({ tokens }) => t.withIdentity(identityOf(tokens!.token)));
    for (const as of sessions) await as.mutation(api.orgs.mutations.ensurePerson, {});
    const me = await sessions[1]!.query(api.orgs.queries.me, {});
    expect(me?.person).toMatchObject({ name: "Erika", email: "erika@muster.example" });
    expect(await t.run(async (ctx) => await ctx.db.query("people").take(500))).toHaveLength(1);
    expect(identityOf(first.tokens!.token).issuer).toBe(requireEnv("CONVEX_SITE_URL"));
  });

  it("keep no readable password", async () => {
    await call("signUp");
    const accounts = await t.run(async (ctx) => await ctx.db.query("authAccounts").take(500));
    expect(accounts).toHaveLength(1);
    expect(JSON.stringify(accounts)).not.toContain(GOOD.password);
  });

  it.each([
    [{ password: "neunzeich" }, { code: "invalid", field: "password" }],
    [{ email: "erika" }, { code: "invalid", field: "email" }],
  ])("refuse %j with the field", async (params, error) => {
    expect(await errorOf(call("signUp", params))).toMatchObject(error);
    expect(await t.run(async (ctx) => await ctx.db.query("users").take(500))).toEqual([]);
  });

  it("answer an unknown address and a wrong password alike", async () => {
    await call("signUp");
    const wrong = await errorOf(call("signIn", { password: "Wind und Welle" }));
    const unknown = await errorOf(call("signIn", { email: "max@muster.example" }));
    expect(wrong).toEqual(unknown);
    expect(wrong.code).toBe("unauthenticated");
  });

  it("are not taken over by signing up again", async () => {
    await call("signUp");
    expect(await errorOf(call("signUp", { password: "ein anderes Wort" }))).toMatchObject({
      code: "conflict",
      field: "email",
    });
  });
});

describe("limits", () => {
  it("end sign-ups of one address, not of others", async () => {
    for (let count = 0; count < 5; count += 1) await call("signUp");
    expect(await errorOf(call("signUp"))).toMatchObject({ code: "rate_limited", retryAfterMs: expect.any(Number) });
    await call("signUp", { email: "max@muster.example" });
  });

  it("end sign-ins of one address after ten, right or wrong", async () => {
    await call("signUp");
    for (let count = 0; count < 10; count += 1) await errorOf(call("signIn", { email: "niemand@muster.example" }));
    expect(await errorOf(call("signIn", { email: "niemand@muster.example" }))).toMatchObject({ code: "rate_limited" });
    await call("signIn");
  });

  it("end guessing at one account even when the guesser is slow", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-05-01T10:00:00Z"), toFake: ["Date"] });
    await call("signUp");
    for (let count = 0; count < 10; count += 1) {
      vi.setSystemTime(Date.now() + 6_000);
      expect(await errorOf(call("signIn", { password: `falsch ${count} falsch` }))).toMatchObject({
        code: "unauthenticated",
      });
    }
    vi.setSystemTime(Date.now() + 6_000);
    expect(await errorOf(call("signIn"))).toMatchObject({ code: "rate_limited" });
    vi.setSystemTime(Date.now() + 3_600_000);
    await call("signIn");
    vi.useRealTimers();
  });
});

describe("the demo account", () => {
  const demo = { ...DEMO_SIGN_IN };

  it("cannot be registered, nor used without the demo workspace", async () => {
    expect(await errorOf(call("signUp", demo))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(call("signIn", demo))).toMatchObject({ code: "forbidden" });
    await t.run(async (ctx) => await createOrganisation(ctx, { name: "Demo", timezone: "UTC", isDemo: true }));
    expect(await errorOf(call("signUp", demo))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(call("signIn", demo))).toMatchObject({ code: "unauthenticated" });
  });

  it("works once the seed made it, while the workspace exists", async () => {
    const orgId = await t.run(
      async (ctx) => await createOrganisation(ctx, { name: "Demo", timezone: "UTC", isDemo: true }),
    );
    // What the seed's action does; the library needs no more of its context than this.
    const action = { runMutation: t.mutation.bind(t) } as unknown as Parameters<typeof createAccount>[0];
    const { email, password } = DEMO_SIGN_IN;
    const account = { id: email, secret: password };
    await createAccount(action, { provider: "password", account, profile: { email, name: "Jule" } });
    expect((await call("signIn", demo)).tokens).not.toBeNull();
    await t.run(async (ctx) => await ctx.db.delete("organisations", orgId));
    expect(await errorOf(call("signIn", demo))).toMatchObject({ code: "forbidden" });
  });
});
