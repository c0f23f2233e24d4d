import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { moveBooking, setBookingStatus } from "./model/manual";
import { requireBooking } from "./model/read";

/** Sets a booking's status by hand. Throws `not_found`, and `conflict` for cancelled bookings. */
export const setStatus = memberMutation("bookings.edit")({
  args: {
    bookingId: v.id("bookings"),
    status: literals("checked_in", "completed", "no_show", "cancelled"),
    reason: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { bookingId, status, reason }): Promise<null> => {
    await setBookingStatus(ctx, ctx.member, await requireBooking(ctx, ctx.orgId, bookingId), status, reason);
    return null;
  },
});

/** Moves a booking to another start (UTC ms), keeping its length. Throws `not_found`, `invalid`, `conflict`. */
export const reschedule = memberMutation("bookings.edit")({
  args: { bookingId: v.id("bookings"), startsAt: v.number() },
  returns: v.null(),
  handler: async (ctx, { bookingId, startsAt }): Promise<null> => {
    await moveBooking(ctx, ctx.member, await requireBooking(ctx, ctx.orgId, bookingId), startsAt);
    return null;
  },
});
