import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCalcom } from "./calcom";

fc.configureGlobal({ seed: 20_261_025 });

/** BOOKING_CREATED as cal.com's default template sends it (providers.md 19.1). */
const CREATED = {
  triggerEvent: "BOOKING_CREATED",
  createdAt: "2026-10-01T08:12:44.120Z",
  payload: {
    type: "sbf-see-praxiskurs",
    title: "SBF See Praxiskurs between Segelschule Haff and Anna Weber",
    description: "",
    additionalNotes: "",
    customInputs: {},
    startTime: "2026-10-26T08:00:00Z",
    endTime: "2026-10-26T15:00:00Z",
    organizer: {
      id: 7,
      name: "Jana Petersen",
      email: "jana@haff-segeln.example",
      username: "jana",
      timeZone: "Europe/Berlin",
      language: { locale: "de" },
      timeFormat: "HH:mm",
      utcOffset: 120,
    },
    responses: {
      name: { label: "your_name", value: "Anna Weber", isHidden: false },
      email: { label: "email_address", value: "Anna.Weber@example.org", isHidden: false },
      attendeePhoneNumber: { label: "phone_number", value: "+49 151 23456789", isHidden: false },
      location: { label: "location", value: { optionValue: "", value: "inPerson" }, isHidden: false },
      notes: { label: "additional_notes", isHidden: false },
      guests: { label: "additional_guests", value: [], isHidden: false },
    },
    userFieldsResponses: {},
    attendees: [
      {
        name: "Anna Weber",
        email: "Anna.Weber@example.org",
        firstName: "Anna",
        lastName: "Weber",
        timeZone: "Europe/Lisbon",
        language: { locale: "de" },
        utcOffset: 60,
      },
      {
        name: "Tom Weber",
        email: "tom@example.org",
        timeZone: "Europe/Berlin",
        language: { locale: "en" },
        utcOffset: 120,
      },
    ],
    location: "Am Hafen 3, 17373 Ueckermünde",
    destinationCalendar: null,
    hideCalendarNotes: false,
    requiresConfirmation: null,
    eventTypeId: 42,
    seatsShowAttendees: true,
    seatsPerTimeSlot: null,
    uid: "pVgN1fYSqvJ1dK5a7n3E2b",
    bookingId: 1201,
    smsReminderNumber: null,
    metadata: { campaign: "herbst" },
    status: "ACCEPTED",
    price: 24900,
    currency: "eur",
    length: 420,
  },
};

type Payload = Record<string, unknown>;
const body = (overrides: Payload = {}, trigger = "BOOKING_CREATED", envelope: Payload = {}) =>
  JSON.stringify({ ...CREATED, triggerEvent: trigger, ...envelope, payload: { ...CREATED.payload, ...overrides } });

function eventOf(text: string) {
  const parsed = parseCalcom(text);
  if (parsed.kind !== "event") throw new Error(`not an event: ${JSON.stringify(parsed)}`);
  return parsed.event;
}

function fieldAtFault(text: string) {
  const parsed = parseCalcom(text);
  return parsed.kind === "invalid" ? `${parsed.error.code} ${parsed.error.field}` : parsed.kind;
}

