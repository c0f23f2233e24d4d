import { exportPKCS8, generateKeyPair } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { createConnection } from "../../convex/connections/model";
import type { Role } from "../../convex/lib/permissions";
import { DEMO_SIGN_IN } from "../../convex/orgs/demo";
import { addMember, createOrganisation, ensurePerson } from "../../convex/orgs/model";
import { setupConvex } from "../support/convex.ts";
import { allRows } from "../support/delivery.ts";
import { errorOf } from "../support/members.ts";
import { startSmtpServer } from "../support/smtp.ts";
import { until } from "../support/until.ts";

// Forgotten and changed passwords, with a real SMTP server. Every attempt hashes a password, which is slow on purpose.
vi.setConfig({ testTimeout: 60_000 });

const OLD = "Wind und Wellen";
const NEW = "Sand und Strand";

let t: ReturnType<typeof setupConvex>;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;

beforeAll(async () => {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  vi.stubEnv("JWT_PRIVATE_KEY", await exportPKCS8(privateKey));
  vi.stubEnv("AUTH_LOG_LEVEL", "ERROR");
  vi.stubEnv("SMTP_ALLOW_PRIVATE", "true");
  vi.stubEnv("SITE_URL", "https://hub.example");
});
beforeEach(async () => {
  t = setupConvex();
  smtp = await startSmtpServer();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(async () => {
  await t.finishInProgressScheduledFunctions();
  vi.useRealTimers();
  vi.restoreAllMocks();
  await smtp.stop();
});

async function attempt(flow: string, params: Record<string, unknown>, as: Pick<typeof t, "action"> = t) {
  const { tokens } = await as.action(api.auth.signIn, { provider: "password", params: { ...params, flow } });
  const claims = JSON.parse(atob(tokens!.token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as {
    iss: string;
    sub: string;
  };
  return t.withIdentity({ issuer: claims.iss, subject: claims.sub, tokenIdentifier: `${claims.iss}|${claims.sub}` });
}
const signIn = (email: string, password: string) => attempt("signIn", { email, password });

/** Somebody with a local account, in the workspaces given. */
async function someone(name: string, places: [Id<"organisations">, Role][]) {
  const email = `${name.toLowerCase()}@haff.example`;
  const as = await attempt("signUp", { email, password: OLD, name });
  await as.mutation(api.orgs.mutations.ensurePerson, {});
  const memberIds = await t.run(async (ctx) => {
    const person = (await ctx.db.query("people").take(100)).find((row) => row.email === email)!;
    return await Promise.all(places.map(([orgId, role]) => addMember(ctx, { orgId, person, role })));
  });
  return { as, email, memberId: memberIds[0]! };
}

const workspace = async (name: string, isDemo = false) =>
  await t.run(
    async (ctx) => await createOrganisation(ctx, { name, timezone: "Europe/Berlin", locale: "de-DE", isDemo }),
  );

async function connectMail(orgId: Id<"organisations">, provider: "smtp" | "sandbox" = "smtp") {
  const settings = { host: "127.0.0.1", port: smtp.port, ignoreTls: true, fromAddress: "info@haff.example" };
  const account = { orgId, channel: "email", provider, name: "Mail", ratePerSecond: 5, settings, secrets: {} } as const;
  return await t.run(async (ctx) => await createConnection(ctx, account));
}

async function ask(email: string) {
  await t.mutation(api.inbox.teams.passwords.mutations.request, { email });
  // The job starts at once; sockets need the real clock.
  await until("the job is over", async () => {
    const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(100));
    return jobs.every(({ state }) => state.kind === "success") ? true : null;
  });
}

const tokenIn = (text: string | undefined) => /https:\/\/hub\.example\/reset\/([\w-]{43})/.exec(text ?? "")![1]!;
const actions = async () => (await allRows(t, "auditEntries")).map((row: Doc<"auditEntries">) => row.action);
const isIn = async (as: Awaited<ReturnType<typeof signIn>>) => (await as.query(api.orgs.queries.me, {})) !== null;

describe("a forgotten password", () => {
  it("is replaced by a mailed link, once; everybody who was signed in is out at once", async () => {
    const orgId = await workspace("Haff");
    await connectMail(orgId);
    const { as: earlier, email } = await someone("Erika", [[orgId, "agent"]]);
    await ask(" Erika@Haff.example ");
    const [received] = smtp.received;
    expect(received?.envelopeTo).toEqual([email]);
    expect(received?.mail.subject).toBe("Neues Passwort für Switchboard");
    const token = tokenIn(received?.mail.text);
    expect(JSON.stringify(await allRows(t, "passwordResets"))).not.toContain(token);
    expect(await allRows(t, "contacts")).toEqual([]);
    expect(await allRows(t, "messageQueue")).toEqual([]);
    expect(await t.query(api.inbox.teams.passwords.queries.reset, { token })).toEqual({ email });

    expect(await errorOf(attempt("reset", { token, password: "kurz" }))).toMatchObject({ field: "password" });
    expect(await isIn(earlier)).toBe(true);
    const now = await attempt("reset", { token, password: NEW });
    expect(await isIn(now)).toBe(true);
    expect(await isIn(earlier)).toBe(false);
    expect(await errorOf(signIn(email, OLD))).toMatchObject({ code: "unauthenticated" });
    await signIn(email, NEW);
    expect(await errorOf(attempt("reset", { token, password: OLD }))).toMatchObject({ code: "not_found" });
    expect(await t.query(api.inbox.teams.passwords.queries.reset, { token })).toBeNull();
    expect(await actions()).toEqual(["password.link_mailed", "password.reset"]);
  });

  it("is answered alike for an unknown address, and nothing is sent", async () => {
    const orgId = await workspace("Haff");
    await connectMail(orgId);
    const call = t.mutation(api.inbox.teams.passwords.mutations.request, { email: "niemand@haff.example" });
    expect(await call).toBeNull();
    await ask("niemand@haff.example");
    expect(smtp.received).toEqual([]);
    expect(await allRows(t, "passwordResets")).toEqual([]);
    await ask("niemand@haff.example");
    const again = t.mutation(api.inbox.teams.passwords.mutations.request, { email: "niemand@haff.example" });
    expect(await errorOf(again)).toMatchObject({ code: "rate_limited" });
  });

  it("has a link that is open for an hour, and only the newest one", async () => {
    const orgId = await workspace("Haff");
    await connectMail(orgId);
    const { email } = await someone("Erika", [[orgId, "agent"]]);
    await ask(email);
    await ask(email);
    const [first, second] = smtp.received.map(({ mail }) => tokenIn(mail.text));
    expect(await t.query(api.inbox.teams.passwords.queries.reset, { token: first! })).toBeNull();
    vi.useFakeTimers({ now: Date.now() + 60 * 60_000, toFake: ["Date"] });
    expect(await errorOf(attempt("reset", { token: second!, password: NEW }))).toMatchObject({ code: "not_found" });
  });

  it("goes through no account whose mails others of the team read, nor another workspace's admins", async () => {
    const sandboxed = await workspace("Probe");
    await connectMail(sandboxed, "sandbox");
    const { email } = await someone("Erika", [[sandboxed, "agent"]]);
    await ask(email);
    const [one, two] = [await workspace("Eins"), await workspace("Zwei")];
    await connectMail(one);
    const both = await someone("Bela", [
      [one, "agent"],
      [two, "admin"],
    ]);
    await ask(both.email);
    expect(smtp.received).toEqual([]);
    expect(await allRows(t, "sandboxMessages")).toEqual([]);
    await connectMail(two);
    await ask(both.email);
    expect(smtp.received.map(({ envelopeTo }) => envelopeTo)).toEqual([[both.email]]);
  });

  it("is tried with the next account when one refuses", async () => {
    const orgId = await workspace("Haff");
    const broken = await connectMail(orgId);
    await t.run(async (ctx) => {
      const { settings } = (await ctx.db.get("connections", broken))!;
      await ctx.db.patch("connections", broken, { settings: { ...settings, port: 1 } });
    });
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await connectMail(orgId);
    const { email } = await someone("Erika", [[orgId, "agent"]]);
    await ask(email);
    expect(smtp.received).toHaveLength(1);
  });
});

describe("a link made for somebody", () => {
  const make = (as: Awaited<ReturnType<typeof signIn>>, orgId: Id<"organisations">, memberId: Id<"members">) =>
    as.mutation(api.inbox.teams.passwords.mutations.makeLink, { orgId, memberId });

  it("is an admin's to make, for members of this workspace alone", async () => {
    const [orgId, other] = [await workspace("Haff"), await workspace("Anderswo")];
    const admin = await someone("Anna", [[orgId, "admin"]]);
    const manager = await someone("Max", [[orgId, "manager"]]);
    const agent = await someone("Ben", [[orgId, "agent"]]);
    const both = await someone("Bela", [
      [orgId, "agent"],
      [other, "agent"],
    ]);
    expect(await errorOf(make(manager.as, orgId, agent.memberId))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(make(admin.as, orgId, admin.memberId))).toMatchObject({ code: "conflict" });
    expect(await errorOf(make(admin.as, orgId, both.memberId))).toMatchObject({ code: "conflict" });
    const { token } = await make(admin.as, orgId, agent.memberId);
    await attempt("reset", { token, password: NEW });
    await signIn(agent.email, NEW);
    expect(await isIn(agent.as)).toBe(false);
    expect(await actions()).toEqual(["password.link_made", "password.reset"]);
  });

  it("opens nothing once the person has joined another workspace", async () => {
    const [orgId, other] = [await workspace("Haff"), await workspace("Anderswo")];
    const admin = await someone("Anna", [[orgId, "admin"]]);
    const agent = await someone("Ben", [[orgId, "agent"]]);
    const { token } = await make(admin.as, orgId, agent.memberId);
    await t.run(async (ctx) => {
      const { personId } = (await ctx.db.get("members", agent.memberId))!;
      const person = (await ctx.db.get("people", personId))!;
      await addMember(ctx, { orgId: other, person, role: "viewer" });
    });
    expect(await errorOf(attempt("reset", { token, password: NEW }))).toMatchObject({ code: "not_found" });
    await signIn(agent.email, OLD);
  });

  it("is not made in the demo, nor for who has no password here", async () => {
    const [orgId, demo] = [await workspace("Haff"), await workspace("Demo", true)];
    const admin = await someone("Anna", [
      [orgId, "admin"],
      [demo, "admin"],
    ]);
    const guest = await someone("Gast", [[demo, "agent"]]);
    expect(await errorOf(make(admin.as, demo, guest.memberId))).toMatchObject({ code: "forbidden" });
    const clerkMember = await t.run(async (ctx) => {
      const person = await ensurePerson(ctx, { authKey: "clerk:user_1", name: "Clara" });
      return await addMember(ctx, { orgId, person, role: "agent" });
    });
    expect(await errorOf(make(admin.as, orgId, clerkMember))).toMatchObject({ code: "invalid" });
  });

  it("is printed at the console for a lone admin", async () => {
    const orgId = await workspace("Haff");
    const admin = await someone("Anna", [[orgId, "admin"]]);
    const { url } = await t.mutation(internal.inbox.teams.passwords.jobs.makeLink, { email: admin.email });
    await attempt("reset", { token: tokenIn(url), password: NEW });
    await signIn(admin.email, NEW);
    const nobody = t.mutation(internal.inbox.teams.passwords.jobs.makeLink, { email: DEMO_SIGN_IN.email });
    expect(await errorOf(nobody)).toMatchObject({ code: "not_found" });
  });
});

describe("changing one's own password", () => {
  it("asks for the current one and ends the other sessions only", async () => {
    const orgId = await workspace("Haff");
    const { as: elsewhere, email } = await someone("Erika", [[orgId, "agent"]]);
    const here = await signIn(email, OLD);
    const change = (current: string, password: string) => attempt("change", { current, password }, here);
    expect(await errorOf(change("falsch", NEW))).toMatchObject({ code: "invalid", field: "current" });
    expect(await errorOf(change(OLD, "kurz"))).toMatchObject({ code: "invalid", field: "password" });
    expect(await isIn(elsewhere)).toBe(true);
    expect(await isIn(await change(OLD, NEW))).toBe(true);
    expect(await isIn(here)).toBe(true);
    expect(await isIn(elsewhere)).toBe(false);
    expect(await errorOf(signIn(email, OLD))).toMatchObject({ code: "unauthenticated" });
    await signIn(email, NEW);
    expect(await actions()).toEqual(["password.changed"]);
  });

  it("is nothing for strangers", async () => {
    expect(await errorOf(attempt("change", { current: OLD, password: NEW }))).toMatchObject({ code: "forbidden" });
  });
});
