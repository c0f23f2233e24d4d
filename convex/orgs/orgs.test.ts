import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, localIdentity, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { can, PERMISSIONS, ROLES } from "../lib/permissions";
import { DEMO_SIGN_IN } from "./demo";
import * as model from "./model";
import { slugOf } from "./slug";

let t: ReturnType<typeof setupConvex>;

beforeEach(() => {
  t = setupConvex();
});

describe("founding a workspace", () => {
  it("makes the founder its admin and gives it a calendar, modules and a free slug", async () => {
    const userId = await t.run(
      async (ctx) => await ctx.db.insert("users", { name: "Jule", email: "jule@haff.example" }),
    );
    const as = t.withIdentity(localIdentity(userId));
    const create = async () =>
      await as.mutation(api.orgs.mutations.createOrganisation, { name: " Haff & Söhne ", timezone: "Europe/Berlin" });
    const [first, second] = [await create(), await create()];
    const me = await as.query(api.orgs.queries.me, {});
    expect(me?.person).toMatchObject({ name: "Jule", email: "jule@haff.example" });
    expect(me?.memberships).toMatchObject([
      { orgId: first, orgName: "Haff & Söhne", slug: "haff-soehne", role: "admin", isDemo: false },
      { orgId: second, slug: "haff-soehne-2" },
    ]);
    const calendar = await t.run(async (ctx) => await model.defaultCalendar(ctx, first));
    expect(calendar).toMatchObject({ timezone: "Europe/Berlin", isDefault: true });
    const settings = await as.query(api.orgs.queries.settings, { orgId: first });
    expect(settings.modules).toMatchObject({ tickets: true, email: true });
  });

  it.each([
    [{ name: " ", timezone: "Europe/Berlin" }, "name"],
    [{ name: "x".repeat(121), timezone: "Europe/Berlin" }, "name"],
    [{ name: "Haff", timezone: "Mars/Olympus" }, "timezone"],
    [{ name: "Haff", timezone: "UTC", locale: "fr-FR" }, "locale"],
  ])("refuses %j", async (args, field) => {
    const as = t.withIdentity(localIdentity("jule"));
    expect(await errorOf(as.mutation(api.orgs.mutations.createOrganisation, args))).toMatchObject({
      code: "invalid",
      field,
    });
  });

  it("speaks the language and has the country its founder came with, else German", async () => {
    const as = t.withIdentity(localIdentity("jule"));
    const create = async (more: { locale?: string }) =>
      await as.mutation(api.orgs.mutations.createOrganisation, { name: "Haff", timezone: "UTC", ...more });
    const localeIn = async (orgId: Id<"organisations">) =>
      (await as.query(api.orgs.queries.settings, { orgId })).locale;
    expect(await localeIn(await create({ locale: "nl-BE" }))).toBe("nl-BE");
    expect(await localeIn(await create({}))).toBe("de-DE");
  });

  it("is for people who signed in", async () => {
    const args = { name: "Haff", timezone: "Europe/Berlin" };
    expect(await errorOf(t.mutation(api.orgs.mutations.createOrganisation, args))).toMatchObject({
      code: "unauthenticated",
    });
  });

  it("is limited", async () => {
    const as = t.withIdentity(localIdentity("jule"));
    const create = async () =>
      await as.mutation(api.orgs.mutations.createOrganisation, { name: "Haff", timezone: "UTC" });
    for (let count = 0; count < 5; count += 1) await create();
    expect(await errorOf(create())).toMatchObject({ code: "rate_limited" });
  });
});

describe("who is there", () => {
  it("is nobody without a token, and nobody known before the first ensurePerson", async () => {
    expect(await t.query(api.orgs.queries.me, {})).toBeNull();
    const as = t.withIdentity(localIdentity("jule"));
    expect(await as.query(api.orgs.queries.me, {})).toEqual({ person: null, memberships: [] });
    await as.mutation(api.orgs.mutations.ensurePerson, { name: "Jule" });
    await as.mutation(api.orgs.mutations.ensurePerson, {});
    expect((await as.query(api.orgs.queries.me, {}))?.person).toMatchObject({ name: "Jule" });
    expect(await t.run(async (ctx) => await ctx.db.query("people").take(500))).toHaveLength(1);
  });

  it("is nobody for a token of an unknown issuer", async () => {
    const as = t.withIdentity({ issuer: "https://evil.example", subject: "jule", tokenIdentifier: "x|jule" });
    expect(await as.query(api.orgs.queries.me, {})).toBeNull();
  });

  it("stays one person across sessions", async () => {
    await t.withIdentity(localIdentity("jule")).mutation(api.orgs.mutations.ensurePerson, {});
    const other = t.withIdentity({ ...localIdentity("jule"), subject: "jule|another-session" });
    expect((await other.query(api.orgs.queries.me, {}))?.person).not.toBeNull();
  });
});

