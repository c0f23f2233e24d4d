import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { allRows, deviceMessages, inMutation, NOON, runJobs } from "../../tests/support/delivery";
import { worldOfTwoAccounts } from "../../tests/support/delivery-world";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { resetBreaker } from "../connections/model";
import { recordConsent } from "../contacts/consents/model";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../lib/time";
import { LEASE_MS } from "./model/lease";
import { DEFAULT_SETTINGS } from "./settings/defaults";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

type Given = Awaited<ReturnType<typeof worldOfTwoAccounts>>;

let t: Given["t"];
let workspace: Given["workspace"];
let world: Given["world"];
let first: Given["first"];
let second: Given["second"];
let due: Given["due"];
let answer: Given["answer"];
let lines: Given["lines"];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  ({ t, workspace, world, first, second, due, answer, lines } = await worldOfTwoAccounts());
});
afterEach(() => vi.useRealTimers());

const breakerOf = async (connectionId: Id<"connections">) => (await world.connection(connectionId))?.breaker;
const stateOf = async (queueId: Id<"messageQueue">) => (await world.row(queueId)).state;

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
  it("keeps the messages of an account whose secrets cannot be read, and sends them once they can", async () => {
    await world.change(second, null);
    await world.change(first, { encryptedSecrets: "written with another key" });
    const queueId = await world.enqueue("m");
    const send = async () => {
      await world.dispatch();
      const attempts = world.inHand.map(({ attempt }) => ({ queueId, attempt }));
      world.crash();
      const { lane, shard } = await world.row(queueId);
      await t.action(internal.delivery.nodeJobs.sendBatch, { lane, shard, attempts });
    };
    await send();
    expect(await stateOf(queueId)).toMatchObject({ kind: "pending" });
    expect(await breakerOf(first)).toMatchObject({ kind: "open" });
    await world.change(first, { encryptedSecrets: undefined });
    vi.setSystemTime((await world.row(queueId)).dueAt + 2 * MINUTE_MS);
    await send();
    expect((await stateOf(queueId)).kind).toBe("sent");
  });

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

describe("a person", () => {
  const advert = { purpose: "marketing" } as const;
  const agree = async () => {
    const { orgId, contactId } = workspace;
    const consent = { orgId, contactId, channel: "email", purpose: "marketing", wordingVersion: "1" } as const;
    await inMutation(t, (ctx) => recordConsent(ctx, { ...consent, state: "granted", source: "form" }));
  };

  it("has had enough advertising however many other messages came in between", async () => {
    await agree();
    for (let i = 0; i < 3; i++) await world.enqueue(`advert${i}`, { ...advert, dueAt: NOON + i });
    const others = 120;
    await inMutation(t, async (ctx) => {
      const [row] = await ctx.db.query("messageQueue").take(100);
      if (row === undefined) throw new Error("no message");
      const { _id, _creationTime, ...fields } = row;
      const sent = { state: { kind: "sent", at: NOON }, group: "sent", purpose: "transactional" } as const;
      for (let i = 0; i < others; i++) {
        await ctx.db.insert("messageQueue", {
          ...fields,
          ...sent,
          dueAt: NOON - HOUR_MS - i,
          idempotencyKey: `other${i}`,
        });
      }
    });
    await world.pass(MINUTE_MS, true);
    await world.dispatch();
    while (world.inHand.length > 0) await answer("takes");
    const fourth = await world.enqueue("fourth", advert);
    await world.dispatch();
    expect(await stateOf(fourth)).toMatchObject({ kind: "skipped", reason: "frequency_cap" });
  });

  it("may have got what nobody knows about: it counts", async () => {
    await agree();
    await world.change(first, { provider: "smtp" });
    for (let i = 0; i < 3; i++) await world.enqueue(`advert${i}`, { ...advert, dueAt: NOON + i });
    await world.pass(MINUTE_MS, true);
    await world.dispatch();
    while (world.inHand.length > 0) await answer("deaf");
    expect((await allRows(t, "messageQueue")).map(({ state }) => state.kind)).toEqual(Array(3).fill("unknown"));
    const fourth = await world.enqueue("fourth", advert);
    await world.dispatch();
    expect(await stateOf(fourth)).toMatchObject({ kind: "skipped", reason: "frequency_cap" });
  });

  it("at the organisation's own address gets nothing that writes by itself", async () => {
    const to = { email: "info@haff.example" };
    const api = { kind: "api", apiKeyId: "k", keyName: "Shop" } as const;
    const [automatic, told] = [await world.enqueue("a", { to, source: api }), await world.enqueue("b", { to })];
    await world.dispatch();
    expect(await stateOf(automatic)).toMatchObject({ kind: "skipped", reason: "no_address" });
    expect((await lines(automatic)).at(-1)).toMatchObject({ inputs: { detail: "own_address" } });
    expect((await stateOf(told)).kind).toBe("sending");
  });
});
