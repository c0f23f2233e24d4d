import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeApi } from "../../../tests/support/api";
import { NOON } from "../../../tests/support/delivery";

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOON);
});
afterEach(() => {
  vi.useRealTimers();
});

const BOOKING = {
  externalId: "order-81",
  title: "SBF See",
  startsAt: "2026-12-05T09:00:00+01:00",
  endsAt: "2026-12-05T16:00:00+01:00",
  location: { kind: "onsite", zone: "Europe/Berlin", text: "Steg 3" },
  people: [
    { email: "anna@example.org", name: "Anna Weber", timezone: "Europe/Lisbon" },
    { phone: "+4915123456789", name: "Tom Weber" },
  ],
  attributes: { boat: "Jolle", seats: 2 },
};
const START = Date.parse(BOOKING.startsAt);

async function booked(fields: Record<string, unknown> = {}) {
  const shop = await makeApi();
  const { status, body, headers } = await shop.call("POST", "bookings", { ...BOOKING, ...fields });
  expect(status, JSON.stringify(body)).toBe(201);
  return { ...shop, path: `bookings/${String(body.id)}`, body, etag: headers.get("ETag") ?? "" };
}

const peopleOf = (body: Record<string, unknown>) => (body.people as { name: string }[]).map(({ name }) => name);
const idsOf = (body: Record<string, unknown>) => (body.data as { id: string }[]).map(({ id }) => id);

describe("bookings in the API", () => {
  it("are entered once for an external id, with people, zones and attributes", async () => {
    const { call, path, body } = await booked();
    expect(body).toMatchObject({
      externalId: "order-81",
      source: { kind: "api" },
      status: "confirmed",
      startsAt: START,
      location: BOOKING.location,
      attributes: BOOKING.attributes,
      people: [
        { name: "Anna Weber", isBooker: true, timezone: "Europe/Lisbon" },
        { name: "Tom Weber", isBooker: false, timezone: null },
      ],
    });
    const again = await call("POST", "bookings", { ...BOOKING, title: "Other" });
    expect(again).toMatchObject({ status: 200, body: { id: body.id, title: "SBF See" } });
    expect((await call("GET", path)).body).toEqual(body);
  });

  it("answer the same call with the same key from memory", async () => {
    const { call } = await makeApi();
    const { externalId: _, ...anonymous } = BOOKING;
    const key = { "Idempotency-Key": "k1" };
    const first = await call("POST", "bookings", anonymous, key);
    expect((await call("POST", "bookings", anonymous, key)).body).toEqual(first.body);
    expect(idsOf((await call("GET", "bookings")).body)).toEqual([first.body.id]);
  });

  it("are moved, changed, cancelled and brought back", async () => {
    const { call, path, etag } = await booked();
    const moved = await call("PATCH", path, { startsAt: "2026-12-06T09:00:00+01:00" }, { "If-Match": etag });
    const day = 86_400_000;
    expect(moved.body).toMatchObject({ startsAt: START + day, endsAt: Date.parse(BOOKING.endsAt) + day });
    expect((await call("PATCH", path, { title: "x" }, { "If-Match": etag })).status).toBe(412);
    const alone = await call("PATCH", path, { people: [{ email: "anna@example.org" }], attributes: {} });
    expect([peopleOf(alone.body), alone.body.attributes]).toEqual([["Anna Weber"], {}]);
    const off = await call("PATCH", path, { status: "cancelled", cancellationReason: "Storm" });
    expect(off.body).toMatchObject({ status: "cancelled", cancellationReason: "Storm" });
    expect((await call("PATCH", path, { title: "x" })).status).toBe(409);
    const back = await call("PATCH", path, { status: "confirmed", title: "Again" });
    expect(back.body).toMatchObject({ status: "confirmed", title: "Again", cancellationReason: null });
  });

  it("are listed by state, time, person and external id", async () => {
    const { call, body } = await booked();
    const other = await call("POST", "bookings", {
      ...BOOKING,
      externalId: "order-82",
      startsAt: "2026-12-07T09:00:00+01:00",
      endsAt: "2026-12-07T10:00:00+01:00",
      people: [{ email: "ben@example.org", name: "Ben" }],
    });
    const list = async (query: string) => idsOf((await call("GET", `bookings?${query}`)).body);
    expect(await list("")).toEqual([body.id, other.body.id]);
    expect(await list("from=2026-12-06T00:00:00Z")).toEqual([other.body.id]);
    expect(await list("status=confirmed&to=2026-12-06T00:00:00Z")).toEqual([body.id]);
    expect(await list("status=cancelled")).toEqual([]);
    expect(await list("externalId=order-82")).toEqual([other.body.id]);
    const [ben] = other.body.people as { contactId: string }[];
    expect(await list(`contactId=${ben!.contactId}`)).toEqual([other.body.id]);
    const first = await call("GET", "bookings?limit=1");
    const rest = await list(`limit=1&cursor=${encodeURIComponent(String(first.body.nextCursor))}`);
    expect(rest).toEqual([other.body.id]);
  });

  it("name what is wrong, and need their scopes", async () => {
    const { call } = await makeApi();
    for (const [wrong, field] of [
      [{ title: "" }, "title"],
      [{ startsAt: "2026-12-05T09:00" }, "startsAt"],
      [{ endsAt: "2026-12-05T08:00:00+01:00" }, "endsAt"],
      [{ location: { kind: "onsite", zone: "Mars/Base" } }, "location"],
      [{ people: [] }, "people"],
      [{ people: [{ name: "Nobody" }] }, "people.0"],
      [{ people: [{ email: "no address" }] }, "people.0.email"],
      [{ attributes: { $x: 1 } }, "attributes.$x"],
    ] as const) {
      const answer = await call("POST", "bookings", { ...BOOKING, ...wrong });
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 422, body: { field } });
    }
    const reader = await makeApi(["bookings.read"]);
    expect((await reader.call("GET", "bookings")).status).toBe(200);
    expect((await reader.call("POST", "bookings", BOOKING)).status).toBe(403);
    expect((await reader.call("GET", "bookings/nothing")).status).toBe(404);
  });
});
