import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import { memberMutation } from "../lib/functions";
import { vAttributes, vEnteredLocation } from "./facts";
import { addPerson, changeBooking, enterBooking, placesOfNamed, removePerson } from "./model/entering";
import { setBookingStatus } from "./model/manual";
import { requireBooking } from "./model/read";
import { vNamedPerson } from "./schema";

const byMember = (ctx: { orgId: Id<"organisations">; member: Doc<"members"> }) => ({
  orgId: ctx.orgId,
  actor: { kind: "member" as const, memberId: ctx.member._id },
});

/** Enters a booking by hand; the first of the people booked it. Throws `invalid` with the field, `not_found`. */
export const create = memberMutation("bookings.edit")({
  args: {
    title: v.string(),
    startsAt: v.number(),
    endsAt: v.number(),
    location: vEnteredLocation,
    attributes: vAttributes,
    people: v.array(vNamedPerson),
  },
  returns: v.id("bookings"),
  handler: async (ctx, { people, ...facts }) => {
    const places = await placesOfNamed(ctx, ctx.orgId, people);
    return await enterBooking(ctx, byMember(ctx), { ...facts, source: "manual", places });
  },
});

/** Changes the facts that are named; messages follow. Throws `not_found`, `invalid` with the field, `conflict`. */
export const change = memberMutation("bookings.edit")({
  args: {
    bookingId: v.id("bookings"),
    title: v.optional(v.string()),
    startsAt: v.optional(v.number()),
    endsAt: v.optional(v.number()),
    location: v.optional(vEnteredLocation),
    attributes: v.optional(vAttributes),
  },
  returns: v.null(),
  handler: async (ctx, { bookingId, ...edit }): Promise<null> => {
    await changeBooking(ctx, byMember(ctx), bookingId, edit);
    return null;
  },
});

/** Adds somebody to a booking: their messages are planned. Throws `not_found`, `invalid`, `conflict`. */
export const join = memberMutation("bookings.edit")({
  args: { bookingId: v.id("bookings"), person: vNamedPerson },
  returns: v.null(),
  handler: async (ctx, { bookingId, person }): Promise<null> => {
    await addPerson(ctx, byMember(ctx), bookingId, person);
    return null;
  },
});

/** Takes somebody out of a booking: their unsent messages stop. Throws `not_found`, `invalid` for the last one. */
export const leave = memberMutation("bookings.edit")({
  args: { bookingId: v.id("bookings"), contactId: v.id("contacts") },
  returns: v.null(),
  handler: async (ctx, { bookingId, contactId }): Promise<null> => {
    await removePerson(ctx, byMember(ctx), bookingId, contactId);
    return null;
  },
});

/** Sets a booking's state by hand; "confirmed" takes it back. Throws `not_found`, and `conflict` for bookings that are off. */
export const setStatus = memberMutation("bookings.edit")({
  args: {
    bookingId: v.id("bookings"),
    status: literals("confirmed", "checked_in", "completed", "no_show", "cancelled"),
    reason: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { bookingId, status, reason }): Promise<null> => {
    const booking = await requireBooking(ctx, ctx.orgId, bookingId);
    await setBookingStatus(ctx, byMember(ctx), booking, status, reason);
    return null;
  },
});

/** Moves a booking to another start (UTC ms), keeping its length. Throws `not_found`, `invalid`, `conflict`. */
export const reschedule = memberMutation("bookings.edit")({
  args: { bookingId: v.id("bookings"), startsAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { bookingId, startsAt }): Promise<null> => {
    await changeBooking(ctx, byMember(ctx), bookingId, { startsAt });
    return null;
  },
});
