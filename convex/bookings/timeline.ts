import type { Doc } from "../_generated/dataModel";
import { BOOKING_STATUSES, type BookingStatus } from "./statuses";
import { isActiveStatus } from "./transition";

// What a booking was at every moment of its life, from what it is now and the record of what was changed. Pure.

type Booking = Doc<"bookings">;

/** An entry of the record about a booking. */
export type BookingChange = { at: number; details: Readonly<Record<string, string | number | boolean | null>> };

/** The booking as it was from an instant on (UTC ms), until the next one. */
export type BookingState = { from: number; booking: Booking };

/**
 * The states of a booking, oldest first; `changes` oldest first. The first one holds from the booking's making. It keeps
 * its length when it is moved, and everything but time and status is as it is now: the record says no more.
 */
export function bookingStates(booking: Booking, changes: readonly BookingChange[]): BookingState[] {
  let state = beginning(booking, changes);
  const states: BookingState[] = [{ from: 0, booking: state }];
  changes.forEach((change, i) => {
    state = i === changes.length - 1 ? booking : after(state, change, { booking, later: changes.slice(i + 1) });
    states.push({ from: change.at, booking: state });
  });
  return states;
}

function beginning(booking: Booking, changes: readonly BookingChange[]): Booking {
  const status = statusBefore(booking, changes);
  const moved = changes.find(({ details }) => typeof details["oldStartsAt"] === "number");
  const startsAt = Number(moved?.details["oldStartsAt"] ?? booking.startsAt);
  const bare = {
    ...booking,
    checkedInAt: undefined,
    completedAt: undefined,
    cancelledAt: undefined,
    noShowAt: undefined,
  };
  return { ...withStatus(bare, status, anchorOf(booking, status) ?? booking.bookedAt), ...times(booking, startsAt) };
}

function after(
  state: Booking,
  { at, details }: BookingChange,
  { booking, later }: { booking: Booking; later: readonly BookingChange[] },
): Booking {
  const startsAt = typeof details["startsAt"] === "number" ? details["startsAt"] : state.startsAt;
  const moved = { ...state, ...times(booking, startsAt) };
  if (!isStatus(details["from"])) return moved;
  const status = statusBefore(booking, later);
  const isLast = !later.some((change) => isStatus(change.details["from"]));
  return withStatus(moved, status, (isLast ? anchorOf(booking, status) : undefined) ?? at);
}

function times({ startsAt, endsAt }: Booking, start: number) {
  return { startsAt: start, endsAt: start + endsAt - startsAt };
}

/** What the status was before these changes. */
function statusBefore(booking: Booking, changes: readonly BookingChange[]): BookingStatus {
  const first = changes.map(({ details }) => details["from"]).find(isStatus);
  return first ?? booking.status;
}

function isStatus(value: unknown): value is BookingStatus {
  return BOOKING_STATUSES.some((status) => status === value);
}

function anchorOf({ checkedInAt, completedAt, cancelledAt, noShowAt }: Booking, status: BookingStatus) {
  const anchors: Partial<Record<BookingStatus, number | undefined>> = {
    checked_in: checkedInAt,
    completed: completedAt,
    cancelled: cancelledAt,
    no_show: noShowAt,
  };
  return anchors[status];
}

/** As a change of status is written: what is on again was never checked in, what is not off was never cancelled. */
function withStatus(booking: Booking, status: BookingStatus, at: number): Booking {
  return {
    ...booking,
    status,
    isActive: isActiveStatus(status),
    cancelledAt: status === "cancelled" ? at : undefined,
    noShowAt: status === "no_show" ? at : undefined,
    ...(status === "checked_in" ? { checkedInAt: at } : {}),
    ...(status === "completed" ? { completedAt: at } : {}),
    ...(status === "confirmed" ? { checkedInAt: undefined, completedAt: undefined } : {}),
  };
}
