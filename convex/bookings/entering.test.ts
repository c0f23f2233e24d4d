import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBookingWorkspace, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";

const NOW = Date.parse("2026-10-01T08:00:00Z");
const START = Date.parse("2026-10-24T07:00:00Z");
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const FACTS = {
  title: "Jollenkurs",
  startsAt: START,
  endsAt: START + 7 * HOUR_MS,
  location: { kind: "onsite" as const, zone: "Europe/Berlin", text: "Steg 3" },
  attributes: { boat: "Jolle", seats: 2 },
};
const PEOPLE = [
  { name: "Anna Weber", email: "anna@example.org" },
  { name: "Tom Weber", phone: "+49 151 23456789" },
];

async function entered() {
  const t = setupConvex();
  const { orgId } = await makeBookingWorkspace(t);
  const { as } = await makeMember(t, orgId, "agent");
  const bookingId = await as.mutation(api.bookings.mutations.create, { orgId, ...FACTS, people: PEOPLE });
  await settle(t);
  const booking = async () => await as.query(api.bookings.queries.get, { orgId, bookingId });
  const pending = async () => (await booking()).journey.filter(({ messageState }) => messageState === "pending").length;
  return { t, orgId, as, bookingId, booking, pending };
}

describe("a booking entered by hand", () => {
  it("has its people, facts and messages, and a reference", async () => {
    const { booking, pending } = await entered();
    const shown = await booking();
    expect(shown).toMatchObject({ ...FACTS, status: "confirmed", sourceKind: "manual", zone: "Europe/Berlin" });
    expect(shown.externalId).toMatch(/^[A-Z2-9]{8}$/);
    expect(shown.people.map(({ name, isBooker }) => [name, isBooker])).toEqual([
      ["Anna Weber", true],
      ["Tom Weber", false],
    ]);
    // Tom has no e-mail address: his five are planned all the same, or say why they are not.
    expect(shown.journey).toHaveLength(10);
    expect(await pending()).toBeGreaterThanOrEqual(5);
  });

  it("follows a move, a person who leaves and one who joins", async () => {
    const { t, orgId, as, bookingId, booking } = await entered();
    const moved = START + 48 * HOUR_MS;
    await as.mutation(api.bookings.mutations.change, { orgId, bookingId, startsAt: moved, title: "Jollenkurs B" });
    await settle(t);
    expect(await booking()).toMatchObject({ startsAt: moved, endsAt: moved + 7 * HOUR_MS, title: "Jollenkurs B" });
    const anna = (await booking()).people[0]!.contactId;
    await as.mutation(api.bookings.mutations.leave, { orgId, bookingId, contactId: anna });
    await settle(t);
    const hers = (await booking()).journey.filter(({ contactId }) => contactId === anna);
    expect(hers.every(({ state }) => state.kind === "cancelled" || state.kind === "skipped")).toBe(true);
    await as.mutation(api.bookings.mutations.join, { orgId, bookingId, person: { contactId: anna } });
    await settle(t);
    const planned = (await booking()).journey.filter(
      ({ contactId, messageState }) => contactId === anna && messageState === "pending",
    );
    expect(planned).toHaveLength(5);
    const tom = (await booking()).people.find(({ contactId }) => contactId !== anna)!.contactId;
    await as.mutation(api.bookings.mutations.leave, { orgId, bookingId, contactId: tom });
    const last = as.mutation(api.bookings.mutations.leave, { orgId, bookingId, contactId: anna });
    expect(await errorOf(last)).toMatchObject({ code: "invalid", field: "people" });
  });

  it("is cancelled and brought back with its messages, and says who did it", async () => {
    const { t, orgId, as, bookingId, booking, pending } = await entered();
    const before = await pending();
    const set = async (status: "cancelled" | "confirmed" | "checked_in" | "completed") => {
      await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId, status });
      await settle(t);
    };
    await set("cancelled");
    expect(await pending()).toBe(0);
    expect(await errorOf(as.mutation(api.bookings.mutations.change, { orgId, bookingId, title: "x" }))).toMatchObject({
      code: "conflict",
    });
    await set("confirmed");
    expect([(await booking()).status, await pending()]).toEqual(["confirmed", before]);
    await set("checked_in");
    await set("completed");
    await set("confirmed");
    const paginationOpts = { numItems: 20, cursor: null };
    const { page } = await as.query(api.bookings.queries.history, { orgId, bookingId, paginationOpts });
    expect(page.map(({ action }) => action)).toEqual([
      "booking.reinstated",
      "booking.completed",
      "booking.checked_in",
      "booking.reinstated",
      "booking.cancelled",
      "booking.entered",
    ]);
  });

  it("refuses what cannot be, with the field", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    const { as } = await makeMember(t, orgId, "agent");
    const create = async (wrong: object) =>
      await errorOf(as.mutation(api.bookings.mutations.create, { orgId, ...FACTS, people: PEOPLE, ...wrong }));
    expect(await create({ title: " " })).toMatchObject({ field: "title" });
    expect(await create({ endsAt: START - 1 })).toMatchObject({ field: "endsAt" });
    expect(await create({ startsAt: 0 })).toMatchObject({ field: "startsAt" });
    expect(await create({ location: { kind: "onsite", zone: "Mars/Base" } })).toMatchObject({ field: "location" });
    expect(await create({ location: { kind: "online", url: "javascript:1" } })).toMatchObject({ field: "location" });
    expect(await create({ people: [] })).toMatchObject({ field: "people" });
    expect(await create({ people: [{ name: "Nobody" }] })).toMatchObject({ field: "people" });
  });

  it("is found by title and person, in lists by state and in the calendar", async () => {
    const { orgId, as, bookingId } = await entered();
    const found = async (text: string) =>
      (await as.query(api.bookings.queries.search, { orgId, text })).map(({ id }) => id);
    expect([await found("jollenkurs"), await found("tom"), await found("nobody")]).toEqual([
      [bookingId],
      [bookingId],
      [],
    ]);
    const paginationOpts = { numItems: 10, cursor: null };
    const listed = async (status: "confirmed" | "completed") =>
      (await as.query(api.bookings.queries.list, { orgId, view: "upcoming", status, paginationOpts })).page.length;
    expect([await listed("confirmed"), await listed("completed")]).toEqual([1, 0]);
    const day = async (from: number) =>
      (await as.query(api.bookings.queries.between, { orgId, from, to: from + 24 * HOUR_MS })).bookings.length;
    expect([await day(START - 24 * HOUR_MS), await day(START - HOUR_MS), await day(START + HOUR_MS)]).toEqual([
      0, 1, 1,
    ]);
    const far = as.query(api.bookings.queries.between, { orgId, from: 0, to: NOW });
    expect(await errorOf(far)).toMatchObject({ code: "invalid" });
  });
});

