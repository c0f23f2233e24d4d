import type { Doc } from "../_generated/dataModel";
import type { Standing } from "./planner";
import type { Anchors } from "./timing";

// What a booking means for one person. Pure.

export function isOn({ status }: Pick<Doc<"bookings">, "status">): boolean {
  return status === "confirmed" || status === "checked_in" || status === "completed";
}

/** Whether the booking takes place for a person; somebody who was taken off it (null) is as if it were cancelled. */
export function standingOf(booking: Doc<"bookings">, person: Doc<"bookingPeople"> | null): Standing {
  if (booking.status === "taken_back") return { isOn: false, reason: "booking_taken_back" };
  if (booking.status === "no_show") return { isOn: false, reason: "booking_no_show" };
  return isOn(booking) && person !== null ? { isOn: true } : { isOn: false, reason: "booking_cancelled" };
}

/** The anchors of product.md 4.2 rule 1, as far as they have happened. */
export function anchorsOf(booking: Doc<"bookings">): Anchors {
  return {
    start: booking.startsAt,
    end: booking.endsAt,
    created: booking.bookedAt,
    checked_in: booking.checkedInAt ?? null,
    completed: booking.completedAt ?? null,
    cancelled: booking.cancelledAt ?? null,
    no_show: booking.noShowAt ?? null,
  };
}
