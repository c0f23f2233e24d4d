import { Temporal } from "temporal-polyfill";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, GENERIC_SECRET, makeBookingWorkspace, postCalcom, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { refusedSeries } from "../intake/unread/model";

const NOW = Date.parse("2026-10-01T08:12:44Z");

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

const iso = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toString();

/** "before-7 pending 2026-…Z" for every message of the organisation, by due time. */
async function queue(t: Backend, orgId: Id<"organisations">) {
  const rows = await t.run(
    async (ctx) =>
      await ctx.db
        .query("messageQueue")
        .withIndex("by_org", (q) => q.eq("orgId", orgId))
        .take(1000),
  );
  return rows.map(
    ({ source, state, dueAt }) =>
      `${source.kind === "sequence" ? source.stepId : source.kind} ${state.kind} ${iso(dueAt)}`,
  );
}

const rows = async (t: Backend, table: "bookings" | "rawEvents" | "contacts" | "messageQueue" | "enrolments") =>
  await t.run(async (ctx) => await ctx.db.query(table).take(1000));

const CREATED = calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44.120Z");
const PLANNED = [
  "before-7 pending 2026-10-17T07:00:00Z",
  "before-3 pending 2026-10-21T07:00:00Z",
  "before-1 pending 2026-10-23T07:00:00Z",
  "during pending 2026-10-24T10:00:00Z",
  "after-1 pending 2026-10-25T09:00:00Z",
];

describe("a cal.com booking", () => {
  it("becomes a booking, a contact and five messages at the right instants", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    const response = await postCalcom(t, CREATED);
    expect(response.status).toBe(202);
    await settle(t);
    expect(await queue(t, orgId)).toEqual(PLANNED);
    expect(await rows(t, "bookings")).toMatchObject([
      { title: "Jollen-Grundkurs", status: "confirmed", location: { kind: "onsite", zone: "Europe/Berlin" } },
    ]);
    expect(await rows(t, "rawEvents")).toMatchObject([{ state: { kind: "processed" } }]);
  });

  it("is one booking with one set of messages when it arrives three times at once", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    const responses = await Promise.all([postCalcom(t, CREATED), postCalcom(t, CREATED), postCalcom(t, CREATED)]);
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202]);
    await settle(t);
    expect(await rows(t, "rawEvents")).toHaveLength(1);
    expect(await rows(t, "bookings")).toHaveLength(1);
    expect(await queue(t, orgId)).toEqual(PLANNED);
  });

  it("moves its unsent messages across the clock change of 25 October 2026", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    await postCalcom(t, CREATED);
    await settle(t);
    const moved = calcomBody("BOOKING_RESCHEDULED", "2026-10-02T09:00:00Z", {
      uid: "uid-2",
      rescheduleUid: "uid-1",
      startTime: "2026-10-26T08:00:00Z",
      endTime: "2026-10-26T15:00:00Z",
    });
    await postCalcom(t, moved);
    await settle(t);
    // 09:00 in Berlin each day: +02:00 until the 24th, +01:00 from the 25th.
    expect(await queue(t, orgId)).toEqual([
      "before-7 pending 2026-10-19T07:00:00Z",
      "before-3 pending 2026-10-23T07:00:00Z",
      "before-1 pending 2026-10-25T08:00:00Z",
      "during pending 2026-10-26T11:00:00Z",
      "after-1 pending 2026-10-27T09:00:00Z",
    ]);
    expect(await rows(t, "bookings")).toMatchObject([{ externalId: "uid-2", previousExternalIds: ["uid-1"] }]);
    const bodies = await t.run(async (ctx) => await ctx.db.query("messageBodies").take(1000));
    const dates = bodies.map(({ content }) => (content.kind === "template" ? content.values["eventDate"] : ""));
    expect(new Set(dates)).toEqual(new Set(["Montag, 26. Oktober 2026"]));
  });

  it("takes its unsent messages back when it is cancelled", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    await postCalcom(t, CREATED);
    await settle(t);
    await postCalcom(t, calcomBody("BOOKING_CANCELLED", "2026-10-03T09:00:00Z", { cancellationReason: "krank" }));
    await settle(t);
    expect((await queue(t, orgId)).map((line) => line.split(" ")[1])).toEqual(Array(5).fill("cancelled"));
    expect(await rows(t, "bookings")).toMatchObject([{ status: "cancelled", cancellationReason: "krank" }]);
    const runs = await t.run(async (ctx) => await ctx.db.query("stepRuns").take(1000));
    expect(runs.map(({ state }) => state)).toEqual(
      runs.map(() => ({ kind: "cancelled", at: expect.any(Number) as number, reason: "booking_cancelled" })),
    );
    expect(await rows(t, "enrolments")).toMatchObject([{ state: { kind: "exited", reason: "booking_cancelled" } }]);
  });

  it("is one booking whatever order its moves arrive in", async () => {
    const move = (uid: string, from: string, day: number) =>
      calcomBody("BOOKING_RESCHEDULED", `2026-10-0${day}T09:00:00Z`, {
        uid,
        rescheduleUid: from,
        startTime: `2026-11-0${day}T08:00:00Z`,
        endTime: `2026-11-0${day}T09:00:00Z`,
      });
    const [b, c] = [move("uid-2", "uid-1", 2), move("uid-3", "uid-2", 3)];
    for (const order of [
      [CREATED, b, c],
      [CREATED, c, b],
      [b, CREATED, c],
      [b, c, CREATED],
      [c, CREATED, b],
      [c, b, CREATED],
    ]) {
      const t = setupConvex();
      await makeBookingWorkspace(t);
      for (const body of order) {
        await postCalcom(t, body);
        await settle(t);
      }
      const active = (await rows(t, "bookings")).filter((row) => "externalId" in row && row.status === "confirmed");
      expect(active).toMatchObject([{ externalId: "uid-3", startsAt: Date.parse("2026-11-03T08:00:00Z") }]);
      const waiting = (await rows(t, "messageQueue")).filter((row) => "dueAt" in row && row.state.kind === "pending");
      expect(waiting).toHaveLength(5);
    }
  });
});

