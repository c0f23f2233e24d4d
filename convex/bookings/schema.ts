import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const BOOKING_STATUSES = [
  "confirmed",
  "checked_in",
  "completed",
  "cancelled",
  "rescheduled",
  "no_show",
] as const;
export const vBookingStatus = literals(...BOOKING_STATUSES);
export type BookingStatus = Infer<typeof vBookingStatus>;

export const BOOKING_SOURCE_KINDS = ["generic", "calcom"] as const;
export const vBookingSourceKind = literals(...BOOKING_SOURCE_KINDS);
export type BookingSourceKind = Infer<typeof vBookingSourceKind>;

export const bookingTables = {
  // Where bookings come from. `publicId` stands in the webhook address; the signing secret is encrypted.
  bookingSources: defineTable({
    orgId: v.id("organisations"),
    kind: vBookingSourceKind,
    name: v.string(),
    publicId: v.string(),
    encryptedSecret: v.string(),
    isEnabled: v.boolean(),
    /** IANA zone of the venue for on-site bookings; online sources have none. */
    venueZone: v.optional(v.string()),
  })
    .index("by_org", ["orgId"])
    .index("by_public_id", ["publicId"]),
  // One appointment. (sourceId, externalId) is unique. A move keeps the row; a source that issues a new id on a move
  // (cal.com) gets its new id written here and the old one kept in previousExternalIds.
  bookings: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    externalId: v.string(),
    previousExternalIds: v.array(v.string()),
    title: v.string(),
    status: vBookingStatus,
    /** Neither cancelled nor replaced: what the lists go by. Follows from the status. */
    isActive: v.boolean(),
    startsAt: v.number(),
    endsAt: v.number(),
    location: v.union(
      v.object({ kind: v.literal("onsite"), zone: v.string(), text: v.optional(v.string()) }),
      v.object({ kind: v.literal("online"), url: v.optional(v.string()) }),
    ),
    bookedAt: v.number(),
    /** The source's own clock of the newest change applied; older events write nothing. */
    sourceUpdatedAt: v.number(),
    cancellationReason: v.optional(v.string()),
    /** When the later anchors happened (product.md 4.2 rule 1); absent until they do. */
    checkedInAt: v.optional(v.number()),
    completedAt: v.optional(v.number()),
    cancelledAt: v.optional(v.number()),
    noShowAt: v.optional(v.number()),
    attributes: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  })
    .index("by_external", ["sourceId", "externalId"])
    .index("by_org_active", ["orgId", "isActive", "endsAt"])
    .index("by_org_status", ["orgId", "status", "startsAt"]),
  // Every external id a booking has or had: how late events about an old id find their row. (sourceId, externalId) is
  // unique. Written and read by bookings.
  bookingExternalIds: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("bookingSources"),
    externalId: v.string(),
    bookingId: v.id("bookings"),
  }).index("by_external", ["sourceId", "externalId"]),
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
};
