import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  allRows,
  deviceMessages,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  runJobs,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { DeliveryWorld } from "../../tests/support/delivery-world";
import type { Doc, Id } from "../_generated/dataModel";
import { createConnection, resetBreaker } from "../connections/model";
import type { Provider } from "../connections/schema";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../lib/time";
import { explain } from "./model/explain";
import { LEASE_MS } from "./model/lease";
import { cancelByMember } from "./model/operate";
import { DEFAULT_SETTINGS } from "./settings/defaults";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;
let world: DeliveryWorld;
/** Two accounts for e-mail, the first before the second; no other channel. */
let first: Id<"connections">;
let second: Id<"connections">;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
  const { orgId, connections } = workspace;
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("organisations", orgId, { quietHours: { start: "00:00", end: "00:00" } });
    for (const connectionId of Object.values(connections)) await ctx.db.delete("connections", connectionId);
  });
  [first, second] = [await account("sandbox"), await account("sandbox")];
  world = new DeliveryWorld(t, workspace);
});
afterEach(() => vi.useRealTimers());

const account = (provider: Provider) =>
  inMutation(t, (ctx) =>
    createConnection(ctx, { orgId: workspace.orgId, channel: "email", provider, name: provider, ratePerSecond: 100 }),
  );
const breakerOf = async (connectionId: Id<"connections">) => (await world.connection(connectionId))?.breaker;
const lines = async (queueId: Id<"messageQueue">) => await inMutation(t, (ctx) => explain(ctx, queueId));
const stateOf = async (queueId: Id<"messageQueue">) => (await world.row(queueId)).state;

/** Waits until the message is due again and lets the dispatcher have a look at it. */
async function due(queueId: Id<"messageQueue">): Promise<Doc<"messageQueue">> {
  const { dueAt } = await world.row(queueId);
  await world.pass(Math.max(0, dueAt - Date.now()), true);
  await world.dispatch();
  return await world.row(queueId);
}

/** The answer of the only message in the sender's hands. */
async function answer(behaviour: Parameters<DeliveryWorld["call"]>[1]): Promise<void> {
  await world.call(0, behaviour);
  await world.record(0);
}

describe("a message whose answer was lost at a provider that honours our key", () => {
  async function inDoubt(overrides: Parameters<typeof queueText>[2] = {}): Promise<Id<"messageQueue">> {
    const queueId = await world.enqueue("m", overrides);
    await world.dispatch();
    await answer("deaf");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "pending" }, connectionId: first });
    return queueId;
  }

  it("is asked for at the same connection, whatever it says and however well the other one does", async () => {
    const queueId = await inDoubt();
    for (const trouble of ["transient", "config", "rate_limited", "silent"] as const) {
      await world.change(first, { breaker: { kind: "closed", failures: 0 } });
      expect(await due(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: first });
      await answer(trouble);
    }
    const until = (await world.row(queueId)).dueAt + 5 * MINUTE_MS;
    vi.setSystemTime(until - 5 * MINUTE_MS);
    await world.change(first, { breaker: { kind: "open", until, reason: "down" } });
    expect(await due(queueId)).toMatchObject({ state: { kind: "pending" }, dueAt: until });
    await due(queueId);
    await answer("takes");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
    expect(world.copiesOf(queueId)).toBe(1);
    const rules = (await lines(queueId)).flatMap(({ stage, rule }) => (stage === "route" ? [rule] : []));
    expect(rules.slice(1)).toEqual(Array(5).fill("asked_again"));
  });

  it("goes elsewhere once that provider says no", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await answer("silent");
    await due(queueId);
    await answer("permanent");
    expect(await due(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: second });
    await answer("takes");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
  });

  it("is left to a person when the time for it is over", async () => {
    const queueId = await inDoubt();
    await world.pass(DAY_MS + 1, true);
    await world.dispatch();
    expect(await stateOf(queueId)).toMatchObject({ kind: "unknown", reason: "The provider never answered." });
    expect(world.inHand).toEqual([]);
  });

  it.each([
    ["transactional", "removed", { mayBeDuplicate: true, state: { kind: "sending" } }],
    ["transactional", "switched off", { mayBeDuplicate: true, state: { kind: "sending" } }],
    ["service", "removed", { mayBeDuplicate: false, state: { kind: "unknown" } }],
  ] as const)("of purpose %s, its connection %s, is doubled openly or not at all", async (purpose, what, expected) => {
    const queueId = await inDoubt({ purpose });
    await world.change(first, what === "removed" ? null : { isEnabled: false });
    expect(await due(queueId)).toMatchObject(expected);
    const recovery = (await lines(queueId)).filter(({ stage }) => stage === "recovery").at(-1);
    expect(recovery?.outcome).toBe(expected.mayBeDuplicate ? "resent" : "unknown");
  });

  it("is not said to be skipped or cancelled: it may have left", async () => {
    const expiring = await inDoubt({ expiresAt: NOON + 10_000 });
    await due(expiring);
    expect(await stateOf(expiring)).toMatchObject({ kind: "unknown" });
    const cancelled = await world.enqueue("cancelled");
    await world.dispatch();
    await answer("deaf");
    const by = { orgId: workspace.orgId, memberId: workspace.memberId };
    await inMutation(t, (ctx) => cancelByMember(ctx, { ...by, queueId: cancelled }));
    expect(await stateOf(cancelled)).toMatchObject({ kind: "unknown", reason: "cancelled_by_member" });
    // The provider's report settles it all the same.
    await world.receipt(1, "delivered", true);
    expect((await stateOf(cancelled)).kind).toBe("delivered");
  });

  it("is settled by an answer that comes while it is being asked again", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.call(0, "takes");
    await world.pass(LEASE_MS, true);
    await world.dispatch();
    expect(await stateOf(queueId)).toMatchObject({ kind: "sending", attempt: 2 });
    await world.record(0);
    expect((await stateOf(queueId)).kind).toBe("sent");
    await answer("transient");
    expect((await stateOf(queueId)).kind).toBe("sent");
  });
});

