import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  allRows,
  asAdmin,
  cancelJobs,
  deviceMessages,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  rowOf,
  runJobs,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { api, internal } from "../_generated/api";
import { createConnection } from "../connections/model";
import { recordConsent } from "../contacts/consents/model";
import { suppress } from "../contacts/suppressions/model";
import { HOUR_MS, MINUTE_MS } from "../lib/time";
import { setBehaviour } from "../sandbox/model/behaviours";
import type { SandboxBehaviour } from "../sandbox/schema";
import { explain } from "./model/explain";
import { LEASE_MS } from "./model/lease";

// Whatever reacts to the events is tested where it lives.
vi.mock("../events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

let t: Convex;
let workspace: Workspace;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  workspace = await makeWorkspace(t);
});
afterEach(() => vi.useRealTimers());

const behave = (channel: keyof Workspace["connections"], sending: SandboxBehaviour["sending"]) =>
  inMutation(t, (ctx) => {
    const { orgId, connections } = workspace;
    return setBehaviour(ctx, { orgId, connectionId: connections[channel], change: { sending } });
  });
const decisionsOf = (queueId: Awaited<ReturnType<typeof queueText>>["queueId"]) =>
  inMutation(t, (ctx) => explain(ctx, queueId));

/** Lets one generation of due jobs run: the dispatcher, then its action, then the settlement. */
async function step(times: number) {
  for (let i = 0; i < times; i++) {
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
  }
}

describe("a provider in trouble", () => {
  it("is asked again with growing pauses and sends the message once it works", async () => {
    await behave("email", "failing");
    const agent = { kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId } as const;
    const { queueId } = await queueText(t, workspace, { source: agent });
    await step(6);
    const first = await rowOf(t, queueId);
    expect(first.state.kind).toBe("pending");
    expect(first.dueAt - NOON).toBeGreaterThan(20_000);
    expect(first.dueAt - NOON).toBeLessThan(40_000);
    await behave("email", "normal");
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
    expect(await deviceMessages(t)).toHaveLength(1);
    expect((await allRows(t, "attempts")).map(({ outcome }) => outcome.kind)).toEqual(["refused", "accepted"]);
  });

  it("leaves an answer in the dead letters after its tries, from where a person queues it again", async () => {
    await behave("email", "failing");
    const agent = { kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId } as const;
    const { queueId } = await queueText(t, workspace, { source: agent });
    await runJobs(t);
    const dead = await rowOf(t, queueId);
    expect(dead.state).toMatchObject({ kind: "dead", failure: { class: "transient", code: "500" } });
    expect(dead.attemptCount).toBeGreaterThan(5);
    const starts = (await allRows(t, "attempts")).map(({ startedAt }) => startedAt);
    expect((starts.at(-1) ?? 0) - NOON).toBeLessThanOrEqual(24 * HOUR_MS);
    await behave("email", "normal");
    const me = asAdmin(t);
    await me.mutation(api.delivery.mutations.requeue, { orgId: workspace.orgId, queueId });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
  });

  it("is replaced by another provider of the channel once its breaker is open", async () => {
    const { orgId } = workspace;
    await inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "email", provider: "sandbox", name: "Second", ratePerSecond: 100 }),
    );
    await inMutation(t, async (ctx) => {
      const breaker = { kind: "open", until: NOON + 5 * MINUTE_MS, reason: "down" } as const;
      await ctx.db.patch("connections", workspace.connections.email, { breaker });
    });
    const { queueId } = await queueText(t, workspace);
    await runJobs(t);
    const route = (await decisionsOf(queueId)).find(({ stage }) => stage === "route");
    expect(route).toMatchObject({ rule: "provider_fallback", outcome: "email", inputs: { connection: "Second" } });
    expect((await rowOf(t, queueId)).state.kind).toBe("delivered");
  });

  it("is replaced by another channel when it was the only one, with the text simplified", async () => {
    await inMutation(t, async (ctx) => {
      const breaker = { kind: "open", until: NOON + 5 * MINUTE_MS, reason: "down" } as const;
      await ctx.db.patch("connections", workspace.connections.email, { breaker });
    });
    const { queueId } = await queueText(t, workspace);
    await runJobs(t);
    expect(await deviceMessages(t)).toMatchObject([{ channel: "sms", address: "+4915112345678", text: "Guten Tag" }]);
    const route = (await decisionsOf(queueId)).find(({ stage }) => stage === "route");
    expect(route).toMatchObject({ rule: "channel_fallback", outcome: "sms" });
  });

  it("opens its breaker by failing, and one probe closes it again", async () => {
    await behave("email", "dead");
    const agent = { kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId } as const;
    for (let i = 0; i < 8; i++) await queueText(t, workspace, { source: agent, idempotencyKey: `n${i}` });
    await step(6);
    const open = await t.run(async (ctx) => await ctx.db.get("connections", workspace.connections.email));
    expect(open?.breaker.kind).toBe("open");
    await behave("email", "normal");
    await runJobs(t);
    expect(await deviceMessages(t)).toHaveLength(8);
    const closed = await t.run(async (ctx) => await ctx.db.get("connections", workspace.connections.email));
    expect(closed?.breaker).toEqual({ kind: "closed", failures: 0 });
  });
});

