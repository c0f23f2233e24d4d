import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { peopleOfAccount } from "../../contacts/accounts/model";
import { listContacts, requireContact } from "../../contacts/model";
import { appError } from "../../lib/errors";
import { DAY_MS } from "../../lib/time";
import type { BookingStatus } from "../statuses";
import { listSources } from "./sources";

/** People on one booking; a whole boat crew fits, an import mistake does not. */
export const PEOPLE_LIMIT = 100;
/** A contact's card shows the latest ones; who books more often has a list for it. */
const CONTACT_BOOKINGS_LIMIT = 50;
/** Of an organisation: people looked at, and the latest bookings of each. */
const ACCOUNT_PEOPLE_LIMIT = 50;
const BOOKINGS_A_PERSON = 10;

export type BookingView = "upcoming" | "past" | "cancelled";

/** The booking of a row that names it, in whose organisation the caller is already; null when it is gone. */
export async function findBooking(ctx: QueryCtx, bookingId: Id<"bookings">): Promise<Doc<"bookings"> | null> {
  return await ctx.db.get("bookings", bookingId);
}

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

export type BookingFilter = { view: BookingView; status?: BookingStatus };

/**
 * A page of bookings: upcoming ones by end (running ones first), past ones newest end first, cancelled by start. With a
 * status those ahead (or behind) in that state, by start.
 */
export async function listBookings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { view, status }: BookingFilter,
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
    const ahead =
      status === undefined
        ? bookings.withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).gte("endsAt", now))
        : bookings.withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status).gte("startsAt", now));
    return await ahead.paginate(paginationOpts);
  }
  const behind =
    status === undefined
      ? bookings.withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).lt("endsAt", now))
      : bookings.withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status).lt("startsAt", now));
  return await behind.order("desc").paginate(paginationOpts);
}

/** Hits of a search: by title, and by people whose name or address matches. */
const TITLE_HITS = 50;
const PERSON_HITS = 10;

/** Bookings whose title, or one of whose people, has the words of `text`; latest start first, at most 50. */
export async function searchBookings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  text: string,
): Promise<Doc<"bookings">[]> {
  const byTitle = await ctx.db
    .query("bookings")
    .withSearchIndex("search_title", (q) => q.search("title", text).eq("orgId", orgId))
    .take(TITLE_HITS);
  const people = await listContacts(ctx, orgId, { text, paginationOpts: { numItems: PERSON_HITS, cursor: null } });
  const byPerson = await Promise.all(people.page.map(async ({ id }) => await bookingsOfContact(ctx, id)));
  const found = new Map([...byTitle, ...byPerson.flat()].map((booking) => [booking._id, booking]));
  return [...found.values()].sort((a, b) => b.startsAt - a.startsAt).slice(0, CONTACT_BOOKINGS_LIMIT);
}

/** Bookings a calendar shows at once; whoever has more sees the first ones, and that there are more. */
const CALENDAR_LIMIT = 2_000;
/** How long before a calendar's first day a booking may have begun and still be shown: a course of a month. */
const RUNNING_MS = 31 * DAY_MS;

/** Bookings that are on at some time of [from, to), by start; `isCut` when there are more than 2,000. */
export async function bookingsBetween(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  from: number,
  to: number,
): Promise<{ bookings: Doc<"bookings">[]; isCut: boolean }> {
  const inside = await ctx.db
    .query("bookings")
    .withIndex("by_org_start", (q) => q.eq("orgId", orgId).gte("startsAt", from).lt("startsAt", to))
    .take(CALENDAR_LIMIT + 1);
  const before = await ctx.db
    .query("bookings")
    .withIndex("by_org_start", (q) =>
      q
        .eq("orgId", orgId)
        .gte("startsAt", from - RUNNING_MS)
        .lt("startsAt", from),
    )
    .order("desc")
    .take(CALENDAR_LIMIT);
  const running = before.filter(({ endsAt }) => endsAt > from).reverse();
  const bookings = [...running, ...inside.slice(0, CALENDAR_LIMIT)].filter(({ isActive }) => isActive);
  return { bookings, isCut: inside.length > CALENDAR_LIMIT };
}

/** The booking a source knows by this id, of any source of the organisation; those of the oldest source first. */
export async function bookingsByExternalId(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  externalId: string,
): Promise<Doc<"bookings">[]> {
  const found: Doc<"bookings">[] = [];
  for (const { _id: sourceId } of await listSources(ctx, orgId)) {
    const row = await ctx.db
      .query("bookingExternalIds")
      .withIndex("by_external", (q) => q.eq("sourceId", sourceId).eq("externalId", externalId))
      .unique();
    const booking = row === null ? null : await ctx.db.get("bookings", row.bookingId);
    if (booking !== null) found.push(booking);
  }
  return found;
}

export type BookingWish = { status?: BookingStatus; contactId?: Id<"contacts">; from?: number; to?: number };

/** A page of bookings by start, of one state, person or time if asked; those of a person may be fewer than a page. */
export async function pageOfBookings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { status, contactId, from = 0, to = Number.MAX_SAFE_INTEGER }: BookingWish,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"bookings">>> {
  const isWanted = (booking: Doc<"bookings"> | null): booking is Doc<"bookings"> =>
    booking !== null &&
    (status === undefined || booking.status === status) &&
    booking.startsAt >= from &&
    booking.startsAt < to;
  if (contactId !== undefined) {
    const places = await ctx.db
      .query("bookingPeople")
      .withIndex("by_contact", (q) => q.eq("contactId", contactId))
      .paginate(paginationOpts);
    const page = await Promise.all(places.page.map(({ bookingId }) => ctx.db.get("bookings", bookingId)));
    return { ...places, page: page.filter(isWanted) };
  }
  const bookings = ctx.db.query("bookings");
  return status === undefined
    ? await bookings
        .withIndex("by_org_start", (q) => q.eq("orgId", orgId).gte("startsAt", from).lt("startsAt", to))
        .paginate(paginationOpts)
    : await bookings
        .withIndex("by_org_status", (q) =>
          q.eq("orgId", orgId).eq("status", status).gte("startsAt", from).lt("startsAt", to),
        )
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
  const people = await peopleOfAccount(ctx, accountId, ACCOUNT_PEOPLE_LIMIT);
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
      people.map(async ({ contactId, isBooker, timezone }) => {
        const contact = await requireContact(ctx, booking.orgId, contactId);
        const zone = timezone ?? contact.timezone;
        return { contactId, name: contact.name, isBooker, ...(zone === undefined ? {} : { timezone: zone }) };
      }),
    ),
  };
}
