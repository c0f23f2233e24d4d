import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGeneric } from "./generic";

fc.configureGlobal({ seed: 20_261_025 });

/** A whole body of the generic webhook (providers.md 19.3). */
const CREATED = {
  event: "booking.created",
  externalId: "K-2026-0117",
  occurredAt: "2026-10-01T10:12:44+02:00",
  startsAt: "2026-10-26T09:00:00+01:00",
  endsAt: "2026-10-26T16:00:00+01:00",
  timezone: "Europe/Berlin",
  status: "confirmed",
  title: "Jollen-Grundkurs",
  locationText: "Am Hafen 3, 17373 Ueckermünde",
  staff: { name: "Malte Brandt" },
  customer: {
    name: "Anna Weber",
    email: "anna.weber@example.org",
    phone: "+4915123456789",
    locale: "de-DE",
    consents: [{ channel: "sms", purpose: "marketing" }],
  },
  price: { amount: 249, currency: "EUR" },
  metadata: { boat: "Optimist", crew: 2, hasLicence: false, nested: { left: "out" } },
};

type Fields = Record<string, unknown>;
const body = (overrides: Fields = {}) => JSON.stringify({ ...CREATED, ...overrides });
const customer = (overrides: Fields) => body({ customer: { ...CREATED.customer, ...overrides } });

function eventOf(text: string) {
  const parsed = parseGeneric(text);
  if (parsed.kind !== "event") throw new Error(`not an event: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

function fieldAtFault(text: string) {
  const parsed = parseGeneric(text);
  return parsed.kind === "invalid" ? `${parsed.error.code} ${parsed.error.field}` : parsed.kind;
}

describe("generic bookings", () => {
  it("reads a whole booking.created", () => {
    expect(eventOf(JSON.stringify(CREATED))).toEqual({
      change: "created",
      externalId: "K-2026-0117",
      previousExternalId: undefined,
      occurredAt: Date.UTC(2026, 9, 1, 8, 12, 44),
      cancellationReason: undefined,
      details: {
        title: "Jollen-Grundkurs",
        startsAt: Date.UTC(2026, 9, 26, 8),
        endsAt: Date.UTC(2026, 9, 26, 15),
        location: { kind: "onsite", zone: "Europe/Berlin", text: "Am Hafen 3, 17373 Ueckermünde" },
        people: [
          {
            name: "Anna Weber",
            email: "anna.weber@example.org",
            phone: "+4915123456789",
            locale: "de-DE",
            timezone: "Europe/Berlin",
            isBooker: true,
            consents: [{ channel: "sms", purpose: "marketing" }],
          },
        ],
        attributes: {
          boat: "Optimist",
          crew: 2,
          hasLicence: false,
          sourceStatus: "confirmed",
          staff: "Malte Brandt",
          priceAmount: 249,
          priceCurrency: "EUR",
        },
      },
    });
  });

  it.each([
    ["booking.rescheduled", "rescheduled"],
    ["booking.cancelled", "cancelled"],
    ["booking.completed", "completed"],
    ["booking.no_show", "no_show"],
  ])("knows %s", (event, change) => {
    expect(eventOf(body({ event, previousExternalId: "K-1" }))).toMatchObject({ change, previousExternalId: "K-1" });
  });

  it("takes a web address for an online booking", () => {
    const url = "https://meet.example/x";
    expect(eventOf(body({ locationText: url })).details?.location).toEqual({ kind: "online", url });
  });

  it("leaves an unknown zone to the planner's fallback", () => {
    expect(eventOf(body({ timezone: "Europe/Berln" })).details?.location).toMatchObject({ zone: "Europe/Berln" });
  });

  it("ignores events it does not know", () => {
    expect(parseGeneric(body({ event: "booking.painted" }))).toEqual({
      kind: "ignored",
      name: "booking.painted",
      isKnown: false,
    });
  });

  it("replaces half a character, which cannot be stored", () => {
    expect(eventOf(JSON.stringify(CREATED).replace("Jollen", "\\ud83d Jollen")).details?.title).toContain("\ufffd");
  });
});

describe("wrong bodies name the field", () => {
  it.each([
    ["not JSON", "", "invalid_json "],
    ["null", "null", "wrong_type "],
    ["no event", body({ event: undefined }), "missing event"],
    ["a number for an id", body({ externalId: 7 }), "wrong_type externalId"],
    ["no start", body({ startsAt: null }), "missing startsAt"],
    ["a start that is a date", body({ startsAt: "2026-10-26" }), "invalid startsAt"],
    ["a start in 1970", body({ startsAt: "1970-01-01T00:00:00Z" }), "invalid startsAt"],
    ["an end before the start", body({ endsAt: "2026-10-25T16:00:00+01:00" }), "invalid endsAt"],
    ["no zone", body({ timezone: "" }), "missing timezone"],
    ["an endless title", body({ title: "x".repeat(2_001) }), "invalid title"],
    ["no customer", body({ customer: null }), "missing customer"],
    ["a customer who is a list", body({ customer: [] }), "wrong_type customer"],
    ["a customer without name", customer({ name: "" }), "missing customer.name"],
    ["a customer without address", customer({ email: null, phone: " " }), "missing customer.email"],
    [
      "a consent for an unknown channel",
      customer({ consents: [{ channel: "fax", purpose: "marketing" }] }),
      "invalid customer.consents.0.channel",
    ],
    ["a price in words", body({ price: { amount: "viel", currency: "EUR" } }), "wrong_type price.amount"],
    ["metadata that is a list", body({ metadata: [] }), "wrong_type metadata"],
  ])("%s", (_, text, expected) => {
    expect(fieldAtFault(text)).toBe(expected);
  });
});

describe("arbitrary input", () => {
  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseGeneric(text)));
  });

  it("never throws on bodies with any value in any place", () => {
    const keys = [...Object.keys(CREATED), "previousExternalId", "cancellationReason"].filter((key) => key !== "event");
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()), (overrides) => {
        const parsed = parseGeneric(body(overrides));
        if (parsed.kind === "invalid") expect(parsed.error.message).toContain(parsed.error.field);
      }),
    );
  });
});
