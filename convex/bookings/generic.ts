import type { BookingChange, BookingDetails, BookingPerson, ConsentGiven, EventLocation, ParseResult } from "./event";
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

// The generic signed booking webhook (providers.md 19.3).

const CHANGES: ReadonlyMap<string, BookingChange> = new Map([
  ["booking.created", "created"],
  ["booking.rescheduled", "rescheduled"],
  ["booking.cancelled", "cancelled"],
  ["booking.completed", "completed"],
  ["booking.no_show", "no_show"],
]);

const CONSENT_CHANNELS = ["email", "sms", "whatsapp"] as const;
const CONSENT_PURPOSES = ["transactional", "marketing"] as const;

/** Reads a raw body of the generic webhook. Never throws: a wrong body is `invalid` with the field at fault. */
export function parseGeneric(body: string): ParseResult {
  const read = reading(() => readEvent(asObject(parseJson(body), "")));
  return "error" in read ? { kind: "invalid", error: read.error } : read.value;
}

function readEvent(body: JsonObject): ParseResult {
  const name = requiredText(body, "event");
  const change = CHANGES.get(name);
  if (change === undefined) return { kind: "ignored", name, isKnown: false };
  return {
    kind: "event",
    event: {
      change,
      externalId: requiredText(body, "externalId"),
      previousExternalId: optionalText(body, "previousExternalId"),
      occurredAt: requiredInstant(body, "occurredAt"),
      details: readDetails(body),
      cancellationReason: optionalText(body, "cancellationReason"),
    },
  };
}

function readDetails(body: JsonObject): BookingDetails {
  const title = requiredText(body, "title");
  const startsAt = requiredInstant(body, "startsAt");
  const endsAt = requiredInstant(body, "endsAt");
  if (endsAt < startsAt) refuse("invalid", "endsAt", "endsAt must not lie before startsAt.");
  const timezone = requiredText(body, "timezone");
  return {
    title,
    startsAt,
    endsAt,
    location: readLocation(optionalText(body, "locationText"), timezone),
    people: [readCustomer(body, timezone)],
    attributes: readAttributes(body),
  };
}

/** A web address means online; everything else is a place in `timezone`. */
function readLocation(text: string | undefined, timezone: string): EventLocation {
  if (text !== undefined && /^https?:\/\//i.test(text)) return { kind: "online", url: text };
  return { kind: "onsite", zone: timezone, text };
}

function readCustomer(body: JsonObject, timezone: string): BookingPerson {
  const customer = asObject(body["customer"] ?? undefined, "customer");
  const email = optionalText(customer, "email", "customer");
  const phone = optionalText(customer, "phone", "customer");
  if (email === undefined && phone === undefined) {
    refuse("missing", "customer.email", "customer.email or customer.phone is missing.");
  }
  return {
    name: requiredText(customer, "name", "customer"),
    email,
    phone,
    locale: optionalText(customer, "locale", "customer"),
    timezone: optionalText(customer, "timezone", "customer") ?? timezone,
    isBooker: true,
    consents: readConsents(customer),
  };
}

function readConsents(customer: JsonObject): ConsentGiven[] {
  return (optionalList(customer, "consents", "customer") ?? []).map((entry, index) => {
    const field = `customer.consents.${index}`;
    const consent = asObject(entry, field);
    return {
      channel: oneOf(CONSENT_CHANNELS, requiredText(consent, "channel", field), `${field}.channel`),
      purpose: oneOf(CONSENT_PURPOSES, requiredText(consent, "purpose", field), `${field}.purpose`),
    };
  });
}

function oneOf<T extends string>(allowed: readonly T[], value: string, field: string): T {
  const found = allowed.find((candidate) => candidate === value);
  return found ?? refuse("invalid", field, `${field} must be one of ${allowed.join(", ")}.`);
}

function readAttributes(body: JsonObject): BookingDetails["attributes"] {
  const attributes = scalarsOf(optionalObject(body, "metadata"));
  const status = optionalText(body, "status");
  if (status !== undefined) attributes["sourceStatus"] = status;
  const staff = body["staff"];
  if (typeof staff === "string") attributes["staff"] = staff;
  else if (isObject(staff) && typeof staff["name"] === "string") attributes["staff"] = staff["name"];
  const price = optionalObject(body, "price");
  if (price !== undefined) {
    if (typeof price["amount"] !== "number") refuse("wrong_type", "price.amount", "price.amount must be a number.");
    attributes["priceAmount"] = price["amount"];
    attributes["priceCurrency"] = requiredText(price, "currency", "price");
  }
  return attributes;
}
