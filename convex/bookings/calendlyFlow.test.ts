import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  calendlyBody,
  calendlyEvent,
  calendlyInvitee,
  calendlyPayload,
  postCalendly,
} from "../../tests/support/calendly";
import { makeBookingWorkspace, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { createSource } from "./model/sources";

const NOW = Date.parse("2026-10-01T08:12:44Z");
const SOURCE = { publicId: "calendly-source", secret: "calendly-key" };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

async function makeCalendly() {
  const t = setupConvex();
  const { orgId } = await makeBookingWorkspace(t);
  await t.run(
    async (ctx) =>
      await createSource(ctx, { orgId, kind: "calendly", name: "Calendly", venueZone: "Europe/Berlin", ...SOURCE }),
  );
  return t;
}

type Backend = Awaited<ReturnType<typeof makeCalendly>>;

/** "confirmed EVA 2026-…Z: Anna, Ben" for every booking, and "state xN" of the queue. */
async function stateOf(t: Backend) {
  return await t.run(async (ctx) => {
    const lines: string[] = [];
    for (const booking of await ctx.db.query("bookings").take(50)) {
      const people = await ctx.db
        .query("bookingPeople")
        .withIndex("by_booking", (q) => q.eq("bookingId", booking._id))
        .take(50);
      const names = await Promise.all(
        people.map(async ({ contactId }) => (await ctx.db.get("contacts", contactId))?.name),
      );
      const id = booking.externalId.split("/").at(-1);
      lines.push(
        `${booking.status} ${id} ${new Date(booking.startsAt).toISOString()}: ${names
          .map(String)
          .sort((a, b) => a.localeCompare(b))
          .join(", ")}`,
      );
    }
    const queue = await ctx.db.query("messageQueue").take(500);
    const pending = queue.filter(({ state }) => state.kind === "pending").length;
    const events = await ctx.db.query("domainEvents").take(500);
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind.startsWith("booking."));
    return { lines: lines.sort(), pending, kinds };
  });
}

function place(event: string, person: string, name: string, overrides: Record<string, unknown> = {}) {
  const scheduled = calendlyPayload()["scheduled_event"] as Record<string, unknown>;
  return {
    uri: calendlyInvitee(event, person),
    event: calendlyEvent(event),
    name,
    email: `${name.toLowerCase()}@example.org`,
    text_reminder_number: null,
    questions_and_answers: [],
    scheduled_event: { ...scheduled, uri: calendlyEvent(event), event_guests: [], ...overrides },
  };
}

const at = (minute: number) => new Date(NOW + minute * 60_000).toISOString();

describe("bookings of Calendly", () => {
  it("become a booking with its guests and messages, and refuse old signatures", async () => {
    const t = await makeCalendly();
    expect((await postCalendly(t, SOURCE, calendlyBody("invitee.created"), 181)).status).toBe(401);
    expect((await postCalendly(t, SOURCE, calendlyBody("invitee.created"), 170)).status).toBe(202);
    expect((await postCalendly(t, SOURCE, calendlyBody("routing_form_submission.created"))).status).toBe(202);
    await settle(t);
    const { lines, pending } = await stateOf(t);
    expect(lines).toEqual(["confirmed EVA 2026-10-26T08:00:00.000Z: Anna Weber, tom@example.org"]);
    expect(pending).toBe(10);
  });

  it("keep one booking through a move, which nobody takes for a cancellation", async () => {
    const moved = { start_time: "2026-10-28T08:00:00Z", end_time: "2026-10-28T15:00:00Z" };
    const created = calendlyBody("invitee.created", place("EVA", "P1", "Anna"), at(0));
    const off = { ...place("EVA", "P1", "Anna"), rescheduled: true, new_invitee: calendlyInvitee("EVB", "P2") };
    const canceled = calendlyBody("invitee.canceled", off, at(5));
    const anew = { ...place("EVB", "P2", "Anna", moved), old_invitee: calendlyInvitee("EVA", "P1") };
    const recreated = calendlyBody("invitee.created", anew, at(5));
    for (const order of [
      [created, canceled, recreated, created],
      [created, recreated, canceled],
      [canceled, created, recreated],
      [recreated, canceled, created],
      [recreated, created, recreated, canceled],
    ]) {
      const t = await makeCalendly();
      for (const body of order) {
        await postCalendly(t, SOURCE, body);
        await settle(t, 4);
      }
      await settle(t);
      const { lines, pending, kinds } = await stateOf(t);
      expect(lines).toEqual(["confirmed EVB 2026-10-28T08:00:00.000Z: Anna"]);
      expect(pending).toBe(5);
      expect(kinds).not.toContain("booking.cancelled");
    }
  });

  it("lose one of several people and then everybody", async () => {
    const t = await makeCalendly();
    const send = async (event: string, name: string, minute: number, extra: Record<string, unknown> = {}) => {
      await postCalendly(t, SOURCE, calendlyBody(event, { ...place("EVA", name, name), ...extra }, at(minute)));
      await settle(t);
      return await stateOf(t);
    };
    await send("invitee.created", "Anna", 0);
    const two = await send("invitee.created", "Ben", 1);
    expect([two.lines, two.pending]).toEqual([["confirmed EVA 2026-10-26T08:00:00.000Z: Anna, Ben"], 10]);
    const one = await send("invitee.canceled", "Anna", 2);
    expect([one.lines, one.pending]).toEqual([["confirmed EVA 2026-10-26T08:00:00.000Z: Ben"], 5]);
    const none = await send("invitee.canceled", "Ben", 3, { cancellation: { reason: "Sturm" } });
    expect([none.lines, none.pending]).toEqual([["cancelled EVA 2026-10-26T08:00:00.000Z: Anna, Ben"], 0]);
  });

  it("let one person move to another date while the others stay", async () => {
    const t = await makeCalendly();
    const later = { start_time: "2026-10-28T08:00:00Z", end_time: "2026-10-28T15:00:00Z" };
    const old_invitee = calendlyInvitee("EVA", "Anna");
    await postCalendly(t, SOURCE, calendlyBody("invitee.created", place("EVA", "Anna", "Anna"), at(0)));
    await postCalendly(t, SOURCE, calendlyBody("invitee.created", place("EVA", "Ben", "Ben"), at(1)));
    await settle(t);
    await postCalendly(
      t,
      SOURCE,
      calendlyBody("invitee.created", { ...place("EVB", "A2", "Anna", later), old_invitee }, at(2)),
    );
    await settle(t);
    const { lines, pending } = await stateOf(t);
    expect(lines).toEqual([
      "confirmed EVA 2026-10-26T08:00:00.000Z: Ben",
      "confirmed EVB 2026-10-28T08:00:00.000Z: Anna",
    ]);
    expect(pending).toBe(10);
  });

  it("keep a no-show that is told before the booking", async () => {
    const t = await makeCalendly();
    const invitee = calendlyInvitee("EVA", "P1");
    const bare = { uri: "https://api.calendly.com/invitee_no_shows/N", invitee };
    const noShow = JSON.stringify({ event: "invitee_no_show.created", created_at: at(9), payload: bare });
    expect((await postCalendly(t, SOURCE, noShow)).status).toBe(202);
    await settle(t);
    await postCalendly(t, SOURCE, calendlyBody("invitee.created", place("EVA", "P1", "Anna"), at(0)));
    await settle(t);
    expect((await stateOf(t)).lines).toEqual(["no_show EVA 2026-10-26T08:00:00.000Z: Anna"]);
  });
});
