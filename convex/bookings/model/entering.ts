import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { goesOnAs, requireContact, resolveContact } from "../../contacts/model";
import { appError } from "../../lib/errors";
import { isZone } from "../../lib/time";
import { entryProblem, type EnteredFacts } from "../rules";
import type { OwnSourceKind } from "../statuses";
import { insertBooking, updateBooking } from "./apply";
import type { Place } from "./participants";
import { bookingPeopleOf, requireBooking } from "./read";
import { ownSource, requireSource } from "./sources";

// Bookings that members and programs enter and change. A later event of the booking's source wins again; an older
// one does not.

/** Who changes something, in which organisation. */
export type ByActor = { orgId: Id<"organisations">; actor: Actor };

/** A person as a form names them: somebody known, or addresses that find or make a contact. */
export type NamedPerson =
  { contactId: Id<"contacts"> } | { name: string; email?: string; phone?: string; timezone?: string };

/** Characters of a reference of ours that nobody mistakes for one another when reading it out. */
const REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** 32⁸: two references of one organisation do not meet. */
const REFERENCE_CHARS = 8;

export type NewBooking = EnteredFacts & {
  source: OwnSourceKind;
  /** Absent: a reference of ours. */
  externalId?: string;
  places: readonly Place[];
};

/**
 * Writes a booking somebody entered, with event and record. Throws `invalid` with the field, `conflict` for an external id
 * its source knows already.
 */
export async function enterBooking(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  { source: kind, externalId = newReference(), places, ...facts }: NewBooking,
): Promise<Id<"bookings">> {
  requireFacts(facts);
  requireSomebody(places);
  const source = await ownSource(ctx, orgId, kind);
  const known = await ctx.db
    .query("bookingExternalIds")
    .withIndex("by_external", (q) => q.eq("sourceId", source._id).eq("externalId", externalId))
    .unique();
  if (known !== null) throw appError("conflict", "There is a booking with this id already.", { field: "externalId" });
  const told = { ...facts, title: facts.title.trim(), places };
  const change = { externalId, occurredAt: Date.now(), told, by: actor };
  const bookingId = await insertBooking(ctx, source, change, "confirmed");
  const subject = { table: "bookings", id: bookingId };
  await record(ctx, { orgId, actor, action: "booking.entered", subject, details: { startsAt: facts.startsAt } });
  return bookingId;
}

/** Facts that change, and the people when all of them are given anew. */
export type BookingEdit = Partial<EnteredFacts> & { places?: readonly Place[] };

/**
 * Changes what is named of a booking, with event and record; another time makes it confirmed again. Without a new end it
 * keeps its length. Throws `invalid` with the field, `conflict` for a booking that is off.
 */
export async function changeBooking(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  bookingId: Id<"bookings">,
  { places, ...edit }: BookingEdit,
): Promise<void> {
  const booking = await requireBooking(ctx, orgId, bookingId);
  requireActive(booking);
  const { title, startsAt = booking.startsAt, location, attributes } = edit;
  const endsAt = edit.endsAt ?? startsAt + (booking.endsAt - booking.startsAt);
  const facts: EnteredFacts = {
    title: (title ?? booking.title).trim(),
    startsAt,
    endsAt,
    location: location ?? booking.location,
    attributes: attributes ?? booking.attributes,
  };
  requireFacts(facts);
  const people = places ?? (await bookingPeopleOf(ctx, bookingId));
  requireSomebody(people);
  const isMoved = startsAt !== booking.startsAt || endsAt !== booking.endsAt;
  const source = await requireSource(ctx, orgId, booking.sourceId);
  const told = { ...facts, places: people };
  const change = { externalId: booking.externalId, occurredAt: Date.now(), told, by: actor };
  await updateBooking(ctx, source, booking, change, isMoved ? "confirmed" : booking.status);
}

/** Adds a person to a booking. Throws like `changeBooking`; adding who takes part already changes nothing. */
export async function addPerson(
  ctx: MutationCtx,
  by: ByActor,
  bookingId: Id<"bookings">,
  person: NamedPerson,
): Promise<void> {
  const before = await peopleOf(ctx, by, bookingId);
  const place = await placeOfPerson(ctx, by.orgId, person, false);
  await changeBooking(ctx, by, bookingId, { places: [...before, place] });
}

/** Takes a person out of a booking: their unsent messages stop. Throws `invalid` for the last one. */
export async function removePerson(
  ctx: MutationCtx,
  by: ByActor,
  bookingId: Id<"bookings">,
  contactId: Id<"contacts">,
): Promise<void> {
  const left = (await peopleOf(ctx, by, bookingId)).filter((place) => place.contactId !== contactId);
  await changeBooking(ctx, by, bookingId, { places: left });
}

async function peopleOf(ctx: MutationCtx, { orgId }: ByActor, bookingId: Id<"bookings">) {
  return await bookingPeopleOf(ctx, (await requireBooking(ctx, orgId, bookingId))._id);
}

/** The places of the people a form names, the first of whom booked. Throws `not_found`, `invalid` for nobody's addresses. */
export async function placesOfNamed(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  people: readonly NamedPerson[],
): Promise<Place[]> {
  const places: Place[] = [];
  for (const [at, person] of people.entries()) places.push(await placeOfPerson(ctx, orgId, person, at === 0));
  return places;
}

async function placeOfPerson(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  person: NamedPerson,
  isBooker: boolean,
): Promise<Place> {
  if ("contactId" in person) {
    const contact = await goesOnAs(ctx, await requireContact(ctx, orgId, person.contactId));
    return { contactId: contact._id, isBooker, timezone: contact.timezone };
  }
  if ((person.email ?? "") === "" && (person.phone ?? "") === "") {
    throw appError("invalid", "Give an e-mail address or a phone number, so that messages can reach the person.", {
      field: "people",
    });
  }
  if (person.timezone !== undefined && !isZone(person.timezone)) {
    throw appError("invalid", `"${person.timezone}" is not a time zone.`, { field: "people" });
  }
  const contact = await resolveContact(ctx, { orgId, ...person });
  return { contactId: contact._id, isBooker, timezone: person.timezone ?? contact.timezone };
}

/** Throws `conflict` for a booking that is cancelled or replaced. */
export function requireActive(booking: Doc<"bookings">): void {
  if (booking.isActive) return;
  throw appError("conflict", "This booking is cancelled. Bring it back first.", { field: "bookingId" });
}

function requireFacts(facts: EnteredFacts): void {
  const problem = entryProblem(facts, isZone);
  if (problem !== null) throw appError("invalid", problem.message, { field: problem.field });
}

function requireSomebody(places: readonly unknown[]): void {
  if (places.length > 0) return;
  throw appError("invalid", "Somebody must take part.", { field: "people" });
}

function newReference(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(REFERENCE_CHARS));
  return Array.from(bytes, (byte) => REFERENCE_LETTERS[byte % REFERENCE_LETTERS.length]).join("");
}
