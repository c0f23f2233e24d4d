import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vAttributes, vBookingStatus, vEnteredLocation } from "./facts";
import { bookingImportTables } from "./imports/schema";
import { OWN_SOURCE_KINDS, WEBHOOK_SOURCE_KINDS } from "./statuses";

export const vWebhookSourceKind = literals(...WEBHOOK_SOURCE_KINDS);
export const vBookingSourceKind = literals(...WEBHOOK_SOURCE_KINDS, ...OWN_SOURCE_KINDS);
export type BookingSourceKind = Infer<typeof vBookingSourceKind>;

/** A person as a form names them. */
export const vNamedPerson = v.union(
  v.object({ contactId: v.id("contacts") }),
  v.object({
    name: v.string(),
    email: v.optional(v.string()),
    phone: v.optional(v.string()),
    timezone: v.optional(v.string()),
  }),
);

export const bookingTables = {
  // Where bookings come from. `publicId` stands in the webhook address; the signing secret is encrypted. A workspace's own
  // ways in (OWN_SOURCE_KINDS) have a row each from their first booking on: no webhook reaches them.
  bookingSources: defineTable({
    orgId: v.id("organisations"),
    kind: vBookingSourceKind,
    name: v.string(),
    publicId: v.string(),
    encryptedSecret: v.string(),
    isEnabled: v.boolean(),
    /** IANA zone of the venue for on-site bookings; online sources have none. */
    venueZone: v.optional(v.string()),
    /** When its last genuine delivery came, UTC ms. */
    lastEventAt: v.optional(v.number()),
  })
    .index("by_org", ["orgId"])
    .index("by_public_id", ["publicId"]),
  // One appointment. (sourceId, externalId) is unique among those that were not taken back. A move keeps the row; a source
  // that issues a new id on a move (cal.com) gets its new id written here and the old one kept in previousExternalIds.
  bookings: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    externalId: v.string(),
    previousExternalIds: v.array(v.string()),
    title: v.string(),
    status: vBookingStatus,
    /** Neither cancelled, replaced nor taken back: what the lists go by. Follows from the status. */
    isActive: v.boolean(),
    startsAt: v.number(),
    endsAt: v.number(),
    location: vEnteredLocation,
    bookedAt: v.number(),
    /** The source's own clock of the newest change applied; older events write nothing. */
    sourceUpdatedAt: v.number(),
    cancellationReason: v.optional(v.string()),
    /** When the later anchors happened (product.md 4.2 rule 1); absent until they do. */
    checkedInAt: v.optional(v.number()),
    completedAt: v.optional(v.number()),
    cancelledAt: v.optional(v.number()),
    noShowAt: v.optional(v.number()),
    attributes: vAttributes,
    /** Imported without journeys: nobody is enrolled for it, now or later. */
    startsNoJourneys: v.optional(v.literal(true)),
  })
    .index("by_external", ["sourceId", "externalId"])
    .index("by_org_active", ["orgId", "isActive", "endsAt"])
    .index("by_org_status", ["orgId", "status", "startsAt"])
    .index("by_org_start", ["orgId", "startsAt"])
    .searchIndex("search_title", { searchField: "title", filterFields: ["orgId"] }),
  // Every external id a booking has or had: how late events about an old id find their row. (sourceId, externalId) is
  // unique. Written and read by bookings.
  bookingExternalIds: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    externalId: v.string(),
    bookingId: v.id("bookings"),
  }).index("by_external", ["sourceId", "externalId"]),
  // What Calendly told of each place of a scheduled event (invitees.ts): the booking follows from all of them. A place may
  // be known before its person is. Written and read by bookings.
  bookingInvitees: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    externalId: v.string(),
    inviteeId: v.string(),
    replaces: v.optional(v.string()),
    joinedAt: v.optional(v.number()),
    presence: v.optional(
      v.object({ state: literals("joined", "left", "moved_away"), at: v.number(), reason: v.optional(v.string()) }),
    ),
    noShow: v.optional(v.object({ is: v.boolean(), at: v.number() })),
    told: v.optional(
      v.object({
        at: v.number(),
        contactId: v.id("contacts"),
        timezone: v.optional(v.string()),
        /** Those the person brought along. */
        guestIds: v.array(v.id("contacts")),
        title: v.string(),
        startsAt: v.number(),
        endsAt: v.number(),
        location: v.union(
          v.object({ kind: v.literal("onsite"), text: v.optional(v.string()) }),
          v.object({ kind: v.literal("online"), url: v.optional(v.string()) }),
          v.object({ kind: v.literal("unknown") }),
        ),
        attributes: vAttributes,
      }),
    ),
  })
    .index("by_event", ["sourceId", "externalId"])
    .index("by_invitee", ["sourceId", "inviteeId"])
    .index("by_replaces", ["sourceId", "replaces"]),
  // Who takes part: each person has own runs and own consent (product.md 4.2 rule 9).
  bookingPeople: defineTable({
    orgId: v.id("organisations"),
    bookingId: v.id("bookings"),
    contactId: v.id("contacts"),
    isBooker: v.boolean(),
    timezone: v.optional(v.string()),
  })
    .index("by_booking", ["bookingId"])
    .index("by_contact", ["contactId"]),
  ...bookingImportTables,
};
