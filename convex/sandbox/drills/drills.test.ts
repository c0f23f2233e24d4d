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
import { createConnection } from "../../connections/model";
import { MINUTE_MS } from "../../lib/time";

// Who reacts to what becomes of a message is tested where it lives.
vi.mock("../../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
const me = () => asAdmin(t);
const { drills } = api.sandbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

type Start = Partial<Parameters<typeof begin>[0]>;
async function begin(start: {
  connectionIds: Workspace["connections"]["sms"][];
  behaviour: "dead" | "failing" | "rate_limited" | "slow" | "lost_answers" | "normal";
  minutes: number;
  practiceMessages: number;
}) {
  return await me().mutation(drills.mutations.start, { orgId: workspace.orgId, ...start });
}
const start = (changes: Start = {}) =>
  begin({
    connectionIds: [workspace.connections.email],
    behaviour: "dead",
    minutes: 3,
    practiceMessages: 20,
    ...changes,
  });
const view = (drillId: Awaited<ReturnType<typeof start>>) =>
  me().query(drills.queries.view, { orgId: workspace.orgId, drillId });
const sendingOf = async () =>
  (await me().query(api.sandbox.queries.settings, { orgId: workspace.orgId })).find(
    ({ channel }) => channel === "email",
  )?.behaviour.sending;

async function secondEmail() {
  const second = { channel: "email", provider: "sandbox", name: "Second", ratePerSecond: 100 } as const;
  return await inMutation(t, (ctx) => createConnection(ctx, { orgId: workspace.orgId, ...second }));
}

/** A drill of minutes is hundreds of jobs, each in its instant. */
const SLOW_TEST_MS = 30_000;

describe("an outage drill", { timeout: SLOW_TEST_MS }, () => {
  it("over one of two connections: messages fall back, the breaker opens and closes, none is lost or doubled", async () => {
    await secondEmail();
    const drillId = await start();
    expect(await sendingOf()).toBe("dead");
    await runJobs(t);
    expect(await sendingOf()).toBe("normal");
    const { drill, figures, breakerChanges } = await view(drillId);
    expect(drill.state).toMatchObject({ kind: "done", endedBy: "time", healedAt: NOON + 3 * MINUTE_MS });
    // The one more found out that the first connection works again.
    expect(figures).toMatchObject({ messages: 21, lost: 0, doubled: 0 });
    const { first_time: first, retried, fell_back: fellBack, ...others } = figures.fates;
    expect(others).toEqual({ open: 0, in_doubt: 0, dead: 0, stopped: 0 });
    expect(first + retried + fellBack).toBe(21);
    expect(fellBack).toBeGreaterThan(10);
    expect(await deviceMessages(t)).toHaveLength(21);
    const kinds = breakerChanges.map(({ to }) => to).reverse();
    expect(kinds[0]).toBe("open");
    expect(kinds).toContain("half_open");
    expect(kinds.at(-1)).toBe("closed");
  });

  it.each(["failing", "rate_limited", "lost_answers"] as const)(
    "of the kind %s loses and doubles nothing",
    async (behaviour) => {
      await secondEmail();
      const drillId = await start({ behaviour });
      await runJobs(t);
      const { figures } = await view(drillId);
      expect(figures).toMatchObject({ lost: 0, doubled: 0 });
      expect(figures.messages).toBeGreaterThanOrEqual(20);
      expect(figures.fates).toMatchObject({ open: 0, dead: 0 });
    },
  );

  it("shows the messages of others that it touches, and what waited for its end", async () => {
    const { orgId, connections } = workspace;
    await start({ connectionIds: Object.values(connections), practiceMessages: 0, minutes: 2 });
    const { queueId } = await queueText(t, workspace);
    await runJobs(t);
    const [latest] = await me().query(drills.queries.list, { orgId });
    expect(latest?.state).toMatchObject({ kind: "done", figures: { messages: 1, fates: { retried: 1 } } });
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
    // Afterwards nothing belongs to it any more.
    await queueText(t, workspace, { idempotencyKey: "later" });
    await runJobs(t);
    expect(await allRows(t, "drillMessages")).toHaveLength(1);
  });

  it("is ended by hand: the providers work again, what it still wanted to send goes at once", async () => {
    const { orgId } = workspace;
    const drillId = await start({ minutes: 30 });
    vi.setSystemTime(NOON + MINUTE_MS);
    await me().mutation(drills.mutations.end, { orgId, drillId });
    expect(await sendingOf()).toBe("normal");
    await expect(me().mutation(drills.mutations.end, { orgId, drillId })).rejects.toMatchObject({
      data: { code: "conflict" },
    });
    await runJobs(t);
    const { drill, figures } = await view(drillId);
    expect(drill.state).toMatchObject({ kind: "done", endedBy: "member" });
    expect(figures).toMatchObject({ messages: 20, lost: 0, doubled: 0 });
    const actions = (await allRows(t, "auditEntries")).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["drill.started", "drill.ended"]));
  });

  it("leaves alone what somebody else told the provider meanwhile", async () => {
    const { orgId, connections } = workspace;
    await start({ practiceMessages: 0 });
    const change = { sending: "slow" as const };
    await me().mutation(api.sandbox.mutations.setBehaviour, { orgId, connectionId: connections.email, change });
    await runJobs(t);
    expect(await sendingOf()).toBe("slow");
  });
});

describe("a drill is refused", () => {
  it.each([
    ["behaviour", { behaviour: "normal" as const }],
    ["minutes", { minutes: 0 }],
    ["minutes", { minutes: 61 }],
    ["connectionIds", { connectionIds: [] }],
    ["practiceMessages", { practiceMessages: 101 }],
  ])("at %s for %j", async (field, changes) => {
    await expect(start(changes)).rejects.toMatchObject({ data: { code: "invalid", field } });
  });

  it("while another one runs, over a real provider, and with practice messages that one could carry", async () => {
    const { orgId } = workspace;
    const real = await inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "email", provider: "smtp", name: "Mailserver" }),
    );
    await expect(start({ connectionIds: [real] })).rejects.toMatchObject({ data: { field: "connectionIds" } });
    await expect(start()).rejects.toMatchObject({ data: { field: "practiceMessages" } });
    await start({ practiceMessages: 0 });
    await expect(start({ practiceMessages: 0 })).rejects.toMatchObject({ data: { code: "conflict" } });
  });
});
