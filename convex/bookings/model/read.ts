import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { appError } from "../../lib/errors";

/** People on one booking; a whole boat crew fits, an import mistake does not. */
export const PEOPLE_LIMIT = 100;
/** A contact's card shows the latest ones; who books more often has a list for it. */
const CONTACT_BOOKINGS_LIMIT = 50;
/** Of an organisation: people looked at, and the latest bookings of each. */
const ACCOUNT_PEOPLE_LIMIT = 50;
const BOOKINGS_A_PERSON = 10;

export type BookingView = "upcoming" | "past" | "cancelled";

/** The booking of an organisation. Throws `not_found` for other organisations' ids. */
export async function requireBooking(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  bookingId: Id<"bookings">,
): Promise<Doc<"bookings">> {
  const booking = await ctx.db.get("bookings", bookingId);
  if (booking === null || booking.orgId !== orgId) throw appError("not_found", "This booking does not exist.");
  return booking;
}

/** The booking an id names (ids of other tables and garbage: null), for callers that hold ids as plain strings. */
export async function getBookingByText(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  id: string,
): Promise<Doc<"bookings"> | null> {
  const bookingId = ctx.db.normalizeId("bookings", id);
  const booking = bookingId === null ? null : await ctx.db.get("bookings", bookingId);
  return booking?.orgId === orgId ? booking : null;
}

/** Who takes part, the booker first. The booking must have been loaded with `requireBooking`. */
export async function bookingPeopleOf(ctx: QueryCtx, bookingId: Id<"bookings">): Promise<Doc<"bookingPeople">[]> {
  const people = await ctx.db
    .query("bookingPeople")
    .withIndex("by_booking", (q) => q.eq("bookingId", bookingId))
    .take(PEOPLE_LIMIT);
  return people.sort((a, b) => Number(b.isBooker) - Number(a.isBooker));
}

/** A page of bookings: upcoming ones by end (running ones first), past ones newest end first, cancelled by start. */
export async function listBookings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  view: BookingView,
  paginationOpts: PaginationOptions,
  now: number,
): Promise<PaginationResult<Doc<"bookings">>> {
  const bookings = ctx.db.query("bookings");
  if (view === "cancelled") {
    return await bookings
      .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", "cancelled"))
      .order("desc")
      .paginate(paginationOpts);
  }
  if (view === "upcoming") {
    return await bookings
      .withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).gte("endsAt", now))
      .paginate(paginationOpts);
  }
  return await bookings
    .withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).lt("endsAt", now))
    .order("desc")
    .paginate(paginationOpts);
}

/** The newest bookings of a contact by start, at most 50. The contact must have been loaded with `requireContact`. */
export async function bookingsOfContact(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"bookings">[]> {
  const places = await ctx.db
    .query("bookingPeople")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(CONTACT_BOOKINGS_LIMIT);
  const bookings = await Promise.all(places.map(({ bookingId }) => ctx.db.get("bookings", bookingId)));
  return bookings.filter((booking) => booking !== null).sort((a, b) => b.startsAt - a.startsAt);
}

/**
 * The newest bookings of an organisation's people by start, each once, at most 50; of its first 50 people by name. The
 * account must have been loaded with `requireAccount`.
 */
export async function bookingsOfAccount(ctx: QueryCtx, accountId: Id<"accounts">): Promise<Doc<"bookings">[]> {
  const people = await ctx.db
    .query("contacts")
    .withIndex("by_account", (q) => q.eq("accountId", accountId))
    .take(ACCOUNT_PEOPLE_LIMIT);
  const found = new Map<Id<"bookings">, Doc<"bookings">>();
  for (const { _id } of people) {
    const places = await ctx.db
      .query("bookingPeople")
      .withIndex("by_contact", (q) => q.eq("contactId", _id))
      .order("desc")
      .take(BOOKINGS_A_PERSON);
    for (const { bookingId } of places) {
      const booking = found.has(bookingId) ? null : await ctx.db.get("bookings", bookingId);
      if (booking !== null) found.set(bookingId, booking);
    }
  }
  return [...found.values()].sort((a, b) => b.startsAt - a.startsAt).slice(0, CONTACT_BOOKINGS_LIMIT);
}

/** What lists and details show of a booking; `zone` is null for online ones. */
export async function presentBooking(ctx: QueryCtx, booking: Doc<"bookings">) {
  const source = await ctx.db.get("bookingSources", booking.sourceId);
  const people = await bookingPeopleOf(ctx, booking._id);
  return {
    id: booking._id,
    externalId: booking.externalId,
    title: booking.title,
    status: booking.status,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    bookedAt: booking.bookedAt,
    zone: booking.location.kind === "onsite" ? booking.location.zone : null,
    location: booking.location,
    sourceName: source?.name ?? "",
    sourceKind: source?.kind ?? "generic",
    cancellationReason: booking.cancellationReason,
    people: await Promise.all(
      people.map(async ({ contactId, isBooker }) => ({
        contactId,
        name: (await requireContact(ctx, booking.orgId, contactId)).name,
        isBooker,
      })),
    ),
  };
}
