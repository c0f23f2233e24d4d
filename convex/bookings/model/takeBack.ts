import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { livingContact } from "../../contacts/model";
import type { vEarlierBooking, vLeftBooking } from "../imports/schema";
import { differs, updateBooking } from "./apply";
import type { ByActor } from "./entering";
import type { Place } from "./participants";
import { bookingPeopleOf } from "./read";
import { requireSource } from "./sources";

// Bookings an import made or changed, as they were without it.

type Booking = Doc<"bookings">;
/** A booking before an import changed it: all that is needed to make it so again. */
type EarlierBooking = Infer<typeof vEarlierBooking>;
/** A booking as an import left it. */
type LeftBooking = Infer<typeof vLeftBooking>;

/** What a booking is, to be brought back. */
export async function earlierOf(ctx: QueryCtx, booking: Booking): Promise<EarlierBooking> {
  const { title, startsAt, endsAt, location, attributes, status } = booking;
  const { checkedInAt, completedAt, cancelledAt, noShowAt, cancellationReason } = booking;
  const people = await bookingPeopleOf(ctx, booking._id);
  const places = people.map(({ contactId, isBooker, timezone }) => ({ contactId, isBooker, timezone }));
  const anchors = { checkedInAt, completedAt, cancelledAt, noShowAt, cancellationReason };
  return { title, startsAt, endsAt, location, attributes, status, ...anchors, places };
}

/** Whether a booking is still what an import left; that one of its people was merged with somebody is no change of it. */
export async function isAsLeft(ctx: QueryCtx, booking: Booking, left: LeftBooking): Promise<boolean> {
  const { contactIds, status, ...facts } = left;
  if (booking.status !== status || differs(booking, facts)) return false;
  const people = await bookingPeopleOf(ctx, booking._id);
  const now = await livingIds(
    ctx,
    booking,
    people.map(({ contactId }) => contactId),
  );
  const then = await livingIds(ctx, booking, contactIds);
  return now.size === then.size && [...then].every((contactId) => now.has(contactId));
}

async function livingIds(ctx: QueryCtx, { orgId }: Booking, contactIds: readonly Id<"contacts">[]) {
  const living = new Set<Id<"contacts">>();
  for (const contactId of contactIds) {
    const contact = await livingContact(ctx, orgId, contactId);
    if (contact !== null) living.add(contact._id);
  }
  return living;
}

/**
 * Takes a booking back that an import made, with event and record. Its row stays, in a state of its own: journeys, messages
 * that left, figures, the record and what a person may ask about go by it, and half of them would point at nothing. It is no
 * cancellation either: nobody is told that anything was cancelled, and no list of cancelled bookings fills with them. Its id
 * at its source is free again: the same file makes new bookings, with journeys of their own.
 */
export async function takeBackBooking(ctx: MutationCtx, by: ByActor, booking: Booking): Promise<void> {
  const { sourceId, externalId, previousExternalIds } = booking;
  const source = await requireSource(ctx, by.orgId, sourceId);
  const change = { externalId, occurredAt: Date.now(), told: null, by: by.actor };
  await updateBooking(ctx, source, booking, change, "taken_back");
  for (const id of [externalId, ...previousExternalIds]) {
    const row = await ctx.db
      .query("bookingExternalIds")
      .withIndex("by_external", (q) => q.eq("sourceId", sourceId).eq("externalId", id))
      .unique();
    if (row?.bookingId === booking._id) await ctx.db.delete("bookingExternalIds", row._id);
  }
}

/** Makes a booking what it was before an import changed it, with event and record; messages follow. */
export async function restoreBooking(
  ctx: MutationCtx,
  by: ByActor,
  booking: Booking,
  earlier: EarlierBooking,
): Promise<void> {
  const { title, startsAt, endsAt, location, attributes, status, places } = earlier;
  const { checkedInAt, completedAt, cancelledAt, noShowAt, cancellationReason } = earlier;
  const source = await requireSource(ctx, by.orgId, booking.sourceId);
  const people: Place[] = [];
  for (const place of places) {
    const contact = await livingContact(ctx, by.orgId, place.contactId);
    if (contact !== null) people.push({ ...place, contactId: contact._id });
  }
  const told = { title, startsAt, endsAt, location, attributes, places: people };
  const change = { externalId: booking.externalId, occurredAt: Date.now(), told, by: by.actor };
  await updateBooking(ctx, source, booking, change, status);
  // When it was cancelled or checked in was before the import.
  await ctx.db.patch("bookings", booking._id, { checkedInAt, completedAt, cancelledAt, noShowAt, cancellationReason });
}