describe("a provider", () => {
  it("that answers nothing at all opens its breaker; then one message at a time finds out", async () => {
    await world.change(second, null);
    const queued = [];
    for (let i = 0; i < 5; i++) queued.push(await world.enqueue(`m${i}`));
    await world.dispatch();
    for (let i = 0; i < 5; i++) await answer("silent");
    expect(await breakerOf(first)).toMatchObject({ kind: "open", reason: "no answer" });
    await world.pass(MINUTE_MS, true);
    await world.dispatch();
    expect(world.inHand).toHaveLength(1);
    await world.dispatch();
    expect(world.inHand).toHaveLength(1);
    expect(await breakerOf(first)).toMatchObject({ kind: "half_open" });
    await answer("silent");
    // The second outage in a row is asked about less often.
    expect(await breakerOf(first)).toMatchObject({ kind: "open", until: Date.now() + 2 * MINUTE_MS });
    const connection = await world.connection(first);
    if (connection !== null) await inMutation(t, (ctx) => resetBreaker(ctx, connection));
    await world.pass(2 * MINUTE_MS, true);
    await world.dispatch();
    expect(world.inHand.length).toBeGreaterThan(1);
  });

  it.each([
    ["says until when", 90_000, 90_000],
    ["does not say until when", undefined, 5_000],
  ])("that limits us and %s is left alone for so long, by every message", async (_, retryAfterMs, pauseMs) => {
    await world.change(second, null);
    const [limited, other] = [await world.enqueue("limited"), await world.enqueue("other", { dueAt: NOON + 1 })];
    await world.dispatch();
    await world.refuse(0, { class: "rate_limited", reason: "429", retryAfterMs });
    vi.setSystemTime(NOON + 1);
    await world.dispatch();
    expect(await world.row(other)).toMatchObject({ state: { kind: "pending" }, dueAt: NOON + pauseMs });
    expect((await lines(other)).at(-1)).toMatchObject({ rule: "provider_pause", outcome: "waits" });
    // The message itself waits at least as long; its own backoff may be longer.
    expect((await world.row(limited)).dueAt).toBeGreaterThanOrEqual(NOON + pauseMs);
    expect(await breakerOf(first)).toMatchObject({ kind: "closed" });
    expect(await due(other)).toMatchObject({ state: { kind: "sending" } });
  });

  it("whose quota is used up gets nothing until it is there again, and nobody has to reset anything", async () => {
    await world.change(second, null);
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.refuse(0, {
      class: "config",
      code: "daily_quota_exceeded",
      reason: "quota",
      retryAfterMs: 6 * HOUR_MS,
    });
    expect(await breakerOf(first)).toMatchObject({ kind: "open", reason: "quota" });
    for (let hours = 1; hours < 6; hours++) {
      await world.pass(HOUR_MS - 1, true);
      await world.dispatch();
      expect(world.inHand).toEqual([]);
    }
    await due(queueId);
    await answer("takes");
    expect((await stateOf(queueId)).kind).toBe("sent");
    expect(await breakerOf(first)).toMatchObject({ kind: "closed" });
  });

  it("with a wrong secret loses nothing: its messages wait, and go on once it is mended", async () => {
    await world.change(second, null);
    const queued = [await world.enqueue("a"), await world.enqueue("b", { dueAt: NOON + 1 })];
    await world.dispatch();
    await answer("config");
    expect(await breakerOf(first)).toMatchObject({ kind: "open", reason: "config" });
    vi.setSystemTime(NOON + 1);
    await world.dispatch();
    expect(world.inHand).toEqual([]);
    const connection = await world.connection(first);
    if (connection !== null) await inMutation(t, (ctx) => resetBreaker(ctx, connection));
    for (const queueId of queued) {
      await due(queueId);
      while (world.inHand.length > 0) await answer("takes");
    }
    expect(await Promise.all(queued.map(async (queueId) => (await stateOf(queueId)).kind))).toEqual(["sent", "sent"]);
  });
});