describe("members", () => {
  it("see each other, and nobody else does", async () => {
    const orgId = await makeOrg(t);
    const { as, memberId } = await makeMember(t, orgId, "viewer");
    const members = api.orgs.queries.members;
    expect(await as.query(members, { orgId })).toEqual([
      { memberId, name: "viewer", role: "viewer", status: "active", isAway: false, awayUntil: null, scope: null },
    ]);
    const { as: stranger } = await makeMember(t, await makeOrg(t, "Andere"), "admin", "stranger");
    expect(await errorOf(stranger.query(members, { orgId }))).toMatchObject({ code: "not_found" });
    expect(await errorOf(t.query(members, { orgId }))).toMatchObject({ code: "unauthenticated" });
  });

  it("lose access when suspended, and a second invitation does not bring it back", async () => {
    const orgId = await makeOrg(t);
    const { as, memberId } = await makeMember(t, orgId, "admin");
    await t.run(async (ctx) => await ctx.db.patch("members", memberId, { status: "suspended" }));
    await makeMember(t, orgId, "admin");
    expect(await errorOf(as.query(api.orgs.queries.members, { orgId }))).toMatchObject({ code: "not_found" });
    expect((await as.query(api.orgs.queries.me, {}))?.memberships).toEqual([]);
  });

  it("switch modules only with the permission, and never tickets off", async () => {
    const orgId = await makeOrg(t);
    const { as: admin } = await makeMember(t, orgId, "admin");
    const { as: manager } = await makeMember(t, orgId, "manager");
    const setModule = api.orgs.mutations.setModule;
    await admin.mutation(setModule, { orgId, module: "wizard", isOn: true });
    expect((await admin.query(api.orgs.queries.settings, { orgId })).modules).toMatchObject({
      wizard: true,
      tickets: true,
    });
    const off = { orgId, module: "tickets", isOn: false } as const;
    expect(await errorOf(admin.mutation(setModule, off))).toMatchObject({ code: "invalid", field: "module" });
    expect(await errorOf(manager.mutation(setModule, off))).toMatchObject({ code: "forbidden" });
  });
});

