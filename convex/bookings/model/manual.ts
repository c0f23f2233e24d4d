import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import type { ManualStatus } from "../statuses";
import { updateBooking } from "./apply";
import { requireActive, type ByActor } from "./entering";
import { requireSource } from "./sources";

/**
 * Sets a booking's state by hand, with event and record; "confirmed" takes back what was set before, a cancellation too. Does
 * nothing when it has that state already. Throws `conflict` for a booking that is off and is not to be brought back.
 */
export async function setBookingStatus(
  ctx: MutationCtx,
  { orgId, actor }: ByActor,
  booking: Doc<"bookings">,
  status: ManualStatus,
  reason?: string,
): Promise<void> {
  if (booking.status === status) return;
  if (booking.status === "rescheduled") {
    throw appError("conflict", "Another booking of its source stands for this one.", { field: "bookingId" });
  }
  if (booking.status === "taken_back") {
    throw appError("conflict", "This booking was taken back with its import. Enter it anew.", { field: "bookingId" });
  }
  if (status !== "confirmed") requireActive(booking);
  const source = await requireSource(ctx, orgId, booking.sourceId);
  const { externalId } = booking;
  const change = { externalId, occurredAt: Date.now(), told: null, by: actor, cancellationReason: reason };
  await updateBooking(ctx, source, booking, change, status);
}
