import { beforeEach, describe, expect, it } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import * as model from "./model";
import type { Breaker } from "./schema";

const NOW = Date.parse("2026-05-01T10:00:00Z");

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let connectionId: Id<"connections">;

beforeEach(async () => {
  t = setupConvex();
  orgId = await makeOrg(t);
  connectionId = await create("Sandbox");
});

async function create(name: string, secrets?: Record<string, string>) {
  return await t.run(
    async (ctx) => await model.createConnection(ctx, { orgId, channel: "email", provider: "sandbox", name, secrets }),
  );
}

const save = async (next: Breaker) =>
  await t.run(async (ctx) => {
    await model.saveBreaker(ctx, await model.requireConnection(ctx, orgId, connectionId), next);
  });
const breaker = async () =>
  await t.run(async (ctx) => (await model.requireConnection(ctx, orgId, connectionId)).breaker);

it("keep what their breaker became, and write nothing when it stays as it is", async () => {
  const open = { kind: "open", until: NOW, reason: "503", times: 1 } as const;
  await save(open);
  expect(await breaker()).toEqual(open);
  await save({ kind: "closed", failures: 0 });
  expect(await breaker()).toEqual({ kind: "closed", failures: 0 });
});

it("are tried in the order they were made", async () => {
  const second = await create("Zweite");
  const ids = await t.run(async (ctx) => (await model.connectionsFor(ctx, orgId, "email")).map((row) => row._id));
  expect(ids).toEqual([connectionId, second]);
  expect(await t.run(async (ctx) => await model.connectionsFor(ctx, orgId, "sms"))).toEqual([]);
});

it("show neither secrets nor their cipher to anybody", async () => {
  const id = await create("SMTP", { password: "geheim" });
  const { as } = await makeMember(t, orgId, "manager");
  const shown = await as.query(api.connections.queries.list, { orgId });
  expect(shown.find((connection) => connection.id === id)).toMatchObject({
    hasSecrets: true,
    breaker: { kind: "closed" },
  });
  expect(JSON.stringify(shown)).not.toMatch(/geheim|encrypted|v1\./);
  const stored = await t.run(async (ctx) => await model.requireConnection(ctx, orgId, id));
  expect(stored.encryptedSecrets).not.toContain("geheim");
  expect(await model.secretsOf(stored)).toEqual({ password: "geheim" });
});

describe("access", () => {
  it("needs the permission, and the connection to be one's own", async () => {
    const { as: agent } = await makeMember(t, orgId, "agent");
    const { as: manager } = await makeMember(t, orgId, "manager");
    const reset = api.connections.mutations.resetBreaker;
    expect(await errorOf(agent.query(api.connections.queries.list, { orgId }))).toMatchObject({ code: "forbidden" });
    expect(await errorOf(manager.mutation(reset, { orgId, connectionId }))).toMatchObject({ code: "forbidden" });
    const other = await makeOrg(t, "Andere");
    const { as: stranger } = await makeMember(t, other, "admin", "stranger");
    expect(await errorOf(stranger.mutation(reset, { orgId: other, connectionId }))).toMatchObject({
      code: "not_found",
    });
  });

  it("lets an admin close a breaker by hand, and records who did", async () => {
    await save({ kind: "open", until: NOW, reason: "503", times: 1 });
    const { as, memberId } = await makeMember(t, orgId, "admin");
    await as.mutation(api.connections.mutations.resetBreaker, { orgId, connectionId });
    expect(await breaker()).toEqual({ kind: "closed", failures: 0 });
    const paginationOpts = { numItems: 5, cursor: null };
    const subject = { table: "connections", id: connectionId };
    const { page } = await as.query(api.audit.queries.list, { orgId, subject, paginationOpts });
    expect(page).toMatchObject([{ action: "connection.breaker_reset", actor: { kind: "member", memberId } }]);
  });
});

describe("channels", () => {
  const channel = { channelType: "email_outlook", channelName: "Info", isActive: true } as const;
  const address = "info@haff-segeln.example";

  it("are found by type and by address", async () => {
    const id = await t.run(async (ctx) => await model.createChannel(ctx, { orgId, ...channel, address }));
    await t.run(
      async (ctx) => await model.createChannel(ctx, { orgId, ...channel, channelName: "Alt", isActive: false }),
    );
    const found = await t.run(async (ctx) => ({
      byType: (await model.channelFor(ctx, orgId, "email_outlook"))?._id,
      none: await model.channelFor(ctx, orgId, "sms"),
      byAddress: (await model.channelByAddress(ctx, address))?._id,
      byLink: (await model.getChannelByPublicId(ctx, id))?._id,
      byNonsense: await model.getChannelByPublicId(ctx, "nonsense"),
    }));
    expect(found).toEqual({ byType: id, none: null, byAddress: id, byLink: id, byNonsense: null });
  });

  it("do not share an address, and belong to one organisation", async () => {
    const id = await t.run(async (ctx) => await model.createChannel(ctx, { orgId, ...channel, address }));
    const other = await makeOrg(t, "Andere");
    const second = t.run(async (ctx) => await model.createChannel(ctx, { orgId: other, ...channel, address }));
    expect(await errorOf(second)).toMatchObject({ code: "conflict", field: "address" });
    const foreign = t.run(async (ctx) => await model.requireChannel(ctx, other, id));
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  });
});