describe("invitations", () => {
  let orgId: Id<"organisations">;
  beforeEach(async () => {
    orgId = await makeOrg(t);
  });
  const EMAIL = "neu@haff.example";

  async function invite(role: "admin" | "agent", by: "admin" | "manager" = "admin") {
    const { as } = await makeMember(t, orgId, by);
    return await as.mutation(api.inbox.teams.invitations.mutations.invite, { orgId, email: EMAIL, role });
  }
  const accept = async (token: string, user = "neu") =>
    await t.withIdentity(localIdentity(user)).mutation(api.inbox.teams.invitations.mutations.accept, { token });

  it("bring the holder of the link in, once, in the role given", async () => {
    const { token } = await invite("agent");
    expect(await t.query(api.orgs.queries.invitation, { token })).toMatchObject({
      orgName: "Segelschule Haff",
      role: "agent",
    });
    expect(await accept(token)).toBe(orgId);
    const me = await t.withIdentity(localIdentity("neu")).query(api.orgs.queries.me, {});
    expect(me?.memberships).toMatchObject([{ orgId, role: "agent" }]);
    expect(await errorOf(accept(token, "zweite"))).toMatchObject({ code: "not_found" });
    expect(await t.query(api.orgs.queries.invitation, { token })).toBeNull();
  });

  it("are kept hashed", async () => {
    const { token } = await invite("agent");
    const stored = await t.run(async (ctx) => await ctx.db.query("invitations").take(500));
    expect(JSON.stringify(stored)).not.toContain(token);
    const { as } = await makeMember(t, orgId, "admin");
    const listed = await as.query(api.orgs.queries.invitations, { orgId });
    expect(listed).toMatchObject([{ email: EMAIL, role: "agent" }]);
    expect(JSON.stringify(listed)).not.toMatch(/token/i);
  });

  it("end after a week, and when withdrawn", async () => {
    const { token } = await invite("agent");
    const invitation = await t.run(async (ctx) => await ctx.db.query("invitations").first());
    await t.run(async (ctx) => await ctx.db.patch("invitations", invitation!._id, { expiresAt: Date.now() - 1 }));
    expect(await errorOf(accept(token))).toMatchObject({ code: "conflict" });
    const { as } = await makeMember(t, orgId, "admin");
    await as.mutation(api.inbox.teams.invitations.mutations.withdraw, { orgId, invitationId: invitation!._id });
    expect(await errorOf(accept(token))).toMatchObject({ code: "not_found" });
  });

  it("are declined without an account: the link opens nothing any more, the inviter sees it and may invite again", async () => {
    const { token } = await invite("agent");
    const decline = api.inbox.teams.invitations.mutations.decline;
    await t.mutation(decline, { token: "wrong" });
    expect(await t.query(api.orgs.queries.invitation, { token })).not.toBeNull();
    await t.mutation(decline, { token });
    await t.mutation(decline, { token });
    expect(await t.query(api.orgs.queries.invitation, { token })).toBeNull();
    expect(await errorOf(accept(token))).toMatchObject({ code: "not_found" });
    const { as } = await makeMember(t, orgId, "admin");
    expect(await as.query(api.orgs.queries.invitations, { orgId })).toMatchObject([{ email: EMAIL, isDeclined: true }]);
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(500));
    expect(entries.filter(({ action }) => action === "invitation.declined")).toHaveLength(1);
    const again = await as.mutation(api.inbox.teams.invitations.mutations.invite, {
      orgId,
      email: EMAIL,
      role: "agent",
    });
    expect(await as.query(api.orgs.queries.invitations, { orgId })).toMatchObject([
      { email: EMAIL, isDeclined: false },
    ]);
    expect(await accept(again.token)).toBe(orgId);
  });

  it("give no role above the inviter's own, and go to addresses only", async () => {
    expect(await errorOf(invite("admin", "manager"))).toMatchObject({ code: "forbidden", field: "role" });
    const { as } = await makeMember(t, orgId, "admin");
    const wrong = as.mutation(api.inbox.teams.invitations.mutations.invite, { orgId, email: "neu", role: "agent" });
    expect(await errorOf(wrong)).toMatchObject({ code: "invalid", field: "email" });
  });

  it("are managed in one's own organisation only", async () => {
    await invite("agent");
    const invitationId = (await t.run(async (ctx) => await ctx.db.query("invitations").first()))!._id;
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    const withdraw = api.inbox.teams.invitations.mutations.withdraw;
    expect(await errorOf(stranger.mutation(withdraw, { orgId: other, invitationId }))).toMatchObject({
      code: "not_found",
    });
    const { as: agent } = await makeMember(t, orgId, "agent");
    expect(await errorOf(agent.query(api.orgs.queries.invitations, { orgId }))).toMatchObject({ code: "forbidden" });
  });
});

describe("the demo sign-in", () => {
  it("is told only while a demo workspace exists", async () => {
    await makeOrg(t);
    expect(await t.query(api.orgs.queries.demo, {})).toBeNull();
    const fields = { name: "Demo", timezone: "Europe/Berlin", isDemo: true };
    const orgId = await t.run(async (ctx) => await model.createOrganisation(ctx, fields));
    expect(await t.query(api.orgs.queries.demo, {})).toEqual(DEMO_SIGN_IN);
    await t.run(async (ctx) => await ctx.db.delete("organisations", orgId));
    expect(await t.query(api.orgs.queries.demo, {})).toBeNull();
  });
});

it("gives mails a name and an imprint, set or not", async () => {
  const brand = { accentColor: "#0f5c7a", imprint: ["Haff GmbH", "Am Hafen 3"] };
  const org = await t.run(async (ctx) => {
    const fields = { name: "Haff", timezone: "Europe/Berlin", brand };
    return await model.requireOrg(ctx, await model.createOrganisation(ctx, fields));
  });
  expect(model.brandOf(org)).toEqual({ name: "Haff", ...brand });
  expect(model.brandOf({ ...org, brand: undefined })).toEqual({ name: "Haff", imprint: ["Haff"] });
});

it.each([
  ["Segelschule Müller & Söhne", "segelschule-mueller-soehne"],
  ["  Café Zürich  ", "cafe-zuerich"],
  ["帆船", "workspace"],
  ["x".repeat(60), "x".repeat(48)],
])("makes a slug of %j", (name, slug) => expect(slugOf(name)).toBe(slug));

it("gives every role what a weaker reader has, and admins everything", () => {
  for (const role of ROLES) expect(can(role, "inbox.read")).toBe(true);
  for (const permission of PERMISSIONS) expect(can("admin", permission)).toBe(true);
  expect(can("viewer", "inbox.reply")).toBe(false);
});
