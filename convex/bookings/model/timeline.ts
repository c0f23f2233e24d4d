import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { listEntries } from "../../audit/model";
import { bookingStates, type BookingState } from "../timeline";

/** Changes of one booking that are looked at; a booking with more is no booking any more. */
const CHANGES_LIMIT = 200;

/** What a booking was when, oldest first, by its record. The booking must have been loaded with `requireBooking`. */
export async function statesOfBooking(ctx: QueryCtx, booking: Doc<"bookings">): Promise<BookingState[]> {
  const subject = { table: "bookings", id: booking._id };
  const paginationOpts = { numItems: CHANGES_LIMIT, cursor: null };
  const { page } = await listEntries(ctx, booking.orgId, { subject, paginationOpts });
  const changes = page.filter(({ action }) => action !== "booking.entered").reverse();
  return bookingStates(booking, changes);
}
