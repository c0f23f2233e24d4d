import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import {
  allRows,
  asAdmin,
  deviceMessages,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../../tests/support/delivery";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { explain } from "../model/explain";
import { giveUp } from "../model";

// Who reacts to a failure is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
const me = () => asAdmin(t);
const { deadLetters } = api.delivery;
const SECOND_MS = 1_000;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

async function deadLetter(key: string, rule = "max_attempts", connectionId?: Id<"connections">) {
  const { queueId } = await queueText(t, workspace, { idempotencyKey: key, dueAt: NOON + 60 * 60 * SECOND_MS });
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("messageQueue", queueId, {
      connectionId,
      ...(connectionId === undefined ? {} : { routedChannel: "email", address: "max@example.org" }),
    });
    const row = await ctx.db.get("messageQueue", queueId);
    if (row === null) throw new Error("the message is gone");
    await giveUp(ctx, row, rule, { class: "transient", code: "500", reason: "It does not answer." });
  });
  return queueId;
}

const groups = () => me().query(deadLetters.queries.groups, { orgId: workspace.orgId });
const jobs = () => me().query(deadLetters.queries.jobs, { orgId: workspace.orgId });
const list = (group?: { reason: string; connectionId: Id<"connections"> | null }) =>
  me().query(deadLetters.queries.list, {
    orgId: workspace.orgId,
    group,
    paginationOpts: { numItems: 50, cursor: null },
  });

describe("the groups", () => {
  it("count by rule and connection, and each lists its own, the latest first", async () => {
    const { email } = workspace.connections;
    const first = await deadLetter("a", "max_attempts", email);
    vi.setSystemTime(NOON + SECOND_MS);
    const second = await deadLetter("b", "max_attempts", email);
    await deadLetter("c", "no_connection");
    expect(await groups()).toEqual([
      { reason: "max_attempts", connectionId: email, connectionName: "Sandbox email", count: 2 },
      { reason: "no_connection", connectionId: null, connectionName: null, count: 1 },
    ]);
    const page = await list({ reason: "max_attempts", connectionId: email });
    expect(page.page.map(({ id }) => id)).toEqual([second, first]);
    expect((await list()).page).toHaveLength(3);
    expect((await list({ reason: "max_attempts", connectionId: null })).page).toEqual([]);
  });

  it("lose what is queued again or discarded", async () => {
    const { orgId } = workspace;
    const queueId = await deadLetter("a");
    await me().mutation(api.delivery.mutations.requeue, { orgId, queueId });
    expect(await groups()).toEqual([]);
  });
});

describe("a dead letter", () => {
  it("is edited to another channel and address, queued again and arrives there", async () => {
    const { orgId, connections } = workspace;
    const queueId = await deadLetter("a", "max_attempts", connections.email);
    const change = { channel: "sms" as const, address: "0151 98765432", text: "Guten Tag per SMS" };
    await me().mutation(deadLetters.mutations.edit, { orgId, queueId, ...change });
    expect(await rowOf(t, queueId)).toMatchObject({ channel: "sms", to: { sms: "+4915198765432" } });
    expect((await rowOf(t, queueId)).routedChannel).toBeUndefined();
    await me().mutation(api.delivery.mutations.requeue, { orgId, queueId });
    await runJobs(t);
    expect(await deviceMessages(t)).toMatchObject([{ address: "+4915198765432", text: "Guten Tag per SMS" }]);
    const told = await t.run(async (ctx) => await explain(ctx, queueId));
    expect(told).toContainEqual(
      expect.objectContaining({
        stage: "edit",
        inputs: expect.objectContaining({ fromChannel: "email", channel: "sms" }),
      }),
    );
  });

  it.each([
    [{ channel: "sms" as const, address: "keine Nummer" }, "address"],
    [{ channel: "best" as const, address: "max@example.org" }, "channel"],
    [{ text: "   " }, "text"],
  ])("refuses %j at its field", async (change, field) => {
    const queueId = await deadLetter("a");
    const edit = me().mutation(deadLetters.mutations.edit, { orgId: workspace.orgId, queueId, ...change });
    await expect(edit).rejects.toMatchObject({ data: { code: "invalid", field } });
  });

  it("is discarded for a reason, and restored as it was", async () => {
    const { orgId, connections } = workspace;
    const queueId = await deadLetter("a", "max_attempts", connections.email);
    const before = (await rowOf(t, queueId)).state;
    await expect(me().mutation(deadLetters.mutations.discard, { orgId, queueId, reason: " " })).rejects.toMatchObject({
      data: { code: "invalid", field: "reason" },
    });
    vi.setSystemTime(NOON + SECOND_MS);
    await me().mutation(deadLetters.mutations.discard, { orgId, queueId, reason: "Kurs fällt aus" });
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "cancelled", reason: "Kurs fällt aus" });
    expect(await groups()).toEqual([]);
    await me().mutation(deadLetters.mutations.restore, { orgId, queueId });
    expect((await rowOf(t, queueId)).state).toEqual(before);
    expect(await groups()).toMatchObject([{ reason: "max_attempts", connectionId: connections.email, count: 1 }]);
    await expect(me().mutation(deadLetters.mutations.restore, { orgId, queueId })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
  });
});

describe("an order about many", () => {
  it("waits until it can no longer be taken back, then queues the group again and nothing else", async () => {
    const { orgId, connections } = workspace;
    for (let i = 0; i < 60; i++) await deadLetter(`a${i}`, "max_attempts", connections.email);
    const other = await deadLetter("b", "no_connection");
    const group = { reason: "max_attempts", connectionId: connections.email };
    await me().mutation(deadLetters.mutations.requeueAll, { orgId, group });
    expect(await jobs()).toMatchObject([{ total: 60, done: 0, group, beginsAt: NOON + 10 * SECOND_MS }]);
    expect(await groups()).toHaveLength(2);
    await runJobs(t);
    expect(await jobs()).toMatchObject([{ total: 60, done: 60 }]);
    expect(await deviceMessages(t)).toHaveLength(60);
    expect((await rowOf(t, other)).state.kind).toBe("dead");
    const actions = (await allRows(t, "auditEntries")).map(({ action }) => action);
    expect(actions).toContain("dead_letters.requeued");
  });

  it("is taken back before it begins: nothing happens to any message", async () => {
    const { orgId } = workspace;
    const queueId = await deadLetter("a");
    const jobId = await me().mutation(deadLetters.mutations.discardAll, { orgId, reason: "Alles hinfällig" });
    await me().mutation(deadLetters.mutations.stopJob, { orgId, jobId });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("dead");
    expect(await jobs()).toMatchObject([{ done: 0, isStopped: true }]);
    await expect(me().mutation(deadLetters.mutations.stopJob, { orgId, jobId })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
  });

  it("leaves letters alone that die after it was given", async () => {
    const { orgId } = workspace;
    await deadLetter("a");
    await me().mutation(deadLetters.mutations.discardAll, { orgId, reason: "Alles hinfällig" });
    vi.setSystemTime(NOON + SECOND_MS);
    const later = await deadLetter("b");
    await runJobs(t);
    expect((await rowOf(t, later)).state.kind).toBe("dead");
    expect(await groups()).toMatchObject([{ count: 1 }]);
  });
});
