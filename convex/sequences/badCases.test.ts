import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import type { BookingEvent, BookingPerson, EventLocation } from "../bookings/event";
import { applyBookingEvent } from "../bookings/model/apply";
import { createConnection } from "../connections/model";
import { setState } from "../delivery/model";
import { factsAt, flowOf, messageNode, named } from "./flow/testing";
import { walk, wakeAt } from "./flow/walk";
import { problemsIn, publishFlow, requireSequence } from "./model/sequences";

// What goes wrong with other tools (product.md 2.5), end to end. Clock changes, the 29th of February and zones are in
// timing.test.ts, every order of events in planner.test.ts, changes under many people in publishing/.

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
const DAY_MS = 24 * 60 * 60_000;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

const runs = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(1000))).map(
    ({ stepId, occurrence, state, plannedAt }) =>
      `${stepId}#${occurrence} ${"reason" in state ? state.reason : state.kind} ${new Date(plannedAt ?? 0).toISOString().slice(5, 10)}`,
  );
const pending = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("messageQueue").take(1000))).filter(
    ({ state }) => state.kind === "pending",
  );
const event = async (t: Backend, name: string, second: number, payload: Record<string, unknown> = {}) => {
  await postCalcom(t, calcomBody(name, `2026-10-01T08:13:${String(second).padStart(2, "0")}Z`, payload));
};
/** A booking of 28 October, nine o'clock in Auckland. */
const bookingOf = (people: BookingPerson[], location: EventLocation = { kind: "online" }): BookingEvent => ({
  change: "created",
  externalId: "b-1",
  occurredAt: BOOKED_AT,
  details: {
    title: "Jollenkurs",
    startsAt: Date.parse("2026-10-28T09:00:00+13:00"),
    endsAt: Date.parse("2026-10-28T13:00:00+13:00"),
    location,
    people,
    attributes: {},
  },
});
const at = (day: string) => ({ startTime: `${day}T07:00:00Z`, endTime: `${day}T14:00:00Z` });

describe("the booking", () => {
  it("is moved twice in one second, the later move first: the plan is that of the later one", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await event(t, "BOOKING_RESCHEDULED", 2, { ...at("2026-10-28"), uid: "uid-3", rescheduleUid: "uid-2" });
    await event(t, "BOOKING_RESCHEDULED", 1, { ...at("2026-10-26"), uid: "uid-2", rescheduleUid: "uid-1" });
    await settle(t, 30);
    const planned = (await runs(t)).filter((run) => run.includes("planned"));
    expect(planned).toEqual([
      "before-7#0 planned 10-21",
      "before-3#0 planned 10-25",
      "before-1#0 planned 10-27",
      "during#0 planned 10-28",
      "after-1#0 planned 10-29",
    ]);
    expect(await pending(t)).toHaveLength(5);
  });

  it("is moved into the past: nothing goes that was for before, and nothing twice", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await settle(t);
    await event(t, "BOOKING_RESCHEDULED", 1, { ...at("2026-09-20"), uid: "uid-2", rescheduleUid: "uid-1" });
    await settle(t);
    expect(new Set((await runs(t)).map((run) => run.split(" ")[1]))).toEqual(new Set(["past_after_move"]));
    expect(await pending(t)).toEqual([]);
  });

  it("is cancelled while a message is being sent: that one arrives, the others do not go", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await settle(t);
    await t.run(async (ctx) => {
      const [first] = await ctx.db.query("messageQueue").take(1);
      const startedAt = Date.now();
      const lease = { startedAt, leaseUntil: startedAt + 60_000 };
      await setState(ctx, first!, { kind: "sending", attempt: 1, provider: "sandbox", ...lease });
    });
    await event(t, "BOOKING_CANCELLED", 1, { status: "CANCELLED" });
    await settle(t);
    expect((await runs(t)).map((run) => run.split(" ")[1])).toEqual([
      "planned",
      "booking_cancelled",
      "booking_cancelled",
      "booking_cancelled",
      "booking_cancelled",
    ]);
  });

  it("comes again after its cancellation: every unsent message is planned once more", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await settle(t);
    await event(t, "BOOKING_CANCELLED", 1, { status: "CANCELLED" });
    await settle(t);
    expect(await pending(t)).toEqual([]);
    await event(t, "BOOKING_RESCHEDULED", 2, { ...at("2026-10-26"), uid: "uid-2", rescheduleUid: "uid-1" });
    await settle(t);
    const open = await pending(t);
    const steps = open.map(({ source }) => (source.kind === "sequence" ? source.stepId : ""));
    expect(steps.toSorted()).toEqual(["after-1", "before-1", "before-3", "before-7", "during"]);
    expect(open.map(({ dueAt }) => new Date(dueAt).toISOString().slice(0, 10))).toContain("2026-10-19");
  });

  it("is one of two of the same person: two journeys, side by side", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await event(t, "BOOKING_CREATED", 1, { uid: "uid-b", ...at("2026-10-30") });
    await settle(t, 24);
    const enrolments = await t.run(async (ctx) => await ctx.db.query("enrolments").take(10));
    expect(new Set(enrolments.map(({ contactId }) => contactId)).size).toBe(1);
    expect(enrolments).toHaveLength(2);
    expect(await pending(t)).toHaveLength(10);
  });

  it("has two people: a journey of their own each, and a move reaches both", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    const person = (name: string) => ({ name, email: `${name}@example.org`, timeZone: "Europe/Lisbon" });
    await event(t, "BOOKING_CREATED", 0, { attendees: [person("anna"), person("bo")] });
    await settle(t, 24);
    expect(await pending(t)).toHaveLength(10);
    const both = { attendees: [person("anna"), person("bo")], uid: "uid-2", rescheduleUid: "uid-1" };
    await event(t, "BOOKING_RESCHEDULED", 1, { ...at("2026-10-28"), ...both });
    await settle(t, 24);
    expect((await runs(t)).filter((run) => run === "during#0 planned 10-28")).toHaveLength(2);
  });
});

