import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { emit } from "../../events/model";
import type { EventKind } from "../../events/schema";
import type { BookingDetails, BookingEvent } from "../event";
import type { BookingStatus } from "../schema";
import { isActiveStatus, transitionOf, type Transition } from "../transition";
import { placeOf, setPeople } from "./participants";

type Source = Doc<"bookingSources">;
type Booking = Doc<"bookings">;

/** `outcome` for the raw event's record; `bookingId` is null only when the event names a booking never heard of. */
export type Applied = {
  bookingId: Id<"bookings"> | null;
  outcome: "inserted" | "updated" | "adopted_id" | Extract<Transition, { kind: "ignore" }>["reason"];
};

/**
 * Brings a booking to what its source says happened, in one transaction with the domain event about it. Repeated and
 * out-of-order events write nothing. Emits nothing for a booking that is first heard of when it is cancelled already.
 */
export async function applyBookingEvent(ctx: MutationCtx, source: Source, event: BookingEvent): Promise<Applied> {
  const known = await bookingOfExternalId(ctx, source, event.externalId);
  const previous = await bookingOfExternalId(ctx, source, event.previousExternalId);
  if (known !== null && previous !== null && known._id !== previous._id) await supersede(ctx, previous, event);
  const current = known ?? previous;
  const transition = transitionOf(current, event);
  if (transition.kind === "ignore") {
    if (current !== null) await rememberIds(ctx, current, event);
    return { bookingId: current?._id ?? null, outcome: transition.reason };
  }
  if (transition.kind === "insert") {
    return { bookingId: await insertBooking(ctx, source, event, transition.status), outcome: "inserted" };
  }
  if (current === null) throw new Error("Only an insert can happen to a booking that is not known.");
  await rememberIds(ctx, current, event);
  await adoptId(ctx, current, event);
  if (transition.kind === "adopt_id") return { bookingId: current._id, outcome: "adopted_id" };
  const hasChanged = await updateBooking(ctx, source, current, event, transition);
  return { bookingId: current._id, outcome: hasChanged ? "updated" : "no_change" };
}

async function bookingOfExternalId(ctx: MutationCtx, source: Source, externalId: string | undefined) {
  if (externalId === undefined) return null;
  const row = await ctx.db
    .query("bookingExternalIds")
    .withIndex("by_external", (q) => q.eq("sourceId", source._id).eq("externalId", externalId))
    .unique();
  return row === null ? null : await ctx.db.get("bookings", row.bookingId);
}

/** Two rows turned out to be one booking (its moves arrived in the wrong order): the older one gives way. */
async function supersede(ctx: MutationCtx, older: Booking, event: BookingEvent): Promise<void> {
  if (older.status === "rescheduled") return;
  await ctx.db.patch("bookings", older._id, { status: "rescheduled", isActive: false });
  await emit(ctx, {
    orgId: older.orgId,
    kind: "booking.cancelled",
    subject: { bookingId: older._id },
    payload: { oldStartsAt: older.startsAt, replacedBy: event.externalId },
  });
}

async function rememberIds(ctx: MutationCtx, booking: Booking, event: BookingEvent): Promise<void> {
  for (const externalId of [event.externalId, event.previousExternalId]) {
    if (externalId === undefined) continue;
    const row = await ctx.db
      .query("bookingExternalIds")
      .withIndex("by_external", (q) => q.eq("sourceId", booking.sourceId).eq("externalId", externalId))
      .unique();
    if (row !== null) continue;
    const { orgId, sourceId, _id: bookingId } = booking;
    await ctx.db.insert("bookingExternalIds", { orgId, sourceId, externalId, bookingId });
  }
}

/** A move that issues a new id: the booking keeps its row and goes on under the new one. */
async function adoptId(ctx: MutationCtx, booking: Booking, event: BookingEvent): Promise<void> {
  if (event.externalId === booking.externalId) return;
  await ctx.db.patch("bookings", booking._id, {
    externalId: event.externalId,
    previousExternalIds: [...booking.previousExternalIds, booking.externalId],
  });
}

const EVENT_ON_INSERT: Record<BookingStatus, EventKind | null> = {
  confirmed: "booking.created",
  checked_in: "booking.checked_in",
  completed: "booking.completed",
  no_show: "booking.no_show",
  cancelled: null,
  rescheduled: null,
};