describe("what the webhook refuses", () => {
  it("answers a wrong signature and an unknown source alike and stores nothing", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    const headers = { "X-Cal-Signature-256": "0".repeat(64) };
    const answers = await Promise.all([
      postCalcom(t, CREATED, "0".repeat(64)),
      postCalcom(t, CREATED, "no-secret-provided"),
      t.fetch("/hooks/booking/nobody", { method: "POST", body: CREATED, headers }),
      t.fetch("/hooks/booking/generic-source", { method: "POST", body: CREATED }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    await settle(t);
    expect(await rows(t, "rawEvents")).toEqual([]);
    expect(await rows(t, "bookings")).toEqual([]);
  });

  it.each([
    ["{not json", "invalid_json", ""],
    [calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z", { startTime: "morgen" }), "invalid", "payload.startTime"],
  ])("answers 422 with the field and keeps the event: %s", async (body, code, field) => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    const response = await postCalcom(t, body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code, field, message: expect.any(String) as string });
    await settle(t);
    expect(await rows(t, "rawEvents")).toMatchObject([
      { state: { kind: "rejected", code, field }, body: { kind: "text", text: body } },
    ]);
    expect(await rows(t, "bookings")).toEqual([]);
  });

  it("answers a ping, accepts events it does not know, refuses floods of bytes", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    expect((await postCalcom(t, calcomBody("PING", "2026-10-01T08:12:44Z"))).status).toBe(200);
    expect((await postCalcom(t, calcomBody("SOMETHING_NEW", "2026-10-01T08:12:44Z"))).status).toBe(202);
    expect((await postCalcom(t, `"${"x".repeat(40_000)}"`)).status).toBe(413);
    await settle(t);
    expect(await rows(t, "rawEvents")).toMatchObject([
      { state: { kind: "processed", result: "ignored: SOMETHING_NEW" } },
    ]);
    // The team is told at once: nobody tries such a delivery again.
    const told = await t.run(async (ctx) => await refusedSeries(ctx, orgId));
    expect(told).toMatchObject([{ why: "size", count: 1 }]);
  });
});

