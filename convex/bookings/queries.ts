import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { listEntries } from "../audit/model";
import { vActor } from "../audit/schema";
import { requireAccount } from "../contacts/accounts/model";
import { requireContact } from "../contacts/model";
import { appError } from "../lib/errors";
import { memberQuery } from "../lib/functions";
import { DAY_MS, HOUR_MS } from "../lib/time";
import { vAttributes, vBookingStatus, vEnteredLocation } from "./facts";
import { vJourneyEntry, type JourneyEntry } from "./journey";
import { JOURNEY_SOURCES } from "./journeySources";
import {
  bookingsBetween,
  bookingsOfAccount,
  bookingsOfContact,
  listBookings,
  presentBooking,
  requireBooking,
  searchBookings,
} from "./model/read";
import { listSources, webhookUrlOf } from "./model/sources";
import { vBookingSourceKind } from "./schema";

const bookingFields = {
  id: v.id("bookings"),
  externalId: v.string(),
  title: v.string(),
  status: vBookingStatus,
  startsAt: v.number(),
  endsAt: v.number(),
  bookedAt: v.number(),
  /** IANA zone of the venue; null for online bookings. */
  zone: v.union(v.string(), v.null()),
  location: vEnteredLocation,
  sourceName: v.string(),
  sourceKind: vBookingSourceKind,
  cancellationReason: v.optional(v.string()),
  people: v.array(
    v.object({
      contactId: v.id("contacts"),
      name: v.string(),
      isBooker: v.boolean(),
      /** IANA zone of the person, when one is known. */
      timezone: v.optional(v.string()),
    }),
  ),
};

/** A page of bookings: upcoming by end (running ones first), past ones newest end first, cancelled newest start first. */
export const list = memberQuery("bookings.read")({
  args: {
    view: literals("upcoming", "past", "cancelled"),
    status: v.optional(vBookingStatus),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(v.object(bookingFields)),
  handler: async (ctx, { view, status, paginationOpts }) => {
    const result = await listBookings(ctx, ctx.orgId, { view, status }, paginationOpts, Date.now());
    return { ...result, page: await Promise.all(result.page.map((booking) => presentBooking(ctx, booking))) };
  },
});

/** Bookings with the words in their title or the name or address of their people, latest start first, at most 50. */
export const search = memberQuery("bookings.read")({
  args: { text: v.string() },
  returns: v.array(v.object(bookingFields)),
  handler: async (ctx, { text }) => {
    const found = text.trim() === "" ? [] : await searchBookings(ctx, ctx.orgId, text.trim());
    return await Promise.all(found.map((booking) => presentBooking(ctx, booking)));
  },
});

/** Six weeks, and a day on either side: places elsewhere have their days earlier or later. */
const CALENDAR_SPAN_MS = 44 * DAY_MS + HOUR_MS;

/** Bookings that are on in [from, to) (UTC ms), by start, at most 44 days; `isCut` when there are more than 2,000. */
export const between = memberQuery("bookings.read")({
  args: { from: v.number(), to: v.number() },
  returns: v.object({
    bookings: v.array(
      v.object({
        id: v.id("bookings"),
        title: v.string(),
        status: vBookingStatus,
        startsAt: v.number(),
        endsAt: v.number(),
        zone: v.union(v.string(), v.null()),
      }),
    ),
    isCut: v.boolean(),
  }),
  handler: async (ctx, { from, to }) => {
    if (!(to > from && to - from <= CALENDAR_SPAN_MS)) {
      throw appError("invalid", "A calendar shows up to six weeks.", { field: "to" });
    }
    const { bookings, isCut } = await bookingsBetween(ctx, ctx.orgId, from, to);
    const shown = bookings.map(({ _id: id, title, status, startsAt, endsAt, location }) => {
      return { id, title, status, startsAt, endsAt, zone: location.kind === "onsite" ? location.zone : null };
    });
    return { bookings: shown, isCut };
  },
});

/** What happened to a booking, newest first: who changed what, from the record. */
export const history = memberQuery("bookings.read")({
  args: { bookingId: v.id("bookings"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      id: v.id("auditEntries"),
      actor: vActor,
      action: v.string(),
      details: v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null())),
      at: v.number(),
    }),
  ),
  handler: async (ctx, { bookingId, paginationOpts }) => {
    await requireBooking(ctx, ctx.orgId, bookingId);
    const subject = { table: "bookings", id: bookingId };
    const result = await listEntries(ctx, ctx.orgId, { subject, paginationOpts });
    return { ...result, page: result.page.map(({ subject: _subject, ...entry }) => entry) };
  },
});

/** One booking with its people and every message planned, sent or dropped for it, by planned time. */
export const get = memberQuery("bookings.read")({
  args: { bookingId: v.id("bookings") },
  returns: v.object({ ...bookingFields, attributes: vAttributes, journey: v.array(vJourneyEntry) }),
  handler: async (ctx, { bookingId }) => {
    const row = await requireBooking(ctx, ctx.orgId, bookingId);
    const booking = { ...(await presentBooking(ctx, row)), attributes: row.attributes };
    const journeys: JourneyEntry[][] = await Promise.all(
      JOURNEY_SOURCES.map((source) => ctx.runQuery(source, { orgId: ctx.orgId, bookingId })),
    );
    return { ...booking, journey: journeys.flat() };
  },
});

/** The bookings somebody takes part in, latest start first, at most 50. */
export const ofContact = memberQuery("bookings.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(v.object(bookingFields)),
  handler: async (ctx, { contactId }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const bookings = await bookingsOfContact(ctx, contactId);
    return await Promise.all(bookings.map((booking) => presentBooking(ctx, booking)));
  },
});

/** The bookings of a customer or partner organisation's people, latest start first, at most 50. */
export const ofAccount = memberQuery("bookings.read")({
  args: { accountId: v.id("accounts") },
  returns: v.array(v.object(bookingFields)),
  handler: async (ctx, { accountId }) => {
    await requireAccount(ctx, ctx.orgId, accountId);
    const bookings = await bookingsOfAccount(ctx, accountId);
    return await Promise.all(bookings.map((booking) => presentBooking(ctx, booking)));
  },
});

/** Where bookings come from, with the address their webhooks go to. Secrets are never shown. */
export const sources = memberQuery("bookings.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("bookingSources"),
      kind: vBookingSourceKind,
      name: v.string(),
      webhookUrl: v.string(),
      isEnabled: v.boolean(),
      venueZone: v.optional(v.string()),
      /** When its last genuine delivery came (to the minute); absent until one did. */
      lastEventAt: v.optional(v.number()),
    }),
  ),
  handler: async (ctx) =>
    (await listSources(ctx, ctx.orgId)).map((source) => ({
      id: source._id,
      kind: source.kind,
      name: source.name,
      webhookUrl: webhookUrlOf(source),
      isEnabled: source.isEnabled,
      venueZone: source.venueZone,
      lastEventAt: source.lastEventAt,
    })),
});
