import { describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { secretsOf } from "../model";

const FIELDS = {
  name: "Resend",
  settings: { fromAddress: "info@haff.example" },
  secrets: { apiKey: "re_secret" },
  ratePerSecond: 5,
  priceMicros: 400,
  weight: 1,
};
const RESEND = { channel: "email", provider: "resend", ...FIELDS } as const;

async function setup() {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const { as } = await makeMember(t, orgId);
  const row = async (id: Id<"connections">) => await t.run(async (ctx) => await ctx.db.get("connections", id));
  const secrets = async (id: Id<"connections">) => {
    const connection = await row(id);
    return connection === null ? null : await secretsOf(connection);
  };
  return { t, orgId, as, row, secrets };
}

const accounts = api.connections.accounts.mutations;

describe("provider accounts", () => {
  it("are added with the catalogue's defaults, their secrets encrypted", async () => {
    const { orgId, as, row, secrets } = await setup();
    const id = await as.mutation(accounts.add, { orgId, ...RESEND });
    expect(await row(id)).toMatchObject({ settings: { baseUrl: "https://api.resend.com" }, order: 1, weight: 1 });
    expect(JSON.stringify(await row(id))).not.toContain("re_secret");
    expect(await secrets(id)).toEqual({ apiKey: "re_secret" });
  });

  it("never show a secret to the browser", async () => {
    const { orgId, as } = await setup();
    await as.mutation(accounts.add, { orgId, ...RESEND });
    const list = await as.query(api.connections.queries.list, { orgId });
    expect(list).toMatchObject([{ name: "Resend", hasSecrets: true, storedSecrets: ["apiKey"] }]);
    expect(JSON.stringify(list)).not.toContain("re_secret");
    expect(JSON.stringify(list)).not.toContain("v1.");
  });

  it("keep secrets that are not named, take new ones, drop empty ones", async () => {
    const { orgId, as, secrets } = await setup();
    const connectionId = await as.mutation(accounts.add, { orgId, ...RESEND });
    await as.mutation(accounts.change, { orgId, connectionId, ...FIELDS, secrets: { webhookSecret: "whsec_1" } });
    expect(await secrets(connectionId)).toEqual({ apiKey: "re_secret", webhookSecret: "whsec_1" });
    await as.mutation(accounts.change, { orgId, connectionId, ...FIELDS, secrets: { webhookSecret: "" } });
    expect(await secrets(connectionId)).toEqual({ apiKey: "re_secret" });
  });

  it.each([
    [{ settings: {} }, "settings.fromAddress"],
    [{ secrets: {} }, "secrets.apiKey"],
    [{ name: " " }, "name"],
    [{ ratePerSecond: 0 }, "ratePerSecond"],
    [{ priceMicros: -1 }, "priceMicros"],
    [{ weight: 0 }, "weight"],
  ])("name the field at fault in %j", async (over, field) => {
    const { orgId, as } = await setup();
    expect(await errorOf(as.mutation(accounts.add, { orgId, ...RESEND, ...over }))).toMatchObject({
      code: "invalid",
      field,
    });
  });

  it("are put in order only as a whole", async () => {
    const { orgId, as } = await setup();
    const first = await as.mutation(accounts.add, { orgId, ...RESEND });
    const second = await as.mutation(accounts.add, { orgId, ...RESEND, name: "Second" });
    await as.mutation(accounts.reorder, { orgId, channel: "email", connectionIds: [second, first] });
    const list = await as.query(api.connections.queries.list, { orgId });
    expect(list.map(({ name }) => name)).toEqual(["Second", "Resend"]);
    const partial = as.mutation(accounts.reorder, { orgId, channel: "email", connectionIds: [first] });
    expect((await errorOf(partial)).code).toBe("conflict");
  });

  it("can be switched off and removed; a channel that used one is left without", async () => {
    const { t, orgId, as, row } = await setup();
    const connectionId = await as.mutation(accounts.add, { orgId, ...RESEND });
    await as.mutation(accounts.setEnabled, { orgId, connectionId, isEnabled: false });
    expect((await row(connectionId))?.isEnabled).toBe(false);
    const channelId = await t.run(
      async (ctx) =>
        await ctx.db.insert("channels", {
          orgId,
          channelType: "email_outlook",
          channelName: "Mail",
          isActive: true,
          connectionId,
        }),
    );
    await as.mutation(accounts.remove, { orgId, connectionId });
    expect(await row(connectionId)).toBeNull();
    expect((await t.run(async (ctx) => await ctx.db.get("channels", channelId)))?.connectionId).toBeUndefined();
  });

  it("leave a trace of who changed what, without the secret", async () => {
    const { t, orgId, as } = await setup();
    const connectionId = await as.mutation(accounts.add, { orgId, ...RESEND });
    await as.mutation(accounts.change, { orgId, connectionId, ...FIELDS, secrets: { apiKey: "re_second" } });
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(10));
    expect(entries.map(({ action }) => action)).toEqual(["connection.added", "connection.changed"]);
    expect(entries[1]?.details).toEqual({ rotated: "apiKey" });
  });

  it("are the admins' business", async () => {
    const { t, orgId } = await setup();
    const { as: manager } = await makeMember(t, orgId, "manager");
    expect((await errorOf(manager.mutation(accounts.add, { orgId, ...RESEND }))).code).toBe("forbidden");
  });
});

describe("checking an account", () => {
  it("asks the provider in a job and shows its answer", async () => {
    vi.useFakeTimers();
    const { t, orgId, as, row } = await setup();
    const connectionId = await t.run(
      async (ctx) =>
        await ctx.db.insert("connections", {
          orgId,
          channel: "email",
          provider: "sandbox",
          name: "Sandbox",
          isEnabled: true,
          order: 1,
          settings: {},
          breaker: { kind: "closed", failures: 0 },
          ratePerSecond: 1,
          priceMicros: 0,
        }),
    );
    await as.mutation(api.delivery.checks.mutations.check, { orgId, connectionId });
    expect((await row(connectionId))?.check?.kind).toBe("running");
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect((await row(connectionId))?.check?.kind).toBe("ok");
    vi.useRealTimers();
  });
});