describe("a sender that died", () => {
  // The action never reports: as if the server had been killed while it was sending.
  async function killedWhileSending(provider: "sandbox" | "smtp", settings: Record<string, string | boolean> = {}) {
    await inMutation(t, async (ctx) => {
      await ctx.db.patch("connections", workspace.connections.email, { provider, settings });
    });
    const queued = await queueText(t, workspace, {
      purpose: settings.purpose === "service" ? "service" : "transactional",
    });
    const { shard } = await rowOf(t, queued.queueId);
    await t.mutation(internal.delivery.jobs.dispatch, { lane: "transactional", shard });
    await cancelJobs(t);
    expect((await rowOf(t, queued.queueId)).state.kind).toBe("sending");
    return queued.queueId;
  }

  it("is left alone while its lease runs", async () => {
    const queueId = await killedWhileSending("sandbox");
    vi.setSystemTime(NOON + LEASE_MS - 1);
    await t.mutation(internal.delivery.jobs.sweep, {});
    expect((await rowOf(t, queueId)).state.kind).toBe("sending");
  });

  it("has its message sent again where the provider honours our key, unmarked", async () => {
    const queueId = await killedWhileSending("sandbox");
    vi.setSystemTime(NOON + LEASE_MS);
    await t.mutation(internal.delivery.jobs.sweep, {});
    await runJobs(t);
    expect(await rowOf(t, queueId)).toMatchObject({ mayBeDuplicate: false, state: { kind: "delivered" } });
    expect(await deviceMessages(t)).toHaveLength(1);
    const outcomes = (await allRows(t, "attempts")).map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject([{ kind: "lost", resent: true }, { kind: "accepted" }]);
  });

  it("has its SMTP message put back with the same Message-ID, marked as a possible duplicate", async () => {
    const queueId = await killedWhileSending("smtp", { fromAddress: "info@haff.example" });
    const before = (await rowOf(t, queueId)).messageId;
    expect(before).toBe(`sb-${queueId}@haff.example`);
    vi.setSystemTime(NOON + LEASE_MS);
    await t.mutation(internal.delivery.jobs.sweep, {});
    expect(await rowOf(t, queueId)).toMatchObject({ mayBeDuplicate: true, state: { kind: "pending" } });
    const recovery = (await decisionsOf(queueId)).find(({ stage }) => stage === "recovery");
    expect(recovery).toMatchObject({ rule: "resend_marked", outcome: "resent", inputs: { attempt: 1 } });
    expect((await rowOf(t, queueId)).messageId).toBe(before);
  });

  it.each<Record<string, string | boolean>>([{ resendAfterLostAnswer: false }, { purpose: "service" }])(
    "asks a person with %j",
    async (settings) => {
      const queueId = await killedWhileSending("smtp", settings);
      vi.setSystemTime(NOON + LEASE_MS);
      await t.mutation(internal.delivery.jobs.sweep, {});
      await runJobs(t);
      expect(await rowOf(t, queueId)).toMatchObject({ group: "failed", state: { kind: "unknown" } });
      const me = asAdmin(t);
      const args = { orgId: workspace.orgId, queueId, resolution: "sent" as const };
      await me.mutation(api.delivery.mutations.resolveUnknown, args);
      expect((await rowOf(t, queueId)).state.kind).toBe("sent");
      await expect(me.mutation(api.delivery.mutations.resolveUnknown, args)).rejects.toMatchObject({
        data: { code: "conflict" },
      });
    },
  );

  it("that answers after all, before the message went again, settles it", async () => {
    const queueId = await killedWhileSending("smtp");
    const { shard } = await rowOf(t, queueId);
    vi.setSystemTime(NOON + LEASE_MS);
    await t.mutation(internal.delivery.jobs.sweep, {});
    const result = { kind: "accepted" as const, providerMessageId: "late" };
    const settlements = [{ queueId, attempt: 1, result, tookMs: 5 }];
    await t.mutation(internal.delivery.jobs.exchange, { lane: "transactional", shard, settlements, room: 0 });
    expect((await rowOf(t, queueId)).state.kind).toBe("sent");
    await runJobs(t);
    expect(await allRows(t, "attempts")).toHaveLength(1);
  });

  it("does not keep others waiting: a lost wake-up is set again", async () => {
    await queueText(t, workspace, { dueAt: NOON + MINUTE_MS });
    await cancelJobs(t);
    await t.mutation(internal.delivery.jobs.sweep, {});
    await runJobs(t);
    expect(await deviceMessages(t)).toHaveLength(1);
  });
});

