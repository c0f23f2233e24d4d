import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { goesOnAs, requireContact } from "../../contacts/model";
import type { InviteeEvent } from "../event";
import { afterEvent, derived, mergedAttributes, type DerivedBooking, type Invitee } from "../invitees";
import { adoptId, bySource, giveWay, insertBooking, updateBooking, type Applied, type Change } from "./apply";
import { contactOfPerson, type Place } from "./participants";

// Bookings of a source that tells of people (Calendly): each event changes one place, the booking follows from all places
// of its scheduled event.

type Source = Doc<"bookingSources">;
type Row = Doc<"bookingInvitees">;
type Told = Omit<NonNullable<Row["told"]>, "at">;
type Derived = DerivedBooking<Told>;

/** Places of one scheduled event that are looked at; a group beyond it is refused by the limit of people anyway. */
const PLACES_LIMIT = 300;

/**
 * Brings a scheduled event to what was told of its people, in one transaction with the domain events about it. Order and
 * repetition do not matter. A move takes the booking along to its new id; where others stay behind, only the person goes.
 */
export async function applyInviteeEvent(ctx: MutationCtx, source: Source, event: InviteeEvent): Promise<Applied> {
  const known = await placeById(ctx, source, event.inviteeId);
  const told = event.details === null ? null : await toldOf(ctx, source, event);
  const after = afterEvent<Told>(known, event, told);
  const left = event.replaces === undefined ? null : await placeById(ctx, source, event.replaces);
  const before = { here: await derivedOf(ctx, source, event.externalId), there: await derivedThere(ctx, source, left) };
  if (after === known) {
    return { bookingId: (await bookingOf(ctx, source, event.externalId))?._id ?? null, outcome: "no_change" };
  }
  const { orgId, _id: sourceId } = source;
  const { inviteeId, replaces, joinedAt, presence, noShow, told: newest } = after;
  const facts = { replaces, joinedAt, presence, noShow, told: newest };
  if (known !== null) await ctx.db.patch("bookingInvitees", known._id, facts);
  else {
    await ctx.db.insert("bookingInvitees", { orgId, sourceId, externalId: event.externalId, inviteeId, ...facts });
  }
  if (left !== null && left.externalId !== event.externalId) {
    await leaveFor(ctx, source, { from: left.externalId, event, before: before.there });
  }
  return await bring(ctx, source, event, before.here);
}

/** The scheduled event somebody moved away from: it goes on under the new id when nobody stays, else without them. */
async function leaveFor(
  ctx: MutationCtx,
  source: Source,
  { from, event, before }: { from: string; event: InviteeEvent; before: Derived },
): Promise<void> {
  const booking = await bookingOf(ctx, source, from);
  if (booking === null) return;
  const now = await derivedOf(ctx, source, from);
  if (now.kind === "booking" && now.status === "rescheduled") {
    if (booking.status === "rescheduled") return;
    const isFree = (await bookingOf(ctx, source, event.externalId)) === null;
    if (isFree) await adoptId(ctx, booking, event);
    else await giveWay(ctx, booking, event.externalId);
    return;
  }
  await bring(ctx, source, { ...event, externalId: from }, before);
}

/** Makes the booking of a scheduled event what its places say it is. `before`: what they said before the event. */
async function bring(
  ctx: MutationCtx,
  source: Source,
  event: Pick<InviteeEvent, "externalId" | "occurredAt">,
  before: Derived,
): Promise<Applied> {
  const now = await derivedOf(ctx, source, event.externalId);
  const booking = await bookingOf(ctx, source, event.externalId);
  if (now.kind === "nothing") return { bookingId: booking?._id ?? null, outcome: "unknown_booking" };
  // Everybody moved away before this event came: what they took instead stands for it.
  if (now.status === "rescheduled") return { bookingId: booking?._id ?? null, outcome: "superseded_id" };
  const change = await changeOf(ctx, source, event, now);
  if (booking === null) return { bookingId: await insertBooking(ctx, source, change, now.status), outcome: "inserted" };
  const status = statusOf(booking, event.occurredAt, { before, now });
  const hasChanged = await updateBooking(ctx, source, booking, change, status);
  return { bookingId: booking._id, outcome: hasChanged ? "updated" : "no_change" };
}

