import type { FunctionReference } from "convex/server";
import { internal } from "../../_generated/api";
import type { Move, Moved } from "../../lib/contactMoves";

/** Rows of one table that change hands when two contacts are merged. */
export type MovePart = { name: string; ref: FunctionReference<"mutation", "internal", Move, Moved> };

// In this order: a booking's people and their journeys in one transaction, or a sync in between would enrol them twice.
// What is not here stays with the merged contact and is read with it: its consents (the ledger is append-only), its
// opt-in requests, the links in mails that left, audit and events. Suppressions follow the address.
export const MOVE_PARTS: readonly MovePart[] = [
  { name: "contactNotes", ref: internal.contacts.notes.jobs.move },
  { name: "orders", ref: internal.contacts.orders.jobs.move },
  { name: "enrolments", ref: internal.sequences.merging.jobs.enrolments },
  { name: "bookingPeople", ref: internal.bookings.merging.jobs.people },
  { name: "inboundWindows", ref: internal.delivery.merging.jobs.windows },
  { name: "personHolds", ref: internal.delivery.merging.jobs.holds },
  { name: "messageQueue", ref: internal.delivery.merging.jobs.messages },
  { name: "threads", ref: internal.inbox.merging.jobs.threads },
  { name: "messages", ref: internal.inbox.merging.jobs.messages },
  { name: "surveys", ref: internal.surveys.merging.jobs.surveys },
  { name: "bookkeepingLinks", ref: internal.bookkeeping.merging.jobs.links },
];
