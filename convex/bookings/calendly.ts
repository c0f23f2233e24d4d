import { attributeKey } from "../lib/attributeKey";
import type { BookingDetails, BookingPerson, EventLocation, InviteeChange, InviteeEvent, ParseResult } from "./event";
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

// Calendly's webhook (providers.md 19.2). Its events are about one invitee each; what the booking is follows from all of
// its invitees together (invitees.ts).

const CHANGES: ReadonlyMap<string, "created" | "canceled" | "no_show" | "no_show_undone"> = new Map([
  ["invitee.created", "created"],
  ["invitee.canceled", "canceled"],
  ["invitee_no_show.created", "no_show"],
  ["invitee_no_show.deleted", "no_show_undone"],
] as const);

/** Documented events nothing follows from: a form that was filled in has booked nothing yet. */
const KNOWN_WITHOUT_EFFECT: ReadonlySet<string> = new Set(["routing_form_submission.created"]);

/** `…/scheduled_events/{event}/invitees/{invitee}`: an invitee's address begins with its event's. */
const EVENT_OF_INVITEE = /^(.+)\/invitees\/[^/]+$/;

/** Reads a raw Calendly body. Never throws: a wrong body is `invalid` with the field at fault. */
export function parseCalendly(body: string): ParseResult {
  const read = reading(() => readEnvelope(asObject(parseJson(body), "")));
  return "error" in read ? { kind: "invalid", error: read.error } : read.value;
}

function readEnvelope(body: JsonObject): ParseResult {
  const name = requiredText(body, "event");
  const change = CHANGES.get(name);
  if (change === undefined) return { kind: "ignored", name, isKnown: KNOWN_WITHOUT_EFFECT.has(name) };
  const payload = asObject(body["payload"] ?? undefined, "payload");
  const occurredAt = requiredInstant(body, "created_at");
  const invitee = readInvitee(payload);
  const base = { ...invitee, occurredAt, details: readDetails(payload) };
  if (change !== "created" && change !== "canceled") return { kind: "invitee", event: { ...base, change } };
  if (base.details === null) refuse("missing", "payload.scheduled_event", "payload.scheduled_event is missing.");
  if (change === "created") {
    return {
      kind: "invitee",
      event: { ...base, change: "joined", replaces: optionalText(payload, "old_invitee", "payload") },
    };
  }
  const cancellation = optionalObject(payload, "cancellation", "payload");
  const left: InviteeChange = payload["rescheduled"] === true ? "moved_away" : "left";
  const cancellationReason = cancellation && optionalText(cancellation, "reason", "payload.cancellation");
  return { kind: "invitee", event: { ...base, change: left, cancellationReason } };
}

/** A no-show may name the invitee alone (`payload.invitee`) or be the whole invitee with `uri`. */
function readInvitee(payload: JsonObject): Pick<InviteeEvent, "inviteeId" | "externalId"> {
  const isBare = typeof payload["invitee"] === "string";
  const field = isBare ? "invitee" : "uri";
  const inviteeId = requiredText(payload, field, "payload");
  const externalId = optionalText(payload, "event", "payload") ?? EVENT_OF_INVITEE.exec(inviteeId)?.[1];
  if (externalId === undefined) refuse("missing", "payload.event", "payload.event is missing.");
  return { inviteeId, externalId };
}

function readDetails(payload: JsonObject): BookingDetails | null {
  const path = "payload.scheduled_event";
  const event = optionalObject(payload, "scheduled_event", "payload");
  if (event === undefined) return null;
  const startsAt = requiredInstant(event, "start_time", path);
  const endsAt = requiredInstant(event, "end_time", path);
  if (endsAt < startsAt) refuse("invalid", `${path}.end_time`, `${path}.end_time must not lie before start_time.`);
  return {
    title: requiredText(event, "name", path),
    startsAt,
    endsAt,
    location: readLocation(optionalObject(event, "location", path)),
    people: [readPerson(payload), ...readGuests(event, path)],
    attributes: readAttributes(payload, event),
  };
}

/** A conference has a `join_url`, a call happens on the phone, everything else names its place in words. */
function readLocation(location: JsonObject | undefined): EventLocation {
  if (location === undefined) return { kind: "unknown" };
  const url = optionalText(location, "join_url", "payload.scheduled_event.location");
  const kind = typeof location["type"] === "string" ? location["type"] : "";
  const text = typeof location["location"] === "string" ? location["location"].trim() : "";
  if (url !== undefined) return { kind: "online", url };
  if (/^https?:\/\//i.test(text)) return { kind: "online", url: text };
  if (["physical", "ask_invitee", "custom"].includes(kind)) {
    return { kind: "onsite", text: text === "" ? undefined : text };
  }
  return { kind: "online" };
}

function readPerson(payload: JsonObject): BookingPerson {
  const email = optionalText(payload, "email", "payload");
  const phone = optionalText(payload, "text_reminder_number", "payload");
  if (email === undefined && phone === undefined) refuse("missing", "payload.email", "payload.email is missing.");
  const parts = [optionalText(payload, "first_name", "payload"), optionalText(payload, "last_name", "payload")];
  const whole = parts.filter((part) => part !== undefined).join(" ");
  const name = optionalText(payload, "name", "payload") ?? (whole === "" ? (email ?? phone ?? "") : whole);
  const timezone = optionalText(payload, "timezone", "payload");
  return { name, email, phone, timezone, isBooker: true, consents: [] };
}

/** Those whom invitees brought along: known by their address alone. */
function readGuests(event: JsonObject, path: string): BookingPerson[] {
  return (optionalList(event, "event_guests", path) ?? []).map((entry, index) => {
    const field = `${path}.event_guests.${index}`;
    const email = requiredText(asObject(entry, field), "email", field);
    return { name: email, email, isBooker: false, consents: [] };
  });
}

function readAttributes(payload: JsonObject, event: JsonObject): BookingDetails["attributes"] {
  const answers: JsonObject = {};
  for (const entry of optionalList(payload, "questions_and_answers", "payload") ?? []) {
    if (!isObject(entry) || typeof entry["question"] !== "string" || typeof entry["answer"] !== "string") continue;
    const key = attributeKey(entry["question"]);
    if (key !== "" && entry["answer"].trim() !== "") answers[key] = entry["answer"].trim();
  }
  const tracking = optionalObject(payload, "tracking", "payload") ?? {};
  const host = (optionalList(event, "event_memberships") ?? []).find(isObject);
  const staff = host?.["user_name"] ?? host?.["user_email"];
  return scalarsOf({
    ...answers,
    ...Object.fromEntries(Object.entries(tracking).filter(([key]) => key.startsWith("utm_"))),
    ...(typeof staff === "string" ? { staff } : {}),
  });
}
