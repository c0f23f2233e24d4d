import fc from "fast-check";
import { makeFunctionReference } from "convex/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { makeOrg } from "../../tests/support/members";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import { chainAfter } from "../lib/chain";
import { asRule, emit, EVENT_RETENTION_MS, MAX_CHAIN_DEPTH, recordReactionFailure, requireEvent } from "./model";
import { MAX_REACTION_ATTEMPTS, retryDelayMs } from "./retry";
import { EVENT_KINDS } from "./schema";
import { REACTIONS, reactionsTo } from "./subscriptions";

let logged: string[];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-05-01T10:00:00Z") });
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Backend = ReturnType<typeof setupConvex>;

async function emitOne(t: Backend, orgId: Id<"organisations">, kind: Doc<"domainEvents">["kind"]) {
  return await t.run(async (ctx) => await emit(ctx, { orgId, kind, subject: { bookingId: "b1", messageId: "m1" } }));
}

async function scheduledDispatches(t: Backend) {
  return await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(500));
}

describe("emit", () => {
  it("keeps the event and schedules one dispatch for each domain that reacts", async () => {
    const t = setupConvex();
    const orgId = await makeOrg(t);
    const eventId = await emitOne(t, orgId, "message.delivered");
    const event = await t.run(async (ctx) => await requireEvent(ctx, eventId));
    expect(event).toMatchObject({ kind: "message.delivered", depth: 0, payload: {}, at: Date.now() });
    const scheduled = await scheduledDispatches(t);
    expect(scheduled.map((job) => job.args[0])).toEqual([
      { eventId, reaction: "inbox.onMessageStatus", attempt: 1 },
      { eventId, reaction: "sequences.onMessageStatus", attempt: 1 },
    ]);
  });

  it("schedules nothing where nobody reacts, and neither event nor dispatch when the caller fails", async () => {
    const t = setupConvex();
    const orgId = await makeOrg(t);
    await emitOne(t, orgId, "contact.created");
    const failing = t.run(async (ctx) => {
      await emit(ctx, { orgId, kind: "booking.created", subject: {} });
      throw new Error("the change failed");
    });
    await expect(failing).rejects.toThrow("the change failed");
    expect(await scheduledDispatches(t)).toEqual([]);
    expect(await t.run(async (ctx) => (await ctx.db.query("domainEvents").take(500)).length)).toBe(1);
  });

  it("counts the chain and stops reacting when it is too deep", async () => {
    const t = setupConvex();
    const orgId = await makeOrg(t);
    const events = await t.run(async (ctx) => {
      let cause: Doc<"domainEvents"> | undefined;
      for (let step = 0; step <= MAX_CHAIN_DEPTH + 1; step += 1) {
        const chained = cause === undefined ? ctx : { ...ctx, chain: chainAfter(cause) };
        const eventId = await emit(chained, { orgId, kind: "booking.created", subject: {} });
        cause = await requireEvent(ctx, eventId);
      }
      return await ctx.db.query("domainEvents").take(500);
    });
    expect(events.map((event) => event.depth)).toEqual(
      Array.from({ length: MAX_CHAIN_DEPTH + 2 }, (_, depth) => depth),
    );
    expect(events.at(-1)?.causeId).toBe(events.at(-2)?._id);
    expect(await scheduledDispatches(t)).toHaveLength(MAX_CHAIN_DEPTH + 1);
    expect(logged.join()).toContain("events.chain_too_deep");
    expect(await stopped(t)).toMatchObject([{ eventId: events.at(-1)?._id, reaction: "*" }]);
  });
});

/** What is kept of reactions that did not happen. */
async function stopped(t: Backend) {
  return await t.run(async (ctx) => await ctx.db.query("reactionFailures").take(500));
}

