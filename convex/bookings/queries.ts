import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { requireAccount } from "../contacts/accounts/model";
import { requireContact } from "../contacts/model";
import { memberQuery } from "../lib/functions";
import { vJourneyEntry, type JourneyEntry } from "./journey";
import { JOURNEY_SOURCES } from "./journeySources";
import { bookingsOfAccount, bookingsOfContact, listBookings, presentBooking, requireBooking } from "./model/read";
import { listSources, webhookUrlOf } from "./model/sources";
import { vBookingSourceKind, vBookingStatus } from "./schema";

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
  location: v.union(
    v.object({ kind: v.literal("onsite"), zone: v.string(), text: v.optional(v.string()) }),
    v.object({ kind: v.literal("online"), url: v.optional(v.string()) }),
  ),
  sourceName: v.string(),
  sourceKind: vBookingSourceKind,
  cancellationReason: v.optional(v.string()),
  people: v.array(v.object({ contactId: v.id("contacts"), name: v.string(), isBooker: v.boolean() })),
};

/** A page of bookings: upcoming by end (running ones first), past ones newest end first, cancelled newest start first. */
export const list = memberQuery("bookings.read")({
  args: { view: literals("upcoming", "past", "cancelled"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(v.object(bookingFields)),
  handler: async (ctx, { view, paginationOpts }) => {
    const result = await listBookings(ctx, ctx.orgId, view, paginationOpts, Date.now());
    return { ...result, page: await Promise.all(result.page.map((booking) => presentBooking(ctx, booking))) };
  },
});

/** One booking with its people and every message planned, sent or dropped for it, by planned time. */
export const get = memberQuery("bookings.read")({
  args: { bookingId: v.id("bookings") },
  returns: v.object({ ...bookingFields, journey: v.array(vJourneyEntry) }),
  handler: async (ctx, { bookingId }) => {
    const booking = await presentBooking(ctx, await requireBooking(ctx, ctx.orgId, bookingId));
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
    })),
});
