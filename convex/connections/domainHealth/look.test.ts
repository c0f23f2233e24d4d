import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, asAdmin, inMutation, makeWorkspace, runJobs, type Convex } from "../../../tests/support/delivery";
import { errorOf } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { removeAccount } from "../accounts/model";
import { createConnection, requireConnection } from "../model";
import type { Lookup } from "./facts";

const dns = vi.hoisted(() => ({ txt: new Map<string, Lookup>(), asked: 0, during: () => Promise.resolve() }));
vi.mock("./nodeResolver", () => ({
  nodeResolver: () => ({
    txt: async (name: string) => {
      dns.asked += 1;
      await dns.during();
      return dns.txt.get(name) ?? { kind: "none" };
    },
    mx: () => Promise.resolve({ kind: "found", values: ["mx.haff.example"] }),
    isAlive: () => Promise.resolve(true),
  }),
}));

const NOW = Date.UTC(2026, 10, 20, 10, 0, 0);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  dns.txt = new Map([["haff.example", { kind: "found", values: ["v=spf1 mx -all"] }]]);
  dns.asked = 0;
  dns.during = () => Promise.resolve();
});
afterEach(() => {
  vi.useRealTimers();
});

async function setup() {
  const t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  const connect = (provider: "smtp" | "sandbox", fromAddress: string) =>
    inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "email", provider, name: provider, settings: { fromAddress } }),
    );
  return { t, orgId, workspace, connect, connectionId: await connect("smtp", "info@haff.example") };
}

const rows = async (t: Convex) => await allRows(t, "domainHealth");
const spfOf = (row: Awaited<ReturnType<typeof rows>>[number] | undefined) =>
  row?.checks.find(({ record }) => record === "spf")?.status;

describe("a look at a sender domain", () => {
  it("is started by a wish and answers on the row", async () => {
    const { t, orgId, connectionId } = await setup();
    await asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    expect(await asAdmin(t).query(api.connections.domainHealth.queries.list, { orgId })).toEqual([
      { connectionId, domain: "haff.example", checks: [], checkedAt: undefined, isRunning: true },
    ]);
    await runJobs(t);
    const [health] = await asAdmin(t).query(api.connections.domainHealth.queries.list, { orgId });
    expect(health).toMatchObject({ domain: "haff.example", isRunning: false, checkedAt: expect.any(Number) as number });
    expect(health?.checks.map(({ record, status }) => [record, status])).toEqual([
      ["spf", "pass"],
      ["dkim", "unknown"],
      ["dmarc", "fail"],
      ["mx", "pass"],
    ]);
  });

  it("shows the last answer while the next one is awaited", async () => {
    const { t, orgId, connectionId } = await setup();
    const check = () => asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    await check();
    await runJobs(t);
    dns.txt.clear();
    await check();
    expect((await rows(t)).map((row) => [spfOf(row), row.runningSince !== undefined])).toEqual([["pass", true]]);
    await runJobs(t);
    expect((await rows(t)).map((row) => [spfOf(row), row.runningSince !== undefined])).toEqual([["fail", false]]);
  });

  it("that was overtaken by a newer one, or by another sender, writes nothing", async () => {
    const { t, orgId, connectionId } = await setup();
    const args = { connectionId, startedAt: NOW - 1, domain: "haff.example", checks: [] };
    await asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    await t.mutation(internal.connections.domainHealth.jobs.finish, args);
    expect((await rows(t))[0]).toMatchObject({ runningSince: NOW });
    await t.mutation(internal.connections.domainHealth.jobs.finish, {
      ...args,
      startedAt: NOW,
      domain: "other.example",
    });
    expect((await rows(t))[0]).toMatchObject({ runningSince: NOW });
  });

  it("forgets what was found about another domain", async () => {
    const { t, orgId, connectionId } = await setup();
    await asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    await runJobs(t);
    await inMutation(t, (ctx) =>
      ctx.db.patch("connections", connectionId, { settings: { fromAddress: "a@other.example" } }),
    );
    await asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    expect((await rows(t))[0]).toMatchObject({ domain: "other.example", checks: [] });
  });

  it("ends quietly when the connection is removed meanwhile", async () => {
    const { t, orgId, connectionId } = await setup();
    await asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId });
    const remove = (id: Id<"connections">) =>
      inMutation(t, async (ctx) => {
        const connection = await requireConnection(ctx, orgId, id);
        await removeAccount(ctx, connection);
      });
    await remove(connectionId);
    await runJobs(t);
    expect(await rows(t)).toEqual([]);
  });

  it("is refused where there is no domain", async () => {
    const { t, orgId, workspace, connect } = await setup();
    const nameless = await connect("smtp", "");
    for (const connectionId of [workspace.connections.sms, workspace.connections.email, nameless]) {
      const error = await errorOf(
        asAdmin(t).mutation(api.connections.domainHealth.mutations.check, { orgId, connectionId }),
      );
      expect(error).toMatchObject({ code: "invalid", field: "connectionId" });
    }
    expect(await rows(t)).toEqual([]);
  });
});

describe("the daily look", () => {
  it("visits every sender domain in use, over all pages, and no other connection", async () => {
    const { t, connect, connectionId } = await setup();
    for (let i = 0; i < 70; i++) await connect("smtp", `info@d${i}.example`);
    await inMutation(t, (ctx) => ctx.db.patch("connections", connectionId, { isEnabled: false }));
    await t.mutation(internal.connections.domainHealth.jobs.lookAtAll, {});
    await runJobs(t);
    const all = await rows(t);
    expect(all).toHaveLength(70);
    expect(all.every(({ checks, runningSince }) => checks.length === 4 && runningSince === undefined)).toBe(true);
  });
});