describe("right before sending", () => {
  it("a suppressed address is skipped, with the reason", async () => {
    const { orgId } = workspace;
    await inMutation(t, (ctx) =>
      suppress(ctx, { orgId, channel: "email", address: "max@example.org", reason: "hard_bounce" }),
    );
    const { queueId } = await queueText(t, workspace);
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "skipped", reason: "suppressed" });
    expect((await decisionsOf(queueId)).at(-1)).toMatchObject({
      rule: "suppressed",
      inputs: { detail: "hard_bounce" },
    });
    expect(await deviceMessages(t)).toEqual([]);
  });

  it("marketing needs a yes on record, and no other channel stands in for it", async () => {
    const { orgId, contactId } = workspace;
    const marketing = { lane: "marketing", purpose: "marketing" } as const;
    const without = await queueText(t, workspace, marketing);
    await runJobs(t);
    expect((await rowOf(t, without.queueId)).state).toMatchObject({ kind: "skipped", reason: "no_consent" });
    const consent = { orgId, contactId, channel: "email", purpose: "marketing", wordingVersion: "1" } as const;
    await inMutation(t, (ctx) => recordConsent(ctx, { ...consent, state: "granted", source: "form" }));
    const given = await queueText(t, workspace, { ...marketing, idempotencyKey: "given" });
    await runJobs(t);
    expect((await rowOf(t, given.queueId)).state.kind).toBe("delivered");
  });

  it("a person gets at most so many marketing messages a day", async () => {
    const { orgId, contactId } = workspace;
    const consent = { orgId, contactId, channel: "email", purpose: "marketing", wordingVersion: "1" } as const;
    await inMutation(t, (ctx) => recordConsent(ctx, { ...consent, state: "granted", source: "form" }));
    const queued = [];
    for (let i = 0; i < 5; i++) {
      queued.push(await queueText(t, workspace, { lane: "marketing", purpose: "marketing", idempotencyKey: `m${i}` }));
    }
    await runJobs(t);
    expect(await deviceMessages(t)).toHaveLength(3);
    const states = await Promise.all(queued.map(async ({ queueId }) => (await rowOf(t, queueId)).state));
    expect(states.filter((state) => state.kind === "skipped" && state.reason === "frequency_cap")).toHaveLength(2);
  });

  it("quiet hours shift a message to the morning; critical ones and answers go at once", async () => {
    const evening = NOON + 10 * HOUR_MS; // 22:00 in Berlin
    vi.setSystemTime(evening);
    const quiet = await queueText(t, workspace);
    const critical = await queueText(t, workspace, { lane: "critical", idempotencyKey: "critical" });
    const agent = { kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId } as const;
    const answer = await queueText(t, workspace, { source: agent, idempotencyKey: "answer" });
    await step(6);
    expect((await rowOf(t, critical.queueId)).state.kind).toBe("sent");
    expect((await rowOf(t, answer.queueId)).state.kind).toBe("sent");
    const shifted = await rowOf(t, quiet.queueId);
    expect(shifted.state.kind).toBe("pending");
    expect(shifted.dueAt).toBe(Date.UTC(2026, 4, 13, 5)); // 07:00 in Berlin
    expect((await decisionsOf(quiet.queueId)).at(-1)).toMatchObject({ rule: "quiet_hours", outcome: "waits" });
    await runJobs(t);
    expect((await rowOf(t, quiet.queueId)).state.kind).toBe("delivered");
  });

  it("a person without any address is skipped, not failed", async () => {
    const addresses = await allRows(t, "contactAddresses");
    await t.run(async (ctx) => {
      for (const { _id } of addresses) await ctx.db.delete("contactAddresses", _id);
    });
    const { queueId } = await queueText(t, workspace, { channel: "best" });
    await runJobs(t);
    expect((await rowOf(t, queueId)).state).toMatchObject({ kind: "skipped", reason: "no_address" });
  });

  it("a message that cannot be decided about does not hold up the others", async () => {
    const broken = await queueText(t, workspace, { idempotencyKey: "broken" });
    const fine = await queueText(t, workspace, { idempotencyKey: "fine" });
    await inMutation(t, async (ctx) => {
      const contactId = await ctx.db.insert("contacts", {
        orgId: workspace.orgId,
        name: "Weg",
        attributes: {},
        searchText: "weg",
      });
      await ctx.db.patch("messageQueue", broken.queueId, { contactId });
      await ctx.db.delete("contacts", contactId);
    });
    await runJobs(t);
    expect((await rowOf(t, broken.queueId)).state.kind).toBe("dead");
    expect((await rowOf(t, fine.queueId)).state.kind).toBe("delivered");
  });
});
