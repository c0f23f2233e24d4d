import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordConsent } from "../../contacts/consents/model";
import { resolveContact } from "../../contacts/model";
import { appError } from "../../lib/errors";
import { firstZone, isZone } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import type { BookingPerson, EventLocation } from "../event";
import { bookingPeopleOf, PEOPLE_LIMIT } from "./read";

// Where a booking takes place and who takes part, from what its source says.

type Source = Doc<"bookingSources">;
type Booking = Doc<"bookings">;

/** Wording the ledger names for consents that came with a booking. */
const CONSENT_WORDING = "booking-webhook";

/**
 * Where it takes place (rule 3): the venue zone the event names, else the source's, else the organiser's, else the
 * organisation's; names this runtime does not know are passed over. A source without a venue is online.
 */
export async function placeOf(ctx: MutationCtx, source: Source, location: EventLocation): Promise<Booking["location"]> {
  if (location.kind === "online") return { kind: "online", url: location.url };
  if (location.kind === "unknown" && source.venueZone === undefined) return { kind: "online" };
  const named = location.kind === "onsite" ? location.zone : undefined;
  const candidates = [named, source.venueZone, location.fallbackZone].filter((zone) => zone !== undefined);
  const org = await requireOrg(ctx, source.orgId);
  const zone = candidates.find(isZone) ?? firstZone(org.timezone);
  return { kind: "onsite", zone, text: location.kind === "onsite" ? location.text : undefined };
}

/** One person's place in a booking. */
export type Place = { contactId: Id<"contacts">; isBooker: boolean; timezone?: string };

/** The places of the people a source names, each a contact of ours. Throws `invalid` for more than 100. */
export async function placesOf(ctx: MutationCtx, source: Source, people: readonly BookingPerson[]): Promise<Place[]> {
  requireFew(people.length);
  const places: Place[] = [];
  for (const person of people) {
    const { timezone, isBooker } = person;
    places.push({ contactId: await contactOfPerson(ctx, source, person), isBooker, timezone });
  }
  return places;
}

/** Makes the people of the booking those named. Returns true when somebody joined or left. Throws like `placesOf`. */
export async function setPlaces(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  bookingId: Id<"bookings">,
  places: readonly Place[],
): Promise<boolean> {
  requireFew(places.length);
  const before = await bookingPeopleOf(ctx, bookingId);
  const seen = new Set<Id<"contacts">>();
  for (const { contactId, isBooker, timezone } of places) {
    if (seen.has(contactId)) continue;
    seen.add(contactId);
    if (before.some((row) => row.contactId === contactId)) continue;
    await ctx.db.insert("bookingPeople", { orgId, bookingId, contactId, isBooker, timezone });
  }
  const left = before.filter((row) => !seen.has(row.contactId));
  for (const row of left) await ctx.db.delete("bookingPeople", row._id);
  return left.length > 0 || seen.size > before.length - left.length;
}

function requireFew(people: number): void {
  if (people <= PEOPLE_LIMIT) return;
  throw appError("invalid", `A booking can have at most ${PEOPLE_LIMIT} people.`, { field: "people" });
}

/** The contact a source means by a person, with the consents they gave; made when nobody has their addresses. */
export async function contactOfPerson(
  ctx: MutationCtx,
  source: Source,
  person: BookingPerson,
): Promise<Id<"contacts">> {
  const { orgId } = source;
  const { name, email, phone, locale, timezone, consents } = person;
  const contact = await resolveContact(ctx, { orgId, name, email, phone, locale, timezone });
  for (const { channel, purpose } of consents) {
    await recordConsent(ctx, {
      orgId,
      contactId: contact._id,
      channel,
      purpose,
      state: "granted",
      wordingVersion: CONSENT_WORDING,
      source: `booking:${source._id}`,
    });
  }
  return contact._id;
}
