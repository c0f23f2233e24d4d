import type { BookingChange, BookingEvent } from "./event";
import type { BookingStatus } from "./statuses";

// What an event does to a booking. Pure, so that every order of arrival can be tried: events of one booking lead to the
// same end whatever order they come in, and repeating one changes nothing (product.md 2.5; design rule 4).

/** Whether a booking in this status is one that takes or took place as far as we know: what the lists go by. */
export function isActiveStatus(status: BookingStatus): boolean {
  return status !== "cancelled" && status !== "rescheduled" && status !== "taken_back";
}

/** The part of a booking that decides. */
export type BookingState = {
  externalId: string;
  status: BookingStatus;
  title: string;
  startsAt: number;
  endsAt: number;
  /** The source's clock of the newest change applied, UTC ms. */
  sourceUpdatedAt: number;
};

export type Transition =
  /** Nothing is written. */
  | { kind: "ignore"; reason: "stale" | "superseded_id" | "unknown_booking" | "no_change" }
  | { kind: "insert"; status: BookingStatus }
  /** Too old to change anything, but it says under which id the booking goes on at its source. */
  | { kind: "adopt_id" }
  /** `takesDetails`: title, times, place and people are those of the event. */
  | { kind: "update"; status: BookingStatus; takesDetails: boolean };

/** Between events of the same instant the one that says more wins; a `created` never overrides anything. */
const CHANGE_RANK: Record<BookingChange, number> = {
  created: -1,
  rescheduled: 1,
  completed: 2,
  no_show: 3,
  cancelled: 4,
};
const STATUS_RANK: Record<BookingStatus, number> = {
  confirmed: 0,
  checked_in: 1,
  completed: 2,
  no_show: 3,
  cancelled: 4,
  rescheduled: 5,
  taken_back: 6,
};

const STATUS_ON_ARRIVAL: Record<BookingChange, BookingStatus> = {
  created: "confirmed",
  rescheduled: "confirmed",
  cancelled: "cancelled",
  completed: "completed",
  no_show: "no_show",
};

/**
 * Decides what `event` does to `current` (null: no booking has or had its id). An event about an id that a move has
 * replaced is ignored; so is one older than what is known. The exception: somebody marked as not having come stays so,
 * although the meeting's end is reported later.
 */
export function transitionOf(current: BookingState | null, event: BookingEvent): Transition {
  if (current === null) {
    if (event.details === null) return { kind: "ignore", reason: "unknown_booking" };
    return { kind: "insert", status: STATUS_ON_ARRIVAL[event.change] };
  }
  if (isSuperseded(current, event)) return { kind: "ignore", reason: "superseded_id" };
  if (event.change === "no_show" && current.status === "completed" && isAboutItsDate(current, event)) {
    return { kind: "update", status: "no_show", takesDetails: false };
  }
  if (isStale(current, event)) {
    return event.externalId === current.externalId ? { kind: "ignore", reason: "stale" } : { kind: "adopt_id" };
  }
  return applied(current, event);
}

/** Whether nobody came to this date, and not to one from before a move: the event says its date, or comes after it began. */
function isAboutItsDate(current: BookingState, event: BookingEvent): boolean {
  return event.details === null ? event.occurredAt >= current.startsAt : !saysOtherTimes(current, event);
}

function isSuperseded(current: BookingState, event: BookingEvent): boolean {
  if (current.status === "rescheduled") return true;
  const isMoveToNewId = event.previousExternalId === current.externalId;
  return event.externalId !== current.externalId && !isMoveToNewId;
}

function isStale(current: BookingState, event: BookingEvent): boolean {
  if (event.occurredAt !== current.sourceUpdatedAt) return event.occurredAt < current.sourceUpdatedAt;
  return CHANGE_RANK[event.change] < STATUS_RANK[current.status] || event.change === "created";
}

function applied(current: BookingState, event: BookingEvent): Transition {
  // Whatever it tells, it knows of a move that has not come yet.
  const isAhead = saysOtherTimes(current, event);
  switch (event.change) {
    case "created":
    case "rescheduled":
      return { kind: "update", status: statusAfterChange(current, event), takesDetails: event.details !== null };
    case "completed":
      // They did not come to the date before.
      if (current.status === "no_show" && !isAhead) return { kind: "ignore", reason: "no_change" };
      return { kind: "update", status: "completed", takesDetails: isAhead };
    case "cancelled":
    case "no_show":
      return { kind: "update", status: STATUS_ON_ARRIVAL[event.change], takesDetails: isAhead };
  }
}

/** A moved booking is ahead again; a cancelled one that the source names anew is reinstated; the rest keeps its status. */
function statusAfterChange(current: BookingState, event: BookingEvent): BookingStatus {
  return saysOtherTimes(current, event) || current.status === "cancelled" ? "confirmed" : current.status;
}

function saysOtherTimes({ startsAt, endsAt }: BookingState, { details }: BookingEvent): boolean {
  return details !== null && (details.startsAt !== startsAt || details.endsAt !== endsAt);
}