describe("what is wrong on our side", () => {
  it("ends the message and says nothing about the provider", async () => {
    await world.change(second, null);
    await world.change(first, { breaker: { kind: "closed", failures: 3 } });
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.refuse(0, { class: "permanent", code: "internal", reason: "no template" }, { isOurs: true });
    expect(await stateOf(queueId)).toMatchObject({ kind: "dead" });
    expect(await breakerOf(first)).toEqual({ kind: "closed", failures: 3 });
  });

  it("leaves a message in doubt to a person: nobody asked its provider", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await answer("deaf");
    await due(queueId);
    await world.refuse(0, { class: "permanent", code: "internal", reason: "no template" }, { isOurs: true });
    expect(await stateOf(queueId)).toMatchObject({ kind: "unknown", reason: "It may have left: no template" });
  });

  it("is a mail beyond the limit: it never reaches a provider, and the ones beside it do", async () => {
    const { channelSettings } = DEFAULT_SETTINGS;
    const email = { ...channelSettings.email, maxKilobytes: 10 };
    await inMutation(t, (ctx) =>
      ctx.db.insert("deliverySettings", {
        orgId: workspace.orgId,
        channelSettings: { ...channelSettings, email },
      }),
    );
    const text = "ö".repeat(6_000);
    const large = await world.enqueue("large", { content: { kind: "finished", text, fileIds: [] } });
    const fine = await world.enqueue("fine");
    await runJobs(t);
    expect(await stateOf(large)).toMatchObject({ kind: "dead", failure: { class: "permanent" } });
    expect((await stateOf(fine)).kind).toBe("delivered");
    expect(await deviceMessages(t)).toHaveLength(1);
    const codes = (await allRows(t, "attempts")).flatMap(({ outcome }) =>
      outcome.kind === "refused" ? [outcome.failure.code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(["too_large"]));
  });
});

describe("a connection that is removed", () => {
  it("leaves what waits for it to the others", async () => {
    const queueId = await world.enqueue("m", { dueAt: NOON + MINUTE_MS });
    await world.change(first, null);
    expect(await due(queueId)).toMatchObject({ state: { kind: "sending" }, connectionId: second });
  });

  it("takes what is on its way back, as never sent", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.change(first, null);
    await world.refuse(
      0,
      { class: "config", code: "removed", reason: "The connection was removed." },
      { isOurs: true },
    );
    expect(await due(queueId)).toMatchObject({
      state: { kind: "sending" },
      connectionId: second,
      mayBeDuplicate: false,
    });
  });

  it("the last one of its channel makes dead letters with the reason, not silence", async () => {
    const queueId = await world.enqueue("m", { dueAt: NOON + MINUTE_MS });
    await world.change(first, null);
    await world.change(second, null);
    await due(queueId);
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "dead" }, deadReason: "no_connection" });
  });
});

describe("a clock that is moved", () => {
  it("back renews the leases it finds, once, and they end as usual", async () => {
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.call(0, "takes");
    world.crash();
    await world.pass(-DAY_MS, true);
    expect(await stateOf(queueId)).toMatchObject({ kind: "sending", leaseUntil: NOON - DAY_MS + LEASE_MS });
    await world.pass(LEASE_MS, true);
    await world.dispatch();
    await answer("takes");
    expect(await world.row(queueId)).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: false });
    expect(world.copiesOf(queueId)).toBe(1);
  });

  it("back does not lengthen a pause or an open breaker", async () => {
    await world.change(second, null);
    const queueId = await world.enqueue("m");
    await world.dispatch();
    await world.refuse(0, { class: "config", reason: "quota", retryAfterMs: HOUR_MS });
    vi.setSystemTime(NOON - DAY_MS);
    const other = await world.enqueue("other");
    await world.dispatch();
    expect((await stateOf(other)).kind).toBe("sending");
    expect((await stateOf(queueId)).kind).toBe("pending");
  });

  it("forward gives up what is too old, with the reason, and sends the rest", async () => {
    const [old, fresh] = [await world.enqueue("old"), await world.enqueue("fresh", { dueAt: NOON + 2 * DAY_MS })];
    vi.setSystemTime(NOON + 4 * DAY_MS);
    await world.dispatch();
    expect(await stateOf(old)).toMatchObject({ kind: "skipped", reason: "too_old" });
    expect((await stateOf(fresh)).kind).toBe("sending");
  });
});