/**
 * The state the booking gets: what the places say once they say something else than before, unless a member has set another
 * one since.
 */
function statusOf(
  booking: Doc<"bookings">,
  occurredAt: number,
  { before, now }: { before: Derived; now: Extract<Derived, { kind: "booking" }> },
): Doc<"bookings">["status"] {
  const said = before.kind === "booking" ? before.status : null;
  if (said === now.status) return booking.status;
  const followed = said === null || booking.status === said;
  return followed || occurredAt > booking.sourceUpdatedAt ? now.status : booking.status;
}

type Present = Extract<Derived, { kind: "booking" }>["places"][number];

function newestOf({ places }: Extract<Derived, { kind: "booking" }>): Present["told"] {
  const told = places.map((place) => place.told);
  return told.reduce((a, b) => (b.at > a.at ? b : a));
}

async function changeOf(
  ctx: MutationCtx,
  source: Source,
  { externalId, occurredAt }: Pick<InviteeEvent, "externalId" | "occurredAt">,
  now: Extract<Derived, { kind: "booking" }>,
): Promise<Change> {
  const { title, startsAt, endsAt, location } = newestOf(now);
  const places: Place[] = [];
  for (const { told } of now.places) {
    places.push({ contactId: await livingId(ctx, source, told.contactId), isBooker: true, timezone: told.timezone });
  }
  for (const guestId of now.places.flatMap(({ told }) => told.guestIds)) {
    places.push({ contactId: await livingId(ctx, source, guestId), isBooker: false });
  }
  const attributes = mergedAttributes(now.places.map(({ told }) => told.attributes));
  return {
    externalId,
    occurredAt,
    cancellationReason: now.reason,
    told: { title, startsAt, endsAt, location, attributes, places },
    by: bySource(source),
  };
}

async function livingId(ctx: QueryCtx, { orgId }: Source, contactId: Id<"contacts">): Promise<Id<"contacts">> {
  return (await goesOnAs(ctx, await requireContact(ctx, orgId, contactId)))._id;
}

async function toldOf(ctx: MutationCtx, source: Source, { details }: InviteeEvent): Promise<Told | null> {
  const [person, ...guests] = details?.people ?? [];
  if (details === null || person === undefined) return null;
  const guestIds: Id<"contacts">[] = [];
  for (const guest of guests) guestIds.push(await contactOfPerson(ctx, source, guest));
  const { title, startsAt, endsAt, location, attributes } = details;
  const place: Told["location"] =
    location.kind === "onsite"
      ? { kind: "onsite", text: location.text }
      : location.kind === "online"
        ? location
        : { kind: "unknown" };
  const contactId = await contactOfPerson(ctx, source, person);
  return { contactId, timezone: person.timezone, guestIds, title, startsAt, endsAt, location: place, attributes };
}

async function derivedThere(ctx: QueryCtx, source: Source, left: Row | null): Promise<Derived> {
  return left === null ? { kind: "nothing" } : await derivedOf(ctx, source, left.externalId);
}

async function derivedOf(ctx: QueryCtx, source: Source, externalId: string): Promise<Derived> {
  const rows = await ctx.db
    .query("bookingInvitees")
    .withIndex("by_event", (q) => q.eq("sourceId", source._id).eq("externalId", externalId))
    .take(PLACES_LIMIT);
  const replaced = new Set<string>();
  for (const { inviteeId } of rows) {
    const other = await ctx.db
      .query("bookingInvitees")
      .withIndex("by_replaces", (q) => q.eq("sourceId", source._id).eq("replaces", inviteeId))
      .first();
    if (other !== null) replaced.add(inviteeId);
  }
  const places: Invitee<Told>[] = rows;
  return derived(places, replaced);
}

async function placeById(ctx: QueryCtx, source: Source, inviteeId: string): Promise<Row | null> {
  return await ctx.db
    .query("bookingInvitees")
    .withIndex("by_invitee", (q) => q.eq("sourceId", source._id).eq("inviteeId", inviteeId))
    .unique();
}

async function bookingOf(ctx: QueryCtx, source: Source, externalId: string): Promise<Doc<"bookings"> | null> {
  return await ctx.db
    .query("bookings")
    .withIndex("by_external", (q) => q.eq("sourceId", source._id).eq("externalId", externalId))
    .unique();
}