describe("the people", () => {
  it("of one booking have agreed to different things: one gets the offer, the other's is skipped with the reason", async () => {
    const t = setupConvex();
    const { orgId, templateId, sequenceId, generic } = await makeBookingWorkspace(t);
    const offer = messageNode("offer", null, { templateId, purpose: "marketing" });
    await t.run(async (ctx) => {
      await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flowOf(offer));
      const settings = { fromAddress: "info@haff.example" };
      await createConnection(ctx, { orgId, channel: "email", provider: "sandbox", name: "Sandbox", settings });
      const person = (name: string) => ({
        name,
        email: `${name}@example.org`,
        isBooker: name === "anna",
        consents: [],
      });
      const agreed = [{ channel: "email", purpose: "marketing" } as const];
      const people = [{ ...person("anna"), consents: agreed }, person("bo")];
      await applyBookingEvent(ctx, (await ctx.db.get("bookingSources", generic.sourceId))!, bookingOf(people));
    });
    await settle(t, 12);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    await settle(t, 24);
    const fates = await t.run(async (ctx) => {
      const all = await ctx.db.query("stepRuns").take(10);
      return await Promise.all(
        all.map(async ({ contactId, state }) => {
          const { name } = (await ctx.db.get("contacts", contactId))!;
          return `${name} ${"reason" in state ? `${state.kind}: ${state.reason}` : state.kind}`;
        }),
      );
    });
    expect(fates.toSorted()).toEqual(["anna sent", "bo skipped: no_consent"]);
  });

  it("is told the venue's time in Auckland, with its zone, wherever they are", async () => {
    const t = setupConvex();
    const { generic } = await makeBookingWorkspace(t);
    const anna = { name: "Anna", email: "anna@example.org", timezone: "Europe/Lisbon", locale: "en-NZ" };
    const location = { kind: "onsite", zone: "Pacific/Auckland" } as const;
    await t.run(async (ctx) => {
      const event = bookingOf([{ ...anna, isBooker: true, consents: [] }], location);
      await applyBookingEvent(ctx, (await ctx.db.get("bookingSources", generic.sourceId))!, event);
    });
    await settle(t);
    // New Zealand changes its clocks on 27 September, Portugal on 25 October: neither lies between in Auckland.
    expect((await pending(t)).map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual([
      "2026-10-20T20:00:00.000Z",
      "2026-10-24T20:00:00.000Z",
      "2026-10-26T20:00:00.000Z",
      "2026-10-27T23:00:00.000Z",
      "2026-10-28T21:00:00.000Z",
    ]);
    const [body] = await t.run(async (ctx) => await ctx.db.query("messageBodies").take(1));
    const values = body?.content.kind === "template" ? body.content.values : {};
    expect(values).toMatchObject({ eventZone: "Pacific/Auckland" });
    expect(values["eventDate"]).toContain("28 October 2026");
    expect(values["eventTime"]).toMatch(/^0?9:00/);
  });
});

describe("the journey", () => {
  it("waits 400 days, and is woken then", () => {
    const rest = { kind: "for", minutes: 400 * 24 * 60 } as const;
    const awaited = { kind: "reply", words: [] as string[] } as const;
    const flow = flowOf(
      { ...named("rest"), kind: "wait", rest, next: "answer" },
      { ...named("answer"), kind: "wait_for", awaited, timeoutMinutes: 400 * 24 * 60, next: null, otherwise: "late" },
      messageNode("late", null),
    );
    const input = { flow, records: new Map<string, never>(), turnAt: (_: unknown, when: number) => when };
    const look = (now: number) => walk({ ...input, facts: factsAt(800 * DAY_MS), now });
    expect(wakeAt(look(0))).toBe(400 * DAY_MS);
    expect(wakeAt(look(400 * DAY_MS))).toBe(800 * DAY_MS);
    expect(look(800 * DAY_MS).at(-2)).toMatchObject({ kind: "message", plan: { dueAt: 800 * DAY_MS } });
  });

  it("uses a template that is switched off: it cannot be published, and what is queued already is filled as it was", async () => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
    await event(t, "BOOKING_CREATED", 0);
    await settle(t);
    await t.run(async (ctx) => await ctx.db.patch("templates", templateId, { isActive: false }));
    const flow = flowOf(messageNode("hello", null, { templateId }));
    const codes = await t.run(async (ctx) => (await problemsIn(ctx, orgId, flow)).map(({ code }) => code));
    expect(codes).toEqual(["template_gone"]);
    const publish = async () =>
      await t.run(async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flow));
    await expect(publish()).rejects.toThrow();
    await event(t, "BOOKING_RESCHEDULED", 1, { ...at("2026-10-28"), uid: "uid-2", rescheduleUid: "uid-1" });
    await settle(t);
    expect((await runs(t)).filter((run) => run.includes("planned"))).toHaveLength(5);
  });
});