describe("booking sources", () => {
  it("are added with a secret that is shown once, switched off, and of one organisation", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    const { as } = await makeMember(t, orgId, "admin");
    const sources = api.bookings.sources.mutations;
    const { sourceId, secret } = await as.mutation(sources.add, { orgId, kind: "calendly", name: "Calendly" });
    expect(secret).toMatch(/^whsec_/);
    await as.mutation(sources.change, { orgId, sourceId, isEnabled: false, venueZone: "Europe/Berlin" });
    const own = await as.mutation(sources.renewSecret, { orgId, sourceId, secret: "given-by-them" });
    expect(own.secret).toBe("given-by-them");
    const listed = await as.query(api.bookings.queries.sources, { orgId });
    const shown = listed.find(({ id }) => id === sourceId);
    expect(shown).toMatchObject({ kind: "calendly", isEnabled: false, venueZone: "Europe/Berlin" });
    expect(JSON.stringify(listed)).not.toContain("given-by-them");
    const wrong = as.mutation(sources.change, { orgId, sourceId, venueZone: "Mars/Base" });
    expect(await errorOf(wrong)).toMatchObject({ field: "venueZone" });
    const other = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, other, "admin", "stranger");
    const foreign = stranger.as.mutation(sources.renewSecret, { orgId: other, sourceId });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  });

  it("keep what they could not use, to be read once more", async () => {
    const t = setupConvex();
    const { orgId } = await makeBookingWorkspace(t);
    const { as } = await makeMember(t, orgId, "admin");
    const [source] = await as.query(api.bookings.queries.sources, { orgId });
    const sourceId = source!.id;
    await t.run(async (ctx) => {
      await ctx.db.insert("rawEvents", {
        orgId,
        kind: "booking_calcom",
        sourceId,
        receivedAt: NOW,
        dedupeKey: "x",
        body: { kind: "text", text: "{}" },
        state: {
          kind: "rejected",
          at: NOW,
          code: "missing",
          reason: "triggerEvent is missing.",
          field: "triggerEvent",
        },
      });
    });
    const refused = async () => await as.query(api.bookings.sources.queries.refused, { orgId, sourceId });
    const [first] = await refused();
    expect(first).toMatchObject({ code: "missing", field: "triggerEvent" });
    const rawEventId: Id<"rawEvents"> = first!.id;
    await as.mutation(api.bookings.sources.mutations.replay, { orgId, sourceId, rawEventId });
    await settle(t);
    expect(await refused()).toHaveLength(1);
  });
});
