import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { emit } from "../../events/model";
import type { EventKind } from "../../events/schema";
import { appError } from "../../lib/errors";
import type { BookingStatus } from "../schema";
import { isActiveStatus } from "../transition";

// What members do to bookings themselves. A later event of the source wins again; an older one does not.

/** Statuses a member may set; the others follow from the source or from a move. */
export type ManualStatus = Extract<BookingStatus, "checked_in" | "completed" | "no_show" | "cancelled">;

const EVENT_OF: Record<ManualStatus, EventKind> = {
  checked_in: "booking.checked_in",
  completed: "booking.completed",
  no_show: "booking.no_show",
  cancelled: "booking.cancelled",
};

const ANCHOR_OF = {
  checked_in: "checkedInAt",
  completed: "completedAt",
  no_show: "noShowAt",
  cancelled: "cancelledAt",
} as const satisfies Record<ManualStatus, keyof Doc<"bookings">>;

/**
 * Sets a booking's status by hand, with event and audit entry. Does nothing when it has that status already. Throws
 * `conflict` for a cancelled booking: only its source can bring it back.
 */
export async function setBookingStatus(
  ctx: MutationCtx,
  member: Doc<"members">,
  booking: Doc<"bookings">,
  status: ManualStatus,
  reason?: string,
): Promise<void> {
  if (booking.status === status) return;
  requireOpen(booking);
  const now = Date.now();
  await ctx.db.patch("bookings", booking._id, {
    status,
    isActive: isActiveStatus(status),
    [ANCHOR_OF[status]]: now,
    cancellationReason: status === "cancelled" ? reason : undefined,
    sourceUpdatedAt: Math.max(now, booking.sourceUpdatedAt),
  });
  await emit(ctx, {
    orgId: booking.orgId,
    kind: EVENT_OF[status],
    subject: { bookingId: booking._id },
    payload: { oldStartsAt: booking.startsAt },
  });
  await record(ctx, {
    orgId: booking.orgId,
    actor: { kind: "member", memberId: member._id },
    action: EVENT_OF[status],
    subject: { table: "bookings", id: booking._id },
    details: { from: booking.status, reason: reason ?? null },
  });
}

/**
 * Moves a booking to another start, keeping its length, with event and audit entry. Throws `conflict` for a cancelled
 * booking and `invalid` for a start that is no instant.
 */
export async function moveBooking(
  ctx: MutationCtx,
  member: Doc<"members">,
  booking: Doc<"bookings">,
  startsAt: number,
): Promise<void> {
  if (!Number.isSafeInteger(startsAt) || startsAt <= 0) {
    throw appError("invalid", "The new start must be a point in time.", { field: "startsAt" });
  }
  if (startsAt === booking.startsAt) return;
  requireOpen(booking);
  await ctx.db.patch("bookings", booking._id, {
    status: "confirmed",
    startsAt,
    endsAt: startsAt + (booking.endsAt - booking.startsAt),
    checkedInAt: undefined,
    completedAt: undefined,
    noShowAt: undefined,
    sourceUpdatedAt: Math.max(Date.now(), booking.sourceUpdatedAt),
  });
  const times = { oldStartsAt: booking.startsAt, oldEndsAt: booking.endsAt };
  await emit(ctx, {
    orgId: booking.orgId,
    kind: "booking.rescheduled",
    subject: { bookingId: booking._id },
    payload: times,
  });
  await record(ctx, {
    orgId: booking.orgId,
    actor: { kind: "member", memberId: member._id },
    action: "booking.rescheduled",
    subject: { table: "bookings", id: booking._id },
    details: { ...times, startsAt },
  });
}

function requireOpen(booking: Doc<"bookings">): void {
  if (booking.isActive) return;
  throw appError("conflict", "This booking is cancelled; only its source can bring it back.", { field: "bookingId" });
}