async function insertBooking(
  ctx: MutationCtx,
  source: Source,
  event: BookingEvent,
  status: BookingStatus,
): Promise<Id<"bookings">> {
  const { details } = event;
  if (details === null) throw new Error("A booking cannot be inserted without its details.");
  const { orgId } = source;
  const bookingId = await ctx.db.insert("bookings", {
    orgId,
    sourceId: source._id,
    externalId: event.externalId,
    previousExternalIds: event.previousExternalId === undefined ? [] : [event.previousExternalId],
    title: details.title,
    status,
    isActive: isActiveStatus(status),
    startsAt: details.startsAt,
    endsAt: details.endsAt,
    location: await placeOf(ctx, source, details.location),
    bookedAt: event.occurredAt,
    sourceUpdatedAt: event.occurredAt,
    attributes: details.attributes,
    ...anchorsOf(status, event),
  });
  const booking = await ctx.db.get("bookings", bookingId);
  if (booking !== null) await rememberIds(ctx, booking, event);
  await setPeople(ctx, source, bookingId, details.people);
  const kind = EVENT_ON_INSERT[status];
  if (kind !== null) await emit(ctx, { orgId, kind, subject: { bookingId } });
  return bookingId;
}

/** Applies a decided change. Returns false when it changed nothing anybody was told; then nothing is emitted. */
async function updateBooking(
  ctx: MutationCtx,
  source: Source,
  booking: Booking,
  event: BookingEvent,
  transition: Extract<Transition, { kind: "update" }>,
): Promise<boolean> {
  const { status, takesDetails } = transition;
  const details = takesDetails ? event.details : null;
  const told = details === null ? {} : await toldFields(ctx, source, details);
  const patch = {
    status,
    isActive: isActiveStatus(status),
    ...told,
    ...(details === null ? {} : { attributes: details.attributes }),
    ...(status === booking.status ? {} : anchorsOf(status, event)),
    sourceUpdatedAt: Math.max(event.occurredAt, booking.sourceUpdatedAt),
  };
  const hasNewPeople = details !== null && (await setPeople(ctx, source, booking._id, details.people));
  const hasChanged = hasNewPeople || status !== booking.status || differs(booking, told);
  if (!hasChanged && patch.sourceUpdatedAt === booking.sourceUpdatedAt) return false;
  await ctx.db.patch("bookings", booking._id, patch);
  if (hasChanged) await emitChange(ctx, booking, status);
  return hasChanged;
}

async function emitChange(ctx: MutationCtx, before: Booking, status: BookingStatus): Promise<void> {
  await emit(ctx, {
    orgId: before.orgId,
    // Confirmed, or unchanged in status: what the customer was told is different now (time, title, place or people).
    kind: status === "confirmed" || status === before.status ? "booking.rescheduled" : CHANGE_EVENT[status],
    subject: { bookingId: before._id },
    payload: { oldStartsAt: before.startsAt, oldEndsAt: before.endsAt },
  });
}

const CHANGE_EVENT = {
  checked_in: "booking.checked_in",
  completed: "booking.completed",
  no_show: "booking.no_show",
  cancelled: "booking.cancelled",
  rescheduled: "booking.cancelled",
} as const satisfies Record<Exclude<BookingStatus, "confirmed">, EventKind>;

async function toldFields(ctx: MutationCtx, source: Source, details: BookingDetails) {
  const { title, startsAt, endsAt } = details;
  return { title, startsAt, endsAt, location: await placeOf(ctx, source, details.location) };
}

function differs(
  booking: Booking,
  told: Partial<Pick<Booking, "title" | "startsAt" | "endsAt" | "location">>,
): boolean {
  if (told.location === undefined) return false;
  return (
    told.title !== booking.title ||
    told.startsAt !== booking.startsAt ||
    told.endsAt !== booking.endsAt ||
    !isSamePlace(told.location, booking.location)
  );
}

function isSamePlace(a: Booking["location"], b: Booking["location"]): boolean {
  if (a.kind === "onsite") return b.kind === "onsite" && a.zone === b.zone && a.text === b.text;
  return b.kind === "online" && a.url === b.url;
}

/** The later anchors of product.md 4.2 rule 1; a booking that is ahead again has none of them. */
function anchorsOf(status: BookingStatus, event: BookingEvent) {
  const at = event.occurredAt;
  return {
    cancelledAt: status === "cancelled" ? at : undefined,
    cancellationReason: status === "cancelled" ? event.cancellationReason : undefined,
    noShowAt: status === "no_show" ? at : undefined,
    ...(status === "completed" ? { completedAt: at } : {}),
    ...(status === "confirmed" ? { checkedInAt: undefined, completedAt: undefined } : {}),
  };
}