describe("rules that provoke each other", () => {
  // Kinds nobody reacts to without a conversation: the rules below are all there is.
  const KINDS = ["contact.created", "ticket.created", "alert.resolved"] as const;
  type Rule = { on: (typeof KINDS)[number]; emits: (typeof KINDS)[number] };

  /** Lets one event and all that follows from it happen, as the dispatcher would; false when that does not end. */
  async function happen(t: Backend, orgId: Id<"organisations">, rules: readonly Rule[]) {
    return await t.run(async (ctx) => {
      const waiting = [await emit(ctx, { orgId, kind: "contact.created", subject: {} })];
      for (let done = 0; done < waiting.length; done += 1) {
        if (waiting.length > 200) return false;
        const event = await requireEvent(ctx, waiting[done]!);
        for (const [number, { on, emits }] of rules.entries()) {
          if (on !== event.kind) continue;
          const named = { orgId, rule: `rule:${number}` };
          const emitted = await asRule({ ...ctx, chain: chainAfter(event) }, named, async (by) =>
            emit(by, { orgId, kind: emits, subject: {} }),
          );
          if (emitted !== null) waiting.push(emitted);
        }
      }
      return true;
    });
  }

  it("end, each once in a chain that every event shows", async () => {
    const rule = fc.record({ on: fc.constantFrom(...KINDS), emits: fc.constantFrom(...KINDS) });
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 4 }), async (rules) => {
        const t = setupConvex();
        expect(await happen(t, await makeOrg(t), rules)).toBe(true);
        const events = new Map(
          (await t.run(async (ctx) => await ctx.db.query("domainEvents").take(500))).map((row) => [row._id, row]),
        );
        for (const { causeId, depth, rules: acted = [] } of events.values()) {
          expect(new Set(acted).size).toBe(acted.length);
          expect(acted).toHaveLength(depth);
          const cause = causeId === undefined ? undefined : events.get(causeId);
          expect(cause?.depth).toBe(depth === 0 ? undefined : depth - 1);
          expect(cause?.rules ?? []).toEqual(acted.slice(0, -1));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("are stopped where one would act again, and that is kept", async () => {
    const t = setupConvex();
    const [ping, pong] = ["contact.created", "ticket.created"] as const;
    const rules = [
      { on: ping, emits: pong },
      { on: pong, emits: ping },
    ];
    expect(await happen(t, await makeOrg(t), rules)).toBe(true);
    const kinds = await t.run(async (ctx) => (await ctx.db.query("domainEvents").take(500)).map(({ kind }) => kind));
    expect(kinds).toEqual([ping, pong, ping]);
    expect(await stopped(t)).toMatchObject([{ reaction: "rule:0", attempts: 0 }]);
  });
});

describe("dispatch", () => {
  // The table is data: a reaction that always fails stands in for a broken domain.
  const broken = { name: "test.broken", to: [], run: makeFunctionReference<"mutation">("events/jobs:noSuchFunction") };
  beforeEach(() => void (REACTIONS as unknown[]).push(broken));
  afterEach(() => void (REACTIONS as unknown[]).pop());

  it("retries a failing reaction with growing pauses, then keeps what was not done", async () => {
    const t = setupConvex();
    const orgId = await makeOrg(t);
    const eventId = await emitOne(t, orgId, "contact.created");
    await t.mutation(internal.events.jobs.dispatch, { eventId, reaction: "test.broken", attempt: 1 });
    const [retry] = await scheduledDispatches(t);
    expect(retry?.args[0]).toEqual({ eventId, reaction: "test.broken", attempt: 2 });
    expect(retry?.scheduledTime).toBe(Date.now() + 2_000);
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await scheduledDispatches(t)).toHaveLength(MAX_REACTION_ATTEMPTS - 1);
    const failures = await t.run(async (ctx) => await ctx.db.query("reactionFailures").take(500));
    expect(failures).toMatchObject([{ orgId, eventId, reaction: "test.broken", attempts: MAX_REACTION_ATTEMPTS }]);
  });

  it("keeps a dispatch whose reaction no longer exists", async () => {
    const t = setupConvex();
    const eventId = await emitOne(t, await makeOrg(t), "contact.created");
    await t.mutation(internal.events.jobs.dispatch, { eventId, reaction: "old.name", attempt: 1 });
    const failures = await t.run(async (ctx) => await ctx.db.query("reactionFailures").take(500));
    expect(failures).toMatchObject([{ reaction: "old.name", reason: "No such reaction." }]);
  });
});

it("prunes failed reactions as it does events, whatever lies between", async () => {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  const eventId = await emitOne(t, orgId, "contact.created");
  const fail = async (reaction: string) =>
    await t.run(async (ctx) => {
      const failure = { reaction, attempts: 1, reason: "Broken." };
      await recordReactionFailure(ctx, { _id: eventId, orgId }, failure);
    });
  // More than one batch, with fewer events than that.
  for (let number = 0; number < 250; number += 1) await fail("test.old");
  vi.setSystemTime(Date.now() + EVENT_RETENTION_MS + 1);
  await fail("test.fresh");
  await t.mutation(internal.events.jobs.prune, {});
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await stopped(t)).toMatchObject([{ reaction: "test.fresh" }]);
});

it("prunes events past their retention, and only those", async () => {
  const t = setupConvex();
  const orgId = await makeOrg(t);
  for (let number = 0; number < 250; number += 1) await emitOne(t, orgId, "contact.created");
  vi.setSystemTime(Date.now() + EVENT_RETENTION_MS + 1);
  const fresh = await emitOne(t, orgId, "contact.created");
  await t.mutation(internal.events.jobs.prune, {});
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  const left = await t.run(async (ctx) => await ctx.db.query("domainEvents").take(500));
  expect(left.map((event) => event._id)).toEqual([fresh]);
});

describe("the table of reactions", () => {
  it("names each reaction once and known event kinds only", () => {
    const names = REACTIONS.map((reaction) => reaction.name);
    expect(new Set(names).size).toBe(names.length);
    for (const kind of REACTIONS.flatMap((reaction) => reaction.to)) expect(EVENT_KINDS).toContain(kind);
  });

  it("wires bookings to sequences and message statuses to inbox and sequences", () => {
    const names = (...args: Parameters<typeof reactionsTo>) => reactionsTo(...args).map(({ name }) => name);
    expect(names("booking.no_show", { bookingId: "b1" })).toEqual(["sequences.onBookingProgress"]);
    expect(names("message.bounced", { bookingId: "b1" })).toEqual(["sequences.onMessageStatus"]);
    expect(names("message.bounced", { messageId: "m1" })).toEqual([
      "inbox.onMessageStatus",
      "notifications.onReplyFailed",
    ]);
    expect(names("message.queued", { messageId: "m1" })).toEqual([]);
  });
});

it("waits twice as long after each failure and ends", () => {
  const delays = Array.from({ length: MAX_REACTION_ATTEMPTS }, (_, index) => retryDelayMs(index + 1));
  expect(delays).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, null]);
});