describe("the generic webhook", () => {
  const body = (overrides: object = {}) =>
    JSON.stringify({
      event: "booking.created",
      externalId: "K-1",
      occurredAt: "2026-10-01T08:00:00Z",
      startsAt: "2026-10-24T07:00:00Z",
      endsAt: "2026-10-24T14:00:00Z",
      timezone: "Europe/Berlin",
      status: "confirmed",
      title: "Jollen-Grundkurs",
      customer: { name: "Anna Weber", email: "anna.weber@example.org" },
      ...overrides,
    });

  async function post(t: Backend, text: string, id: string) {
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
      "webhook-signature": new Webhook(GENERIC_SECRET).sign(id, new Date(Date.now()), text),
    };
    return (await t.fetch("/hooks/booking/generic-source", { method: "POST", body: text, headers })).status;
  }

  it("plans, and repeats harmlessly under the same or another event id", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    expect(await post(t, body(), "msg_1")).toBe(202);
    expect(await post(t, body(), "msg_1")).toBe(202);
    expect(await post(t, body(), "msg_2")).toBe(202);
    await settle(t);
    expect(await rows(t, "rawEvents")).toHaveLength(2);
    expect(await queue(t, orgId)).toEqual(PLANNED);
  });

  it("lets a corrected body through under the event id of a rejected one", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    expect(await post(t, body({ title: "" }), "msg_1")).toBe(422);
    expect(await post(t, body(), "msg_1")).toBe(202);
    await settle(t);
    expect(await queue(t, orgId)).toEqual(PLANNED);
  });

  it("takes the people of the newest event", async () => {
    const t = setupConvex();
    await makeBookingWorkspace(t);
    await post(t, body(), "msg_1");
    await settle(t);
    const customer = { name: "Tom Weber", email: "tom@example.org" };
    await post(t, body({ event: "booking.rescheduled", occurredAt: "2026-10-01T09:00:00Z", customer }), "msg_2");
    await settle(t);
    expect(await rows(t, "enrolments")).toMatchObject([{ state: { kind: "exited" } }, { state: { kind: "active" } }]);
  });
});

describe("members", () => {
  async function booked(t: Backend) {
    const { orgId } = await makeBookingWorkspace(t);
    await postCalcom(t, CREATED);
    await settle(t);
    const [booking] = await t.run(async (ctx) => await ctx.db.query("bookings").take(1000));
    return { orgId, bookingId: booking!._id, ...(await makeMember(t, orgId, "agent")) };
  }

  it("see bookings by view, with the journey of each", async () => {
    const t = setupConvex();
    const { orgId, bookingId, as } = await booked(t);
    const paginationOpts = { numItems: 10, cursor: null };
    const list = async (view: "upcoming" | "past" | "cancelled") =>
      (await as.query(api.bookings.queries.list, { orgId, view, paginationOpts })).page.map(({ id }) => id);
    expect([await list("upcoming"), await list("past"), await list("cancelled")]).toEqual([[bookingId], [], []]);
    const shown = await as.query(api.bookings.queries.get, { orgId, bookingId });
    expect(shown.people).toMatchObject([{ name: "Anna Weber", isBooker: true }]);
    expect(shown.journey.map(({ stepName, messageState, phase }) => [stepName, messageState, phase])).toEqual([
      ["7 Tage vorher", "pending", "before"],
      ["3 Tage vorher", "pending", "before"],
      ["1 Tag vorher", "pending", "before"],
      ["Am Kurstag", "pending", "during"],
      ["Danke", "pending", "after"],
    ]);
    expect(shown.journey[0]?.explanation).toBe("7 days before start, 09:00 Europe/Berlin");
  });

  it("move and cancel bookings; the journey follows and the record says who did it", async () => {
    const t = setupConvex();
    const { orgId, bookingId, as } = await booked(t);
    const startsAt = Date.parse("2026-10-26T08:00:00Z");
    await as.mutation(api.bookings.mutations.reschedule, { orgId, bookingId, startsAt });
    await settle(t);
    expect((await queue(t, orgId))[2]).toBe("before-1 pending 2026-10-25T08:00:00Z");
    await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId, status: "cancelled", reason: "Sturm" });
    await settle(t);
    expect((await queue(t, orgId)).every((line) => line.includes(" cancelled "))).toBe(true);
    const moveAgain = as.mutation(api.bookings.mutations.reschedule, { orgId, bookingId, startsAt: startsAt + 1 });
    expect(await errorOf(moveAgain)).toMatchObject({ code: "conflict" });
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(1000));
    expect(entries.map(({ action }) => action)).toEqual(["booking.rescheduled", "booking.cancelled"]);
  });

  it("do not see other organisations' bookings", async () => {
    const t = setupConvex();
    const { bookingId } = await booked(t);
    const other = await makeOrg(t, "Andere Schule");
    const { as } = await makeMember(t, other, "admin", "stranger");
    expect(await errorOf(as.query(api.bookings.queries.get, { orgId: other, bookingId }))).toMatchObject({
      code: "not_found",
    });
  });
});
