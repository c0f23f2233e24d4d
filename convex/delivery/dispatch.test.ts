import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  allRows,
  asAdmin,
  deviceMessages,
  inMutation,
  makeWorkspace,
  NOON,
  pendingJobs,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { api, internal } from "../_generated/api";
import { recordConsent } from "../contacts/consents/model";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { cancelMessage, moveMessage } from "./model";
import { explain } from "./model/explain";
import { MAX_IN_FLIGHT } from "./model/claim";
import { queueCounts } from "./model/counts";

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const runAll = () => runJobs(t);
const rulesOf = async (queueId: Awaited<ReturnType<typeof queueText>>["queueId"]) =>
  (await inMutation(t, (ctx) => explain(ctx, queueId))).map(({ stage, rule }) => `${stage}:${rule}`);
const statesOf = async () => (await inMutation(t, (ctx) => queueCounts(ctx, workspace.orgId))).states;

describe("a queued message", () => {
  it("leaves at its time, arrives on the device and is reported delivered", async () => {
    const { queueId } = await queueText(t, workspace, { dueAt: NOON + HOUR_MS });
    expect(await pendingJobs(t, "delivery/jobs")).toMatchObject([{ scheduledTime: NOON + HOUR_MS }]);
    expect((await rowOf(t, queueId)).state.kind).toBe("pending");
    await runAll();
    const row = await rowOf(t, queueId);
    expect(row.state.kind).toBe("delivered");
    expect(row).toMatchObject({ group: "sent", routedChannel: "email", address: "max@example.org", attemptCount: 1 });
    expect(await deviceMessages(t)).toMatchObject([
      { address: "max@example.org", subject: "Hallo", text: "Guten Tag", replyTo: "info@haff.example" },
    ]);
    expect(await allRows(t, "attempts")).toMatchObject([{ number: 1, outcome: { kind: "accepted" } }]);
    expect(await rulesOf(queueId)).toEqual(["enqueue:source_system", "route:channel_wish", "receipt:status_rank"]);
    expect(await statesOf()).toMatchObject({ pending: 0, sending: 0, sent: 0, delivered: 1 });
  });

  it("is one message however often its key comes", async () => {
    const first = await queueText(t, workspace);
    const second = await queueText(t, workspace, { content: { kind: "finished", text: "Anders", fileIds: [] } });
    expect(second).toEqual({ queueId: first.queueId, isNew: false });
    await runAll();
    expect(await deviceMessages(t)).toHaveLength(1);
    expect(await statesOf()).toMatchObject({ delivered: 1 });
  });

  it("has one wake-up per lane and shard, moved by an earlier message", async () => {
    await queueText(t, workspace, { dueAt: NOON + 2 * HOUR_MS });
    await queueText(t, workspace, { dueAt: NOON + 3 * HOUR_MS, idempotencyKey: "later" });
    await queueText(t, workspace, { dueAt: NOON + HOUR_MS, idempotencyKey: "earlier" });
    expect(await pendingJobs(t, "delivery/jobs")).toMatchObject([{ scheduledTime: NOON + HOUR_MS }]);
    await runAll();
    expect(await deviceMessages(t)).toHaveLength(3);
    expect(await allRows(t, "wakeUps")).toEqual([]);
  });

  it("is not sent when cancelled, and cannot be cancelled once it left", async () => {
    const { queueId } = await queueText(t, workspace, { dueAt: NOON + HOUR_MS });
    expect(await inMutation(t, (ctx) => cancelMessage(ctx, queueId, "booking_cancelled"))).toBe(true);
    expect(await inMutation(t, (ctx) => cancelMessage(ctx, queueId, "again"))).toBe(false);
    await runAll();
    expect(await deviceMessages(t)).toEqual([]);
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "cancelled", reason: "booking_cancelled" });
    expect(await statesOf()).toMatchObject({ pending: 0, cancelled: 1 });
  });

  it("leaves at the instant it was moved to", async () => {
    const { queueId } = await queueText(t, workspace, { dueAt: NOON + 3 * HOUR_MS });
    expect(await inMutation(t, (ctx) => moveMessage(ctx, queueId, NOON + HOUR_MS))).toBe(true);
    expect(await pendingJobs(t, "delivery/jobs")).toMatchObject([{ scheduledTime: NOON + HOUR_MS }]);
    await runAll();
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
    expect(await inMutation(t, (ctx) => moveMessage(ctx, queueId, NOON))).toBe(false);
  });

  it("goes oldest first, at most so many at a time, over many batches", async () => {
    const queued = [];
    for (let i = 0; i < 60; i++)
      queued.push(await queueText(t, workspace, { idempotencyKey: `n${i}`, dueAt: NOON - i }));
    const { shard } = await rowOf(t, queued[0]!.queueId);
    for (let i = 0; i < 2; i++) await t.mutation(internal.delivery.jobs.dispatch, { lane: "transactional", shard });
    const sending = (await allRows(t, "messageQueue")).filter(({ state }) => state.kind === "sending");
    expect(sending).toHaveLength(MAX_IN_FLIGHT);
    expect(Math.max(...sending.map(({ dueAt }) => dueAt))).toBe(NOON - 60 + MAX_IN_FLIGHT);
    await runAll();
    expect(await deviceMessages(t)).toHaveLength(60);
    expect(await statesOf()).toMatchObject({ pending: 0, sending: 0, delivered: 60 });
    expect((await allRows(t, "attempts")).every(({ number }) => number === 1)).toBe(true);
  });

  it("tells the queue screen", async () => {
    const { queueId } = await queueText(t, workspace, { dueAt: NOON + HOUR_MS });
    const me = asAdmin(t);
    const { orgId } = workspace;
    expect(await me.query(api.delivery.queries.counts, { orgId })).toMatchObject({ waiting: 1, sent: 0, all: 1 });
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await me.query(api.delivery.queries.listQueue, { orgId, group: "waiting", paginationOpts });
    expect(page).toMatchObject([
      { id: queueId, subject: "Hallo", sourceLabel: "test", contact: { name: "Max Muster" } },
    ]);
    const detail = await me.query(api.delivery.queries.getMessage, { orgId, queueId });
    expect(detail).toMatchObject({ rendered: null, attempts: [], decisions: [{ stage: "enqueue" }] });
    await me.mutation(api.delivery.mutations.cancel, { orgId, queueId });
    expect(await me.query(api.delivery.queries.counts, { orgId })).toMatchObject({ waiting: 0, stopped: 1 });
    await expect(me.mutation(api.delivery.mutations.cancel, { orgId, queueId })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    await expect(me.mutation(api.delivery.mutations.requeue, { orgId, queueId })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
  });
});

