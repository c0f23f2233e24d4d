import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeBookingWorkspace, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import type { Id } from "../_generated/dataModel";
import { BOOKING_CHANGES, type BookingEvent } from "../bookings/event";
import { applyBookingEvent } from "../bookings/model/apply";
import { publishFlow, requireSequence } from "./model/sequences";
import { messageNode } from "./flow/testing";
import type { Anchor } from "./schema";

// Whatever order a booking's events come in, and however often each of them: the journey is that of the final state.

const NOW = Date.parse("2026-10-01T08:00:00Z");
const DAY_MS = 24 * 60 * 60_000;

vi.setConfig({ testTimeout: 120_000 });
fc.configureGlobal({ seed: 20_261_121 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

/**
 * What happened at the source, in its order: the booking is made, then anything, each a minute later, also in the past.
 * Order matters, and is left out, in two stories that no source tells. A "move" to a date the booking has or had: a report
 * about one of its days cannot be told from one about the other. And a booking whose people did not come, that was then
 * cancelled, and took place after all without having been made anew: of three ends only the newest is remembered.
 */
const histories = fc
  .array(
    fc.record({ change: fc.constantFrom(...BOOKING_CHANGES.slice(1)), startsInDays: fc.integer({ min: -3, max: 60 }) }),
    { minLength: 1, maxLength: 5 },
  )
  // All but moves happens once; all may be told again at any time.
  .map((all) =>
    all.filter(({ change }, i) => change === "rescheduled" || all.findIndex((one) => one.change === change) === i),
  )
  .filter((all) => {
    const at = (end: string) => all.findIndex(({ change }) => change === end);
    return !(at("no_show") >= 0 && at("no_show") < at("cancelled") && at("cancelled") < at("completed"));
  });

function eventsOf(externalId: string, history: readonly { change: string; startsInDays: number }[]): BookingEvent[] {
  let startsAt = NOW + 30 * DAY_MS;
  return [{ change: "created", startsInDays: 30 }, ...history].map(({ change, startsInDays }, minute) => {
    // Only a move says another time, a minute more with each; every event says the time that holds.
    if (change === "rescheduled") startsAt = NOW + startsInDays * DAY_MS + minute * 60_000;
    const people = ["anna", "bo"].map((name) => ({ name, email: `${name}@${externalId}.example`, consents: [] }));
    return {
      change: change as BookingEvent["change"],
      externalId,
      occurredAt: NOW - 60 * 60_000 + minute * 60_000,
      details: {
        title: "Jollenkurs",
        startsAt,
        endsAt: startsAt + DAY_MS / 4,
        location: { kind: "onsite", zone: "Europe/Berlin" },
        people: people.map((person, i) => ({ ...person, isBooker: i === 0 })),
        attributes: {},
      },
    };
  });
}

async function deliver(t: Backend, sourceId: Id<"bookingSources">, events: readonly BookingEvent[], rounds: number) {
  for (const event of events) {
    await t.run(async (ctx) => {
      const source = await ctx.db.get("bookingSources", sourceId);
      await applyBookingEvent(ctx, source!, event);
    });
    await settle(t, rounds);
  }
  await settle(t, 6);
}

/** What is going to be sent because of a booking, and how often each message of it is queued. */
async function planOf(t: Backend, externalId: string): Promise<string[]> {
  return await t.run(async (ctx) => {
    const ids = await ctx.db.query("bookingExternalIds").take(10_000);
    const bookingId = ids.find((row) => row.externalId === externalId)!.bookingId;
    const booking = await ctx.db.get("bookings", bookingId);
    const runs = (await ctx.db.query("stepRuns").take(10_000)).filter((run) => run.bookingId === bookingId);
    const contacts = [...new Set(runs.map(({ contactId }) => contactId))];
    const names = new Map(
      await Promise.all(contacts.map(async (id) => [id, (await ctx.db.get("contacts", id))!.name] as const)),
    );
    // What waits for a check-in, or was taken back when that was undone, is the same: nothing goes until it happens.
    const open = runs.filter(({ state }) => state.kind === "planned");
    const queued = open.map(
      ({ stepId, contactId, plannedAt }) => `${names.get(contactId)} ${stepId} ${new Date(plannedAt!).toISOString()}`,
    );
    return [`${booking!.status} ${new Date(booking!.startsAt).toISOString()}`, ...queued.sort()];
  });
}

it("gives the plan of the final state", async () => {
  const t = setupConvex();
  const { orgId, templateId, sequenceId, generic } = await makeBookingWorkspace(t);
  const chain = (ids: readonly [stepId: string, anchor: Anchor, offsetDays: number][]) =>
    ids.map(([stepId, anchor, offsetDays], i) => {
      const timing = { kind: "days", anchor, offsetDays } as const;
      return messageNode(stepId, ids[i + 1]?.[0] ?? null, { templateId, timing, phase: "after" });
    });
  const main = chain([
    ["week", "start", -7],
    ["day", "start", -1],
    ["in", "checked_in", 1],
    ["thanks", "completed", 2],
    ["after", "end", 3],
    ["anniversary", "created", 80],
  ]);
  const sorry = chain([["sorry", "cancelled", 1]]);
  const missed = chain([["missed", "no_show", 1]]);
  const flow = { first: "week", onCancelled: "sorry", onNoShow: "missed", nodes: [...main, ...sorry, ...missed] };
  await t.run(async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flow));
  let booking = 0;
  const shuffled = histories.chain((history) => {
    const numbers = Array.from({ length: history.length + 1 }, (_, i) => i);
    // Each at least once, some again.
    const order = fc
      .array(fc.constantFrom(...numbers), { maxLength: 3 })
      .chain((again) => fc.shuffledSubarray([...numbers, ...again], { minLength: numbers.length + again.length }));
    return fc.record({ history: fc.constant(history), order, rounds: fc.constantFrom(0, 1, 6) });
  });
  await fc.assert(
    fc.asyncProperty(shuffled, async ({ history, order, rounds }) => {
      booking += 1;
      const events = eventsOf(`straight-${booking}`, history);
      await deliver(t, generic.sourceId, events, 6);
      const mixed = eventsOf(`mixed-${booking}`, history);
      await deliver(
        t,
        generic.sourceId,
        order.map((i) => mixed[i]!),
        rounds,
      );
      expect(await planOf(t, `mixed-${booking}`)).toEqual(await planOf(t, `straight-${booking}`));
      const queue = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(10_000));
      expect(new Set(queue.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(queue.length);
    }),
    { numRuns: 15 },
  );
});
