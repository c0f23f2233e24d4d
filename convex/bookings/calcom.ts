import type { BookingChange, BookingDetails, BookingEvent, BookingPerson, EventLocation, ParseResult } from "./event";
import {
  asObject,
  isObject,
  type JsonObject,
  optionalList,
  optionalObject,
  optionalText,
  parseJson,
  reading,
  refuse,
  requiredInstant,
  requiredText,
  scalarsOf,
} from "./fields";

// cal.com's webhook with its default payload template (providers.md 19.1).

/** Events that change a booking for us. A move issues a new uid; the old one stands in `rescheduleUid`. */
const CHANGES: ReadonlyMap<string, BookingChange> = new Map([
  ["BOOKING_CREATED", "created"],
  ["BOOKING_RESCHEDULED", "rescheduled"],
  ["BOOKING_CANCELLED", "cancelled"],
  ["BOOKING_REJECTED", "cancelled"],
  ["MEETING_ENDED", "completed"],
  ["BOOKING_NO_SHOW_UPDATED", "no_show"],
]);

/** Documented events nothing follows from. BOOKING_REQUESTED: an unconfirmed wish; BOOKING_CREATED comes once accepted. */
const KNOWN_WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "PING",
  "BOOKING_REQUESTED",
  "BOOKING_PAYMENT_INITIATED",
  "BOOKING_PAID",
  "MEETING_STARTED",
  "AFTER_HOSTS_CAL_VIDEO_NO_SHOW",
  "AFTER_GUESTS_CAL_VIDEO_NO_SHOW",
  "RECORDING_READY",
  "RECORDING_TRANSCRIPTION_GENERATED",
  "INSTANT_MEETING",
  "FORM_SUBMITTED",
  "FORM_SUBMITTED_NO_EVENT",
  "OOO_CREATED",
]);

/** What cal.com calls its own video rooms and other integrations in `location`: "integrations:daily". */
const ONLINE_LOCATION = /^(integrations:|https?:\/\/)/i;

/** Reads a raw cal.com body. Never throws: a wrong body is `invalid` with the field at fault. */
export function parseCalcom(body: string): ParseResult {
  const read = reading(() => readEnvelope(asObject(parseJson(body), "")));
  return "error" in read ? { kind: "invalid", error: read.error } : read.value;
}

function readEnvelope(body: JsonObject): ParseResult {
  const name = requiredText(body, "triggerEvent");
  const change = CHANGES.get(name);
  if (change === undefined) return { kind: "ignored", name, isKnown: KNOWN_WITHOUT_EFFECT.has(name) };
  // MEETING_* come flat in some versions: the fields then lie beside triggerEvent.
  const isFlat = name.startsWith("MEETING_") && !isObject(body["payload"]);
  const path = isFlat ? "" : "payload";
  const payload = isFlat ? body : asObject(body["payload"] ?? undefined, "payload");
  if (change === "no_show") return readNoShow(body, payload, name);
  return { kind: "event", event: readBooking(body, payload, path, change) };
}

function readBooking(body: JsonObject, payload: JsonObject, path: string, change: BookingChange): BookingEvent {
  const details = readDetails(payload, path);
  // The flat form has no createdAt: the meeting ended when it ended.
  const isUndated = change === "completed" && (body["createdAt"] ?? null) === null;
  return {
    change,
    externalId: requiredText(payload, "uid", path),
    previousExternalId: change === "rescheduled" ? optionalText(payload, "rescheduleUid", path) : undefined,
    occurredAt: isUndated ? details.endsAt : requiredInstant(body, "createdAt"),
    details,
    cancellationReason:
      change === "cancelled"
        ? (optionalText(payload, "cancellationReason", path) ?? optionalText(payload, "rejectionReason", path))
        : undefined,
  };
}

