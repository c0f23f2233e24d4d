import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
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
    expect(new Set(steps).size).toBe(steps.length);
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
