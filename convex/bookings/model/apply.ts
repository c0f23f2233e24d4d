import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { emit } from "../../events/model";
import type { EventKind } from "../../events/schema";
import type { BookingDetails, BookingEvent } from "../event";
import type { BookingStatus } from "../statuses";
import { isActiveStatus, transitionOf, type Transition } from "../transition";
import { placeOf, placesOf, setPlaces, type Place } from "./participants";

type Source = Doc<"bookingSources">;
type Booking = Doc<"bookings">;

/** What a booking is told to be, with its people as contacts of ours. */
export type ToldBooking = Omit<BookingDetails, "people"> & { places: readonly Place[] };

/** A change somebody told of: a source, a program or a member. */
export type Change = Pick<BookingEvent, "externalId" | "previousExternalId" | "occurredAt" | "cancellationReason"> & {
  told: ToldBooking | null;
  by: Actor;
  /** A booking that is first heard of starts no journey, now or later. */
  startsNoJourneys?: true;
};

/** `outcome` for the raw event's record; `bookingId` is null only when the event names a booking never heard of. */
export type Applied = {
  bookingId: Id<"bookings"> | null;
  outcome: "inserted" | "updated" | "adopted_id" | Extract<Transition, { kind: "ignore" }>["reason"];
};

/**
 * Brings a booking to what its source says happened, in one transaction with the domain event about it. Repeated and
 * out-of-order events change nothing, but for the making of a booking that was first heard of by a later event. Emits
 * nothing for a booking that is first heard of when it is cancelled already, until its making is told.
 */
export async function applyBookingEvent(ctx: MutationCtx, source: Source, event: BookingEvent): Promise<Applied> {
  const known = await bookingOfExternalId(ctx, source, event.externalId);
  const previous = await bookingOfExternalId(ctx, source, event.previousExternalId);
  if (known !== null && previous !== null && known._id !== previous._id) await supersede(ctx, previous, event);
  const current = known ?? previous;
  const transition = transitionOf(current, event);
  if (transition.kind === "ignore") {
    if (current !== null) {
      await rememberIds(ctx, current, event);
      await learnOfMaking(ctx, current, event);
    }
    return { bookingId: current?._id ?? null, outcome: transition.reason };
  }
  const takesDetails = transition.kind === "insert" || (transition.kind === "update" && transition.takesDetails);
  const told = takesDetails && event.details !== null ? await toldBy(ctx, source, event.details) : null;
  const change: Change = { ...event, told, by: bySource(source) };
  if (transition.kind === "insert") {
    return { bookingId: await insertBooking(ctx, source, change, transition.status), outcome: "inserted" };
  }
  if (current === null) throw new Error("Only an insert can happen to a booking that is not known.");
  await rememberIds(ctx, current, event);
  await adoptId(ctx, current, event);
  if (transition.kind === "adopt_id") return { bookingId: current._id, outcome: "adopted_id" };
  const hasChanged = await updateBooking(ctx, source, current, change, transition.status);
  return { bookingId: current._id, outcome: hasChanged ? "updated" : "no_change" };
}

/** How the record names a source that changed a booking. */
export function bySource({ name }: Pick<Source, "name">): Actor {
  return { kind: "system", name };
}

async function toldBy(ctx: MutationCtx, source: Source, { people, ...details }: BookingDetails): Promise<ToldBooking> {
  return { ...details, places: await placesOf(ctx, source, people) };
}

/** The booking that has or had an id at its source. */
export async function bookingOfExternalId(ctx: QueryCtx, source: Source, externalId: string | undefined) {
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
  await giveWay(ctx, older, event.externalId);
}

/** Another booking of the source stands for this one from now on. */
export async function giveWay(ctx: MutationCtx, booking: Booking, replacedBy: string): Promise<void> {
  await ctx.db.patch("bookings", booking._id, { status: "rescheduled", isActive: false });
  await emit(ctx, {
    orgId: booking.orgId,
    kind: "booking.cancelled",
    subject: { bookingId: booking._id },
    payload: { oldStartsAt: booking.startsAt, replacedBy },
  });
}

type Ids = Pick<BookingEvent, "externalId" | "previousExternalId">;

