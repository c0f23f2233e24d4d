import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { asAdmin, inMutation, makeWorkspace, NOON } from "../../tests/support/delivery";
import { api, internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { MINUTE_MS } from "../lib/time";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

async function workspace() {
  const t = setupConvex();
  const { orgId, contactId, connections } = await makeWorkspace(t);
  const connectionId = connections.sms as Id<"connections">;
  /** Attempts over the SMS connection that ended now: `failed` refused, the rest accepted at 75,000 millionths each. */
  const attempts = async (count: number, failed: number) => {
    await inMutation(t, async (ctx) => {
      const bodyId = await ctx.db.insert("messageBodies", {
        orgId,
        content: { kind: "finished", text: "x", fileIds: [] },
      });
      const queueId = await ctx.db.insert("messageQueue", {
        orgId,
        lane: "transactional",
        shard: 0,
        channel: "sms",
        contactId,
        purpose: "transactional",
        source: { kind: "system", name: "test" },
        bodyId,
        dueAt: Date.now(),
        state: { kind: "sent", at: Date.now() },
        group: "sent",
        attemptCount: 1,
        countsFromAttempt: 1,
        subject: "x",
        sourceLabel: "test",
        idempotencyKey: `k${Date.now()}`,
        mayBeDuplicate: false,
      });
      for (let number = 1; number <= count; number += 1) {
        const failure = { class: "transient" as const, reason: "500" };
        await ctx.db.insert("attempts", {
          orgId,
          queueId,
          number,
          connectionId,
          provider: "sandbox",
          channel: "sms",
          lane: "transactional",
          startedAt: Date.now(),
          endedAt: Date.now(),
          tookMs: 40,
          queuedMs: 100,
          ...(number <= failed
            ? { outcome: { kind: "refused" as const, failure } }
            : { outcome: { kind: "accepted" as const, providerMessageId: `p${number}` }, priceMicros: 75_000 }),
        });
      }
    });
  };
  const later = async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    await t.mutation(internal.analytics.jobs.rollUp, {});
    await t.mutation(internal.alerts.jobs.watchOne, { orgId });
  };
  const open = async () => await asAdmin(t).query(api.alerts.queries.open, { orgId });
  const figures = async () =>
    await asAdmin(t).query(api.analytics.queries.delivery, { orgId, range: "day", now: Date.now() });
  return { t, orgId, connectionId, attempts, later, open, figures };
}

describe("figures", () => {
  it("count each attempt once, however often the roll-up runs", async () => {
    const { attempts, later, figures } = await workspace();
    await attempts(10, 3);
    await later(10_000);
    await later(10_000);
    const { total, channels, errors } = await figures();
    expect(total).toMatchObject({ accepted: 7, refused: 3, costMicros: 7 * 75_000 });
    expect(total.p95Ms).toBeLessThanOrEqual(50);
    expect(channels.map(({ channel, points }) => [channel, points.length])).toEqual([["sms", 24]]);
    expect(errors).toEqual([{ errorClass: "transient", count: 3 }]);
  });

  it("leave what is seconds old for the next run", async () => {
    const { t, attempts, figures } = await workspace();
    await attempts(1, 0);
    await t.mutation(internal.analytics.jobs.rollUp, {});
    expect((await figures()).total.accepted).toBe(0);
  });

  it("are another organisation's business only", async () => {
    const { t, attempts, later } = await workspace();
    await attempts(5, 0);
    await later(10_000);
    const rows = await t.run(async (ctx) => await ctx.db.query("deliveryRollups").take(50));
    expect(new Set(rows.map(({ grain }) => grain))).toEqual(new Set(["minute", "hour", "day", "week"]));
  });
});

describe("alerts", () => {
  it("say what is the matter and since when, and end by themselves", async () => {
    const { attempts, later, open } = await workspace();
    await attempts(20, 12);
    await later(10_000);
    const since = Date.now();
    expect(await open()).toMatchObject([
      { kind: "failure_rate", severity: "critical", since, values: { percent: 60 } },
    ]);
    await later(MINUTE_MS);
    expect(await open()).toMatchObject([{ since }]);
    // A quarter of an hour without failures, and three calm minutes.
    await later(16 * MINUTE_MS);
    await later(4 * MINUTE_MS);
    expect(await open()).toEqual([]);
  });

  it("tell the address in the settings once, and when it is over", async () => {
    const { t, orgId, attempts, later } = await workspace();
    const { settings } = await asAdmin(t).query(api.delivery.settings.queries.get, { orgId });
    const trackingSettings = {
      ...settings.trackingSettings,
      alertSettings: { ...settings.trackingSettings.alertSettings, email: "ops@example.org" },
    };
    await asAdmin(t).mutation(api.delivery.settings.mutations.update, { orgId, change: { trackingSettings } });
    await attempts(20, 12);
    await later(10_000);
    await later(MINUTE_MS);
    const mails = async () => {
      const rows = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(50));
      // Nobody sends in this test: the mail itself is overdue later, which is another alert.
      return rows.map(({ subject }) => subject).filter((subject) => subject.includes("60 %"));
    };
    expect(await mails()).toHaveLength(1);
    await later(20 * MINUTE_MS);
    await later(4 * MINUTE_MS);
    expect(await mails()).toHaveLength(2);
  });

  it("come with the breaker of a connection", async () => {
    const { t, connectionId, later, open } = await workspace();
    await inMutation(t, async (ctx) => {
      const breaker = { kind: "open" as const, until: Date.now() + MINUTE_MS, reason: "ECONNREFUSED" };
      await ctx.db.patch("connections", connectionId, { breaker });
    });
    await later(MINUTE_MS);
    expect(await open()).toMatchObject([{ kind: "outage", values: { reason: "ECONNREFUSED" } }]);
  });
});
