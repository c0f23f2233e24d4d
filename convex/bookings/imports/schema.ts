import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vImportState } from "../../lib/imports";
import { vAttributes, vBookingStatus, vEnteredLocation } from "../facts";
import { DAY_ORDERS } from "./dayOrder";
import { BOOKING_PROBLEMS } from "./problems";

/** What the dry run says becomes of a booking. */
export const vBookingVerdict = literals("create", "update", "unchanged", "rejected");
export type BookingVerdict = Infer<typeof vBookingVerdict>;

/** The cells of a row by what they were mapped to; attributes by their key. */
export const vWrittenBooking = v.object({
  reference: v.optional(v.string()),
  title: v.optional(v.string()),
  date: v.optional(v.string()),
  start: v.optional(v.string()),
  end: v.optional(v.string()),
  duration: v.optional(v.string()),
  zone: v.optional(v.string()),
  place: v.optional(v.string()),
  state: v.optional(v.string()),
  name: v.optional(v.string()),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  email: v.optional(v.string()),
  phone: v.optional(v.string()),
  locale: v.optional(v.string()),
  attributes: v.record(v.string(), v.string()),
});
export type WrittenBooking = Infer<typeof vWrittenBooking>;

export const vBookingLine = v.object({ line: v.number(), written: vWrittenBooking });

/** How what a file leaves open is read. */
export const vReadOptions = v.object({
  /** IANA; of the places, where a row names none. */
  zone: v.string(),
  dayOrder: literals(...DAY_ORDERS),
  /** How long a booking lasts that says nothing about it. */
  minutes: v.number(),
  /** ISO 3166, reads national numbers; absent: the organisation's. */
  country: v.optional(v.string()),
});
export type ReadOptions = Infer<typeof vReadOptions>;

/** A clock change that a start or an end lies in. */
export const vClockNote = literals("skipped", "twice");

const facts = {
  title: v.string(),
  startsAt: v.number(),
  endsAt: v.number(),
  location: vEnteredLocation,
  attributes: vAttributes,
  status: vBookingStatus,
};

/** A booking before an import changed it. */
export const vEarlierBooking = v.object({
  ...facts,
  checkedInAt: v.optional(v.number()),
  completedAt: v.optional(v.number()),
  cancelledAt: v.optional(v.number()),
  noShowAt: v.optional(v.number()),
  cancellationReason: v.optional(v.string()),
  places: v.array(v.object({ contactId: v.id("contacts"), isBooker: v.boolean(), timezone: v.optional(v.string()) })),
});

/** A booking as an import left it. */
export const vLeftBooking = v.object({ ...facts, contactIds: v.array(v.id("contacts")) });

export const vBookingProblem = literals(...BOOKING_PROBLEMS);

export const vPlannedBookings = v.object({
  create: v.number(),
  update: v.number(),
  unchanged: v.number(),
  rejected: v.number(),
  /** Those with a time in a clock change. */
  clockChanges: v.number(),
});

export const vBookingResult = v.object({
  created: v.number(),
  updated: v.number(),
  skipped: v.number(),
  failed: v.number(),
  /** Taken back, or left because somebody changed them since; absent before that. */
  undone: v.optional(v.number()),
  kept: v.optional(v.number()),
});

export const vBookingOutcome = literals("created", "updated", "skipped", "failed", "undone", "kept");

export const bookingImportTables = {
  // One file of bookings somebody imported. Its bookings wait in bookingImportRows.
  bookingImports: defineTable({
    orgId: v.id("organisations"),
    fileName: v.string(),
    createdBy: v.id("members"),
    /** The browser's own id: the same start again is the first one. */
    clientId: v.string(),
    state: vImportState,
    options: vReadOptions,
    /** Whether bookings that are new start journeys. */
    startsJourneys: v.boolean(),
    /** What the dry run found, in bookings. */
    planned: vPlannedBookings,
    /** What was done so far. */
    result: vBookingResult,
    /** When it was applied; absent on those that cannot be taken back, for they were before that could be. */
    appliedAt: v.optional(v.number()),
    /** Who takes it back, once somebody does. */
    undoneBy: v.optional(v.id("members")),
  })
    .index("by_org", ["orgId"])
    .index("by_client", ["createdBy", "clientId"]),
  // A booking of a file, with all its rows, and what becomes of it. The rows' cells go once it is written: what they say is
  // with the booking and its people then. Deleted 30 days after the import was applied, or began.
  bookingImportRows: defineTable({
    orgId: v.id("organisations"),
    importId: v.id("bookingImports"),
    /** The first of its rows in the file, the headings being 1. */
    line: v.number(),
    /** Its id at the source "CSV". */
    reference: v.string(),
    lines: v.array(vBookingLine),
    title: v.optional(v.string()),
    startsAt: v.optional(v.number()),
    verdict: vBookingVerdict,
    /** With `rejected` and the outcome `failed`: why, and in which row. */
    problem: v.optional(vBookingProblem),
    problemLine: v.optional(v.number()),
    clockNote: v.optional(vClockNote),
    isPending: v.boolean(),
    outcome: v.optional(vBookingOutcome),
    bookingId: v.optional(v.id("bookings")),
    /** With `updated`: what it was. */
    before: v.optional(vEarlierBooking),
    /** With `created` and `updated`: what the import made of it. */
    after: v.optional(vLeftBooking),
  })
    .index("by_line", ["importId", "line"])
    .index("by_verdict", ["importId", "verdict", "line"])
    .index("by_pending", ["importId", "isPending", "line"])
    .index("by_outcome", ["importId", "outcome", "line"])
    .index("by_reference", ["importId", "reference"]),
};