async function rememberIds(ctx: MutationCtx, booking: Booking, event: Ids): Promise<void> {
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
export async function adoptId(ctx: MutationCtx, booking: Booking, event: Ids): Promise<void> {
  if (event.externalId === booking.externalId) return;
  await ctx.db.patch("bookings", booking._id, {
    externalId: event.externalId,
    previousExternalIds: [...booking.previousExternalIds, booking.externalId],
  });
}

/** What counts from the making of a booking counts from then; one that was nobody's news as it was cancelled now is. */
async function learnOfMaking(ctx: MutationCtx, booking: Booking, { change, occurredAt }: BookingEvent): Promise<void> {
  if (change !== "created" || occurredAt >= booking.bookedAt || booking.status === "rescheduled") return;
  await ctx.db.patch("bookings", booking._id, { bookedAt: occurredAt });
  const isNews = booking.status === "cancelled" && booking.cancelledAt === booking.bookedAt;
  if (!isNews) return await emitChange(ctx, booking, booking.status);
  await emit(ctx, { orgId: booking.orgId, kind: "booking.created", subject: { bookingId: booking._id } });
}

const EVENT_ON_INSERT: Record<BookingStatus, EventKind | null> = {
  confirmed: "booking.created",
  checked_in: "booking.checked_in",
  completed: "booking.completed",
  no_show: "booking.no_show",
  cancelled: null,
  rescheduled: null,
  taken_back: null,
};

/** Writes a booking that is first heard of, with the event about it; a booking that is off already makes none. */
export async function insertBooking(
  ctx: MutationCtx,
  source: Source,
  change: Change,
  status: BookingStatus,
): Promise<Id<"bookings">> {
  const { told, externalId, previousExternalId, occurredAt } = change;
  if (told === null) throw new Error("A booking cannot be inserted without its details.");
  const { orgId } = source;
  const bookingId = await ctx.db.insert("bookings", {
    orgId,
    sourceId: source._id,
    externalId,
    previousExternalIds: previousExternalId === undefined ? [] : [previousExternalId],
    title: told.title,
    status,
    isActive: isActiveStatus(status),
    startsAt: told.startsAt,
    endsAt: told.endsAt,
    location: await placeOf(ctx, source, told.location),
    bookedAt: occurredAt,
    sourceUpdatedAt: occurredAt,
    attributes: told.attributes,
    startsNoJourneys: change.startsNoJourneys,
    ...anchorsOf(status, change),
  });
  const booking = await ctx.db.get("bookings", bookingId);
  if (booking !== null) await rememberIds(ctx, booking, change);
  await setPlaces(ctx, orgId, bookingId, told.places);
  const kind = EVENT_ON_INSERT[status];
  if (kind !== null) await emit(ctx, { orgId, kind, subject: { bookingId } });
  return bookingId;
}

/**
 * Applies a decided change, with event and record. Returns false when it changed nothing anybody was told; then nothing is
 * emitted.
 */
export async function updateBooking(
  ctx: MutationCtx,
  source: Source,
  booking: Booking,
  change: Change,
  status: BookingStatus,
): Promise<boolean> {
  const { told, occurredAt } = change;
  const facts = told === null ? {} : await toldFields(ctx, source, told);
  const patch = {
    status,
    isActive: isActiveStatus(status),
    ...facts,
    ...(status === booking.status ? {} : anchorsOf(status, change)),
    sourceUpdatedAt: Math.max(occurredAt, booking.sourceUpdatedAt),
  };
  const hasNewPeople = told !== null && (await setPlaces(ctx, booking.orgId, booking._id, told.places));
  const hasChanged = hasNewPeople || status !== booking.status || differs(booking, facts);
  if (!hasChanged && patch.sourceUpdatedAt === booking.sourceUpdatedAt) return false;
  await ctx.db.patch("bookings", booking._id, patch);
  if (!hasChanged) return false;
  await emitChange(ctx, booking, status);
  await recordChange(ctx, booking, { status, ...facts }, { change, hasNewPeople });
  return true;
}

async function recordChange(
  ctx: MutationCtx,
  before: Booking,
  after: { status: BookingStatus } & Partial<Told>,
  { change, hasNewPeople }: { change: Change; hasNewPeople: boolean },
): Promise<void> {
  const { startsAt = before.startsAt, title = before.title } = after;
  await record(ctx, {
    orgId: before.orgId,
    actor: change.by,
    action: actionOf(before, after),
    subject: { table: "bookings", id: before._id },
    details: {
      ...(after.status === before.status ? {} : { from: before.status }),
      ...(startsAt === before.startsAt ? {} : { oldStartsAt: before.startsAt, startsAt }),
      ...(title === before.title ? {} : { title }),
      ...(hasNewPeople ? { people: change.told?.places.length ?? 0 } : {}),
      ...(change.cancellationReason === undefined ? {} : { reason: change.cancellationReason }),
    },
  });
}

/** What the record calls it: a state by its name, a move only where the time is another one. */
function actionOf(
  before: Booking,
  { status, startsAt, endsAt }: { status: BookingStatus } & Partial<Told>,
): AuditAction {
  const isMoved =
    (startsAt !== undefined && startsAt !== before.startsAt) || (endsAt !== undefined && endsAt !== before.endsAt);
  if (isMoved) return "booking.rescheduled";
  if (status === "taken_back") return "booking.taken_back";
  if (status === before.status) return "booking.changed";
  return status === "confirmed" ? "booking.reinstated" : CHANGE_EVENT[status];
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
  taken_back: "booking.cancelled",
} as const satisfies Record<Exclude<BookingStatus, "confirmed">, EventKind>;

type Told = Pick<Booking, "title" | "startsAt" | "endsAt" | "location" | "attributes">;

async function toldFields(ctx: MutationCtx, source: Source, told: ToldBooking): Promise<Told> {
  const { title, startsAt, endsAt, attributes } = told;
  return { title, startsAt, endsAt, attributes, location: await placeOf(ctx, source, told.location) };
}

/** Whether a booking is told to be something else; what is not told is as it was. */
export function differs(booking: Booking, told: Partial<Told>): boolean {
  if (told.location === undefined || told.attributes === undefined) return false;
  return (
    !isSameAttributes(told.attributes, booking.attributes) ||
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

function isSameAttributes(a: Told["attributes"], b: Told["attributes"]): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** The later anchors of product.md 4.2 rule 1; a booking that is ahead again has none of them. */
function anchorsOf(status: BookingStatus, event: Pick<Change, "occurredAt" | "cancellationReason">) {
  const at = event.occurredAt;
  return {
    cancelledAt: status === "cancelled" ? at : undefined,
    cancellationReason: status === "cancelled" ? event.cancellationReason : undefined,
    noShowAt: status === "no_show" ? at : undefined,
    ...(status === "checked_in" ? { checkedInAt: at } : {}),
    ...(status === "completed" ? { completedAt: at } : {}),
    ...(status === "confirmed" ? { checkedInAt: undefined, completedAt: undefined } : {}),
  };
}
