import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { asAdmin, inMutation, makeWorkspace, NOON, queueText } from "../../../tests/support/delivery";
import { errorOf, makeMember } from "../../../tests/support/members";
import { MONDAY_10, goTo, setUp, settle, writes, FRIDAY } from "../../../tests/support/sla";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { requireMessage, setState } from "../../delivery/model";
import { emit, requireEvent } from "../../events/model";
import type { EventKind } from "../../events/schema";
import { HOUR_MS } from "../../lib/time";
import { queueEvent, recordTry } from "./deliveries/model";
import { GIVE_UP_AFTER_MS } from "./schedule";

const { mutations, queries } = api.api.webhooks;
const FIELDS = { url: "https://hooks.example.org/in", description: "Shop", kinds: ["message.sent" as const] };

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

async function withEndpoint() {
  const t = setupConvex();
  const { orgId } = await makeWorkspace(t);
  const admin = asAdmin(t);
  const { endpointId, secret } = await admin.mutation(mutations.add, { orgId, ...FIELDS });
  const happen = async (kind: EventKind) => {
    await inMutation(t, async (ctx) => {
      const eventId = await emit(ctx, { orgId, kind, subject: { contactId: "c1" }, payload: { channel: "sms" } });
      await queueEvent(ctx, await requireEvent(ctx, eventId));
    });
  };
  const rows = async () => await t.run(async (ctx) => await ctx.db.query("webhookDeliveries").take(10));
  const endpoint = async () => await t.run(async (ctx) => await ctx.db.get("webhookEndpoints", endpointId));
  const tried = async (status: number | null, at = NOON) => {
    const [row] = await rows();
    if (row === undefined) throw new Error("Nothing was queued.");
    await inMutation(t, (ctx) => recordTry(ctx, row._id, { at, status, ms: 5 }, undefined));
  };
  return { t, orgId, admin, endpointId, secret, happen, rows, endpoint, tried };
}

describe("endpoints", () => {
  it("show their secret once and never again", async () => {
    const { t, orgId, admin, secret } = await withEndpoint();
    expect(secret).toMatch(/^whsec_/);
    const list = await admin.query(queries.endpoints, { orgId });
    expect(list).toMatchObject([{ ...FIELDS, isEnabled: true }]);
    expect(JSON.stringify(list)).not.toContain(secret);
    expect(JSON.stringify(await t.run((ctx) => ctx.db.query("webhookEndpoints").take(1)))).not.toContain(secret);
  });

  it.each([
    [{ url: "http://example.org" }, "url"],
    [{ url: "https://10.0.0.1/" }, "url"],
    [{ kinds: [] }, "kinds"],
    [{ description: "x".repeat(201) }, "description"],
  ])("refuse %j", async (over, field) => {
    const { orgId, admin } = await withEndpoint();
    const refused = admin.mutation(mutations.add, { orgId, ...FIELDS, ...over });
    expect(await errorOf(refused)).toMatchObject({ code: "invalid", field });
  });

  it("are admins' business", async () => {
    const { t, orgId } = await withEndpoint();
    const { as } = await makeMember(t, orgId, "agent", "agent");
    expect((await errorOf(as.mutation(mutations.add, { orgId, ...FIELDS }))).code).toBe("forbidden");
  });

  it("make events reach the reaction, and the last one gone makes them stop", async () => {
    const { t, orgId, admin, endpointId } = await withEndpoint();
    const listening = async () => await t.run(async (ctx) => await ctx.db.query("eventListeners").take(5));
    expect(await listening()).toMatchObject([{ reaction: "api.onEvent" }]);
    await admin.mutation(mutations.remove, { orgId, endpointId });
    expect(await listening()).toEqual([]);
  });
});

describe("what happens to conversations, tasks and deadlines", () => {
  it("is told to who wants it, by its own kind", async () => {
    vi.setSystemTime(FRIDAY);
    const t = setupConvex();
    const inbox = await setUp(t);
    const { orgId, as } = inbox;
    const kinds = [
      "task.created" as const,
      "task.updated" as const,
      "task.completed" as const,
      "sla.stage" as const,
      "sla.overdue" as const,
      "sla.ended" as const,
      "thread.status_changed" as const,
    ];
    await as.mutation(mutations.add, { orgId, ...FIELDS, kinds });
    const threadId = await writes(t, inbox, "m1");
    await goTo(t, MONDAY_10 + 1);
    const reply = { orgId, threadId, text: "Gern.", close: false, clientId: "c1" };
    await as.mutation(api.inbox.mutations.reply, reply);
    const said = { title: "Anrufen", description: "", taskType: "callback", priority: "normal" } as const;
    const taskId = await as.mutation(api.tasks.mutations.create, { orgId, ...said });
    await as.mutation(api.tasks.mutations.change, { orgId, taskId, priority: "high" });
    await as.mutation(api.tasks.mutations.change, { orgId, taskId, status: "completed" });
    await settle(t);
    const rows = await t.run(async (ctx) => await ctx.db.query("webhookDeliveries").take(50));
    const told = (kind: string) =>
      rows.filter((row) => row.kind === kind).map(({ body }) => (JSON.parse(body) as { data: unknown }).data);
    expect(told("sla.stage")).toHaveLength(3);
    expect(told("sla.overdue")).toMatchObject([{ threadId, clock: "first_response", dueAt: MONDAY_10 }]);
    expect(told("sla.ended")).toMatchObject([{ threadId, outcome: "missed" }]);
    expect(told("thread.status_changed")).toMatchObject([{ threadId, from: "open", to: "waiting_customer" }]);
    // One is the missed deadline's.
    expect(told("task.created")).toMatchObject([
      { threadId, by: null },
      { taskId, title: "Anrufen" },
    ]);
    expect(told("task.updated")).toMatchObject([
      { taskId, status: "open", priority: "high" },
      { taskId, status: "completed", statusBefore: "open" },
    ]);
    expect(told("task.completed")).toMatchObject([{ taskId }]);
  });
});

