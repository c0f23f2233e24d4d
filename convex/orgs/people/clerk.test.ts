import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const ISSUER = "https://verb-noun-00.clerk.accounts.dev";

let t: ReturnType<typeof setupConvex>;

beforeEach(() => {
  vi.stubEnv("CLERK_FRONTEND_API_URL", ISSUER);
  t = setupConvex();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What `ctx.auth.getUserIdentity()` gives for a Clerk session token v2 (providers.md 17). */
function clerkUser(user: string, organisation: Record<string, unknown> = {}) {
  const identity = {
    issuer: ISSUER,
    subject: user,
    tokenIdentifier: `${ISSUER}|${user}`,
    name: `Name of ${user}`,
    email: `${user}@haff.example`,
    aud: "convex",
    sid: "sess_1",
    v: 2,
    ...organisation,
  };
  return t.withIdentity(identity);
}

const asObject = (role: string, id = "org_2x") => ({ o: { id, slg: "haff", rol: role, per: "", fpm: "" } });
const asDottedKeys = (role: string) => ({ "o.id": "org_2x", "o.slg": "haff", "o.rol": role });

type Caller = ReturnType<typeof clerkUser>;
const found = async (as: Caller) =>
  await as.mutation(api.orgs.mutations.createOrganisation, { name: "Haff", timezone: "Europe/Berlin" });
const memberships = async (as: Caller) => {
  await as.mutation(api.orgs.mutations.ensurePerson, {});
  return (await as.query(api.orgs.queries.me, {}))?.memberships.map(({ orgId, role }) => ({ orgId, role }));
};

describe("people who sign in through Clerk", () => {
  it("are people like everybody, with name and address from the token", async () => {
    const as = clerkUser("user_1");
    await as.mutation(api.orgs.mutations.ensurePerson, {});
    const me = await as.query(api.orgs.queries.me, {});
    expect(me).toMatchObject({ person: { name: "Name of user_1", email: "user_1@haff.example" }, memberships: [] });
    const people = await t.run(async (ctx) => await ctx.db.query("people").take(500));
    expect(people.map((person) => person.authKey)).toEqual(["clerk:user_1"]);
  });

  it.each([
    ["an object", asObject],
    ["dotted keys", asDottedKeys],
  ])("join the workspace that mirrors their active organisation, told as %s", async (_, organisation) => {
    const orgId = await found(clerkUser("user_admin", organisation("admin")));
    expect(await memberships(clerkUser("user_2", organisation("member")))).toEqual([{ orgId, role: "agent" }]);
    expect(await memberships(clerkUser("user_3", organisation("admin")))).toEqual([{ orgId, role: "admin" }]);
  });

  it("join nothing without an active organisation, nor with another one", async () => {
    await found(clerkUser("user_admin", asObject("admin")));
    expect(await memberships(clerkUser("user_4"))).toEqual([]);
    expect(await memberships(clerkUser("user_5", asObject("admin", "org_other")))).toEqual([]);
  });

  it("mirror an organisation only as its admin, and once", async () => {
    await found(clerkUser("user_2", asObject("member")));
    expect(await memberships(clerkUser("user_3", asObject("member")))).toEqual([]);
    const admin = clerkUser("user_admin", asObject("admin"));
    await found(admin);
    expect(await errorOf(found(admin))).toMatchObject({ code: "conflict" });
  });

  it("keep role and suspension we gave them, whatever an old token says", async () => {
    const orgId = await found(clerkUser("user_admin", asObject("admin")));
    const as = clerkUser("user_2", asObject("member"));
    await memberships(as);
    const set = async (change: { role?: "viewer"; status?: "suspended" }) =>
      await t.run(async (ctx) => {
        const member = (await ctx.db.query("members").take(500)).find((row) => row.displayName === "Name of user_2");
        await ctx.db.patch("members", member!._id, change);
      });
    await set({ role: "viewer" });
    expect(await memberships(clerkUser("user_2", asObject("admin")))).toEqual([{ orgId, role: "viewer" }]);
    await set({ status: "suspended" });
    expect(await memberships(as)).toEqual([]);
    expect(await errorOf(as.query(api.orgs.queries.members, { orgId }))).toMatchObject({ code: "not_found" });
  });

  it("are strangers while Clerk is not configured", async () => {
    vi.stubEnv("CLERK_FRONTEND_API_URL", undefined);
    expect(await clerkUser("user_1").query(api.orgs.queries.me, {})).toBeNull();
  });
});