describe("cal.com bookings", () => {
  it("reads a whole BOOKING_CREATED", () => {
    expect(eventOf(JSON.stringify(CREATED))).toEqual({
      change: "created",
      externalId: "pVgN1fYSqvJ1dK5a7n3E2b",
      previousExternalId: undefined,
      occurredAt: Date.UTC(2026, 9, 1, 8, 12, 44, 120),
      cancellationReason: undefined,
      details: {
        title: "SBF See Praxiskurs between Segelschule Haff and Anna Weber",
        startsAt: Date.UTC(2026, 9, 26, 8),
        endsAt: Date.UTC(2026, 9, 26, 15),
        location: { kind: "onsite", fallbackZone: "Europe/Berlin", text: "Am Hafen 3, 17373 Ueckermünde" },
        people: [
          {
            name: "Anna Weber",
            email: "Anna.Weber@example.org",
            phone: "+49 151 23456789",
            locale: "de",
            timezone: "Europe/Lisbon",
            isBooker: true,
            consents: [],
          },
          {
            name: "Tom Weber",
            email: "tom@example.org",
            phone: undefined,
            locale: "en",
            timezone: "Europe/Berlin",
            isBooker: false,
            consents: [],
          },
        ],
        attributes: {
          campaign: "herbst",
          staff: "Jana Petersen",
          bookingId: 1201,
          eventTypeId: 42,
          type: "sbf-see-praxiskurs",
          status: "ACCEPTED",
          price: 24900,
          currency: "eur",
        },
      },
    });
  });

  it("links a move by rescheduleUid", () => {
    const event = eventOf(body({ uid: "new", rescheduleUid: "old", rescheduleId: 1201 }, "BOOKING_RESCHEDULED"));
    expect(event).toMatchObject({ change: "rescheduled", externalId: "new", previousExternalId: "old" });
  });

  it("takes a cancellation's reason, and a rejection for a cancellation", () => {
    expect(eventOf(body({ cancellationReason: "krank" }, "BOOKING_CANCELLED"))).toMatchObject({
      change: "cancelled",
      cancellationReason: "krank",
    });
    expect(eventOf(body({ rejectionReason: "voll" }, "BOOKING_REJECTED")).cancellationReason).toBe("voll");
  });

  it.each([
    ["the form's answer", { responses: { attendeePhoneNumber: { value: "+4915100000001" } } }, "+4915100000001"],
    ["the reminder number", { responses: {}, smsReminderNumber: "+4915100000002" }, "+4915100000002"],
    [
      "the attendee's own",
      { responses: {}, attendees: [{ name: "A", email: "a@b.example", phoneNumber: "+4915100000003" }] },
      "+4915100000003",
    ],
    ["none", { responses: {} }, undefined],
  ])("finds the phone number: %s", (_, overrides, phone) => {
    expect(eventOf(body(overrides)).details?.people[0]?.phone).toBe(phone);
  });

  it.each([
    ["integrations:daily", { kind: "online", url: undefined }],
    ["https://meet.example/abc", { kind: "online", url: "https://meet.example/abc" }],
    [null, { kind: "unknown", fallbackZone: "Europe/Berlin" }],
  ])("tells where it takes place: %s", (location, expected) => {
    expect(eventOf(body({ location })).details?.location).toEqual(expected);
  });

  it("accepts a flat MEETING_ENDED and a wrapped one", () => {
    const { payload } = CREATED;
    const flat = JSON.stringify({ triggerEvent: "MEETING_ENDED", ...payload });
    expect(eventOf(flat)).toMatchObject({
      change: "completed",
      externalId: payload.uid,
      occurredAt: Date.UTC(2026, 9, 26, 15),
    });
    expect(eventOf(body({}, "MEETING_ENDED"))).toMatchObject({ change: "completed", externalId: payload.uid });
  });

  it("takes a no-show only when nobody came", () => {
    const noShow = (attendees: object[]) =>
      parseCalcom(
        JSON.stringify({
          triggerEvent: "BOOKING_NO_SHOW_UPDATED",
          createdAt: CREATED.createdAt,
          payload: { message: "x", bookingUid: "u1", bookingId: 1, attendees },
        }),
      );
    const [anna, tom] = [
      { email: "a@b.example", noShow: true },
      { email: "t@b.example", noShow: false },
    ];
    expect(noShow([anna])).toMatchObject({
      kind: "event",
      event: { change: "no_show", externalId: "u1", details: null },
    });
    expect(noShow([anna, tom])).toMatchObject({ kind: "ignored", isKnown: true });
  });

  it.each([
    ["PING", true],
    ["BOOKING_REQUESTED", true],
    ["BOOKING_PAID", true],
    ["SOMETHING_NEW", false],
  ])("does nothing about %s", (name, isKnown) => {
    expect(parseCalcom(body({}, name))).toEqual({ kind: "ignored", name, isKnown });
  });
});

describe("wrong bodies name the field", () => {
  it.each([
    ["not JSON", "{", "invalid_json "],
    ["a list", "[]", "wrong_type "],
    ["no trigger", "{}", "missing triggerEvent"],
    ["no payload", JSON.stringify({ triggerEvent: "BOOKING_CREATED", createdAt: "x" }), "missing payload"],
    ["no uid", body({ uid: null }), "missing payload.uid"],
    ["no title", body({ title: " " }), "missing payload.title"],
    ["a start without zone", body({ startTime: "2026-10-26T08:00:00" }), "invalid payload.startTime"],
    ["a start in the year 20206", body({ startTime: "+020206-10-26T08:00:00Z" }), "invalid payload.startTime"],
    ["an end before the start", body({ endTime: "2026-10-25T08:00:00Z" }), "invalid payload.endTime"],
    ["nobody", body({ attendees: [] }), "invalid payload.attendees"],
    ["no attendees", body({ attendees: undefined }), "missing payload.attendees"],
    ["an attendee who is a text", body({ attendees: ["Anna"] }), "wrong_type payload.attendees.0"],
    [
      "a second attendee without address",
      body({ attendees: [{ name: "A", email: "a@b.example" }, { name: "B" }] }),
      "missing payload.attendees.1.email",
    ],
    ["a wrong date", body({}, "BOOKING_CREATED", { createdAt: "gestern" }), "invalid createdAt"],
    ["an organizer that is a text", body({ organizer: "Jana" }), "wrong_type payload.organizer"],
  ])("%s", (_, text, expected) => {
    expect(fieldAtFault(text)).toBe(expected);
  });
});

describe("arbitrary input", () => {
  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseCalcom(text)));
  });

  it("never throws on payloads with any value in any place", () => {
    const keys = [...Object.keys(CREATED.payload), "rescheduleUid", "cancellationReason"];
    const damaged = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
    const trigger = fc.constantFrom("BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "MEETING_ENDED");
    fc.assert(
      fc.property(damaged, trigger, (overrides, name) => {
        const parsed = parseCalcom(body(overrides, name));
        if (parsed.kind === "invalid") expect(parsed.error.message).toContain(parsed.error.field);
        if (parsed.kind === "event")
          expect(parsed.event.details!.endsAt).toBeGreaterThanOrEqual(parsed.event.details!.startsAt);
      }),
    );
  });
});