describe("deliveries", () => {
  it("are queued once for each endpoint that wants the kind", async () => {
    const { happen, rows } = await withEndpoint();
    await happen("message.sent");
    await happen("message.failed");
    const [row, ...others] = await rows();
    expect(others).toEqual([]);
    expect(JSON.parse(row?.body ?? "")).toEqual({
      type: "message.sent",
      timestamp: new Date(NOON).toISOString(),
      data: { contactId: "c1", channel: "sms" },
    });
  });

  it("tell of a message whose outcome nobody knows, with the message as the REST API shows it", async () => {
    const t = setupConvex();
    const workspace = await makeWorkspace(t);
    const { orgId } = workspace;
    await asAdmin(t).mutation(mutations.add, { orgId, ...FIELDS, kinds: ["message.unknown"] });
    const { queueId } = await queueText(t, workspace);
    await inMutation(t, async (ctx) => {
      await setState(ctx, await requireMessage(ctx, orgId, queueId), { kind: "unknown", at: NOON, reason: "reset" });
      for (const event of await ctx.db.query("domainEvents").take(10)) await queueEvent(ctx, event);
    });
    const [row, ...others] = await t.run(async (ctx) => await ctx.db.query("webhookDeliveries").take(10));
    expect(others).toEqual([]);
    const body = JSON.parse(row?.body ?? "") as { type: string; data: { message: unknown } };
    expect(body).toMatchObject({ type: "message.unknown", data: { message: { id: queueId, status: "unknown" } } });
  });

  it("follow the schedule after a failure and end after success", async () => {
    const { happen, rows, tried } = await withEndpoint();
    await happen("message.sent");
    await tried(500);
    expect((await rows())[0]?.state).toMatchObject({ kind: "waiting" });
    await tried(204);
    expect((await rows())[0]).toMatchObject({
      state: { kind: "delivered" },
      tries: [{ status: 500 }, { status: 204 }],
    });
    await tried(500);
    expect((await rows())[0]?.tries).toHaveLength(2);
  });

  it("switch the endpoint off when it is gone", async () => {
    const { happen, tried, endpoint } = await withEndpoint();
    await happen("message.sent");
    await tried(410);
    expect(await endpoint()).toMatchObject({
      isEnabled: false,
      disabledReason: expect.stringContaining("410") as string,
    });
  });

  it("switch it off after five days of nothing but failures, not before", async () => {
    const { happen, tried, endpoint } = await withEndpoint();
    await happen("message.sent");
    await tried(500);
    await tried(500, NOON + GIVE_UP_AFTER_MS - HOUR_MS);
    expect((await endpoint())?.isEnabled).toBe(true);
    await tried(500, NOON + GIVE_UP_AFTER_MS);
    expect((await endpoint())?.isEnabled).toBe(false);
  });

  it("take both secrets for a day after a rotation", async () => {
    const { t, orgId, admin, endpointId, happen, rows } = await withEndpoint();
    await happen("message.sent");
    const deliveryId = (await rows())[0]?._id as Id<"webhookDeliveries">;
    const secrets = async () =>
      (await t.query(internal.api.webhooks.jobs.load, { deliveryId }))?.encryptedSecrets.length;
    expect(await secrets()).toBe(1);
    await admin.mutation(mutations.rotate, { orgId, endpointId });
    expect(await secrets()).toBe(2);
    vi.setSystemTime(NOON + 24 * HOUR_MS);
    expect(await secrets()).toBe(1);
  });

  it("can be sent again once they ended, with the same id and bytes", async () => {
    const { orgId, admin, happen, rows, tried } = await withEndpoint();
    await happen("message.sent");
    const before = (await rows())[0];
    const deliveryId = before?._id as Id<"webhookDeliveries">;
    expect((await errorOf(admin.mutation(mutations.replay, { orgId, deliveryId }))).code).toBe("conflict");
    await tried(204);
    await admin.mutation(mutations.replay, { orgId, deliveryId });
    expect((await rows())[0]).toMatchObject({
      eventId: before?.eventId,
      body: before?.body,
      state: { kind: "waiting" },
    });
  });

  it("that lost their job are scheduled again; those of a switched-off endpoint end", async () => {
    const { t, orgId, admin, endpointId, happen, rows } = await withEndpoint();
    await happen("message.sent");
    await admin.mutation(mutations.setEnabled, { orgId, endpointId, isEnabled: false });
    vi.setSystemTime(NOON + HOUR_MS);
    await t.mutation(internal.api.webhooks.jobs.sweep, {});
    expect((await rows())[0]?.state).toMatchObject({ kind: "failed" });
  });

  it("are forgotten after a month", async () => {
    const { t, happen, rows } = await withEndpoint();
    await happen("message.sent");
    vi.setSystemTime(NOON + 31 * 24 * HOUR_MS);
    await t.mutation(internal.api.webhooks.jobs.prune, {});
    expect(await rows()).toEqual([]);
  });
});