/** `{bookingUid, attendees: [{email, noShow}]}`; only when nobody came is the booking a no-show. */
function readNoShow(body: JsonObject, payload: JsonObject, name: string): ParseResult {
  const externalId = requiredText(payload, "bookingUid", "payload");
  const occurredAt = requiredInstant(body, "createdAt");
  const attendees = (optionalList(payload, "attendees", "payload") ?? []).map((entry, index) =>
    asObject(entry, `payload.attendees.${index}`),
  );
  const nobodyCame = attendees.length > 0 && attendees.every((attendee) => attendee["noShow"] === true);
  if (!nobodyCame) return { kind: "ignored", name, isKnown: true };
  return { kind: "event", event: { change: "no_show", externalId, occurredAt, details: null } };
}

function readDetails(payload: JsonObject, path: string): BookingDetails {
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  const startsAt = requiredInstant(payload, "startTime", path);
  const endsAt = requiredInstant(payload, "endTime", path);
  if (endsAt < startsAt) refuse("invalid", at("endTime"), `${at("endTime")} must not lie before startTime.`);
  const organizer = optionalObject(payload, "organizer", path);
  const organizerZone = organizer && optionalText(organizer, "timeZone", at("organizer"));
  return {
    title: requiredText(payload, "title", path),
    startsAt,
    endsAt,
    location: readLocation(optionalText(payload, "location", path), organizerZone),
    people: readAttendees(payload, path),
    attributes: readAttributes(payload, organizer),
  };
}

function readLocation(text: string | undefined, fallbackZone: string | undefined): EventLocation {
  if (text === undefined) return { kind: "unknown", fallbackZone };
  if (!ONLINE_LOCATION.test(text)) return { kind: "onsite", fallbackZone, text };
  return { kind: "online", url: text.startsWith("http") ? text : undefined };
}

function readAttendees(payload: JsonObject, path: string): BookingPerson[] {
  const field = path === "" ? "attendees" : `${path}.attendees`;
  const attendees = optionalList(payload, "attendees", path) ?? refuse("missing", field, `${field} is missing.`);
  if (attendees.length === 0) refuse("invalid", field, `${field} must name at least one person.`);
  return attendees.map((entry, index) =>
    readAttendee(asObject(entry, `${field}.${index}`), `${field}.${index}`, payload, index),
  );
}

function readAttendee(attendee: JsonObject, field: string, payload: JsonObject, index: number): BookingPerson {
  const email = optionalText(attendee, "email", field);
  // The form's phone answers belong to the one who filled it in: the first attendee.
  const ownPhone = optionalText(attendee, "phoneNumber", field);
  const phone = index === 0 ? (formPhone(payload) ?? ownPhone) : ownPhone;
  if (email === undefined && phone === undefined) {
    refuse("missing", `${field}.email`, `${field}.email or ${field}.phoneNumber is missing.`);
  }
  const language = optionalObject(attendee, "language", field);
  return {
    name: requiredText(attendee, "name", field),
    email,
    phone,
    locale: language && optionalText(language, "locale", `${field}.language`),
    timezone: optionalText(attendee, "timeZone", field),
    isBooker: index === 0,
    consents: [],
  };
}

/** `responses.attendeePhoneNumber.value`, else `smsReminderNumber`; unusable answers count as none. */
function formPhone(payload: JsonObject): string | undefined {
  const responses = payload["responses"];
  const answer = isObject(responses) ? responses["attendeePhoneNumber"] : undefined;
  const candidates = [isObject(answer) ? answer["value"] : undefined, payload["smsReminderNumber"]];
  return candidates.find((value): value is string => typeof value === "string" && value.trim() !== "")?.trim();
}

function readAttributes(payload: JsonObject, organizer: JsonObject | undefined): BookingDetails["attributes"] {
  const attributes = scalarsOf(isObject(payload["metadata"]) ? payload["metadata"] : undefined);
  if (typeof organizer?.["name"] === "string") attributes["staff"] = organizer["name"];
  for (const key of ["bookingId", "eventTypeId", "type", "status", "price", "currency"]) {
    const value = payload[key];
    if (typeof value === "string" || typeof value === "number") attributes[key] = value;
  }
  return attributes;
}