describe("throttling", () => {
  it("sends no faster than the connection allows, and loses nothing", async () => {
    await inMutation(t, async (ctx) => {
      await ctx.db.patch("connections", workspace.connections.email, { ratePerSecond: 2 });
    });
    for (let i = 0; i < 10; i++) await queueText(t, workspace, { idempotencyKey: `n${i}` });
    await runAll();
    const times = (await deviceMessages(t)).map(({ at }) => at).sort((a, b) => a - b);
    expect(times).toHaveLength(10);
    expect((times.at(-1) ?? 0) - NOON).toBeGreaterThanOrEqual(3_500);
    expect((times.at(-1) ?? 0) - NOON).toBeLessThan(MINUTE_MS);
  });

  it("leaves marketing behind: critical messages find the tokens it had to spare", async () => {
    const { orgId, contactId, connections } = workspace;
    await inMutation(t, async (ctx) => {
      await ctx.db.patch("connections", connections.email, { ratePerSecond: 10 });
      const consent = { orgId, contactId, channel: "email", purpose: "review", wordingVersion: "1" } as const;
      await recordConsent(ctx, { ...consent, state: "granted", source: "form" });
    });
    // Purpose "review" has no daily cap, so the lane alone holds these back.
    const review = { lane: "marketing", purpose: "review" } as const;
    for (let i = 0; i < 12; i++) await queueText(t, workspace, { ...review, idempotencyKey: `m${i}` });
    const { shard } = (await allRows(t, "messageQueue"))[0]!;
    await t.mutation(internal.delivery.jobs.dispatch, { lane: "marketing", shard });
    for (let i = 0; i < 3; i++) await queueText(t, workspace, { lane: "critical", idempotencyKey: `c${i}` });
    await t.mutation(internal.delivery.jobs.dispatch, { lane: "critical", shard });
    const leaving = (await allRows(t, "messageQueue")).filter(({ state }) => state.kind === "sending");
    expect(leaving.filter(({ lane }) => lane === "marketing")).toHaveLength(7);
    expect(leaving.filter(({ lane }) => lane === "critical")).toHaveLength(3);
    await runAll();
    expect(await deviceMessages(t)).toHaveLength(15);
  });
});
