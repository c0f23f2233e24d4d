import type { FunctionReference } from "convex/server";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { ErasedPage, PersonPage } from "../lib/dataSubjects";

// Which domain knows what about a person: the one table (design.md section 2). Whoever adds a table with personal data
// adds a line.

type Args = { orgId: Id<"organisations">; contactId: Id<"contacts">; cursor: string | null };

/** A section of the export. */
export type ExportPart = { name: string; ref: FunctionReference<"query", "internal", Args, PersonPage> };

/** A step of the erasure. */
export type ErasePart = { name: string; ref: FunctionReference<"mutation", "internal", Args, ErasedPage> };

export const EXPORT_PARTS: readonly ExportPart[] = [
  { name: "profile", ref: internal.contacts.privacy.jobs.profile },
  { name: "consents", ref: internal.contacts.privacy.jobs.consents },
  { name: "orders", ref: internal.contacts.orders.jobs.ofPerson },
  { name: "bookings", ref: internal.bookings.privacy.jobs.bookings },
  { name: "journeys", ref: internal.sequences.privacy.jobs.journeys },
  { name: "conversations", ref: internal.inbox.privacy.jobs.conversations },
  { name: "messages", ref: internal.delivery.privacy.jobs.messages },
  { name: "reactions", ref: internal.inbox.privacy.jobs.reactions },
  { name: "deliveryReports", ref: internal.tracking.privacy.jobs.receipts },
  { name: "surveys", ref: internal.surveys.privacy.jobs.surveys },
  { name: "bookkeeping", ref: internal.bookkeeping.privacy.jobs.links },
];

/** In this order: the contact last, because the others look up its name and addresses. */
export const ERASE_PARTS: readonly ErasePart[] = [
  { name: "messages", ref: internal.delivery.privacy.jobs.erase },
  { name: "deliveryReports", ref: internal.tracking.privacy.jobs.erase },
  { name: "conversations", ref: internal.inbox.privacy.jobs.erase },
  { name: "surveys", ref: internal.surveys.privacy.jobs.erase },
  { name: "bookkeeping", ref: internal.bookkeeping.privacy.jobs.erase },
  { name: "devices", ref: internal.sandbox.privacy.jobs.erase },
  { name: "orders", ref: internal.contacts.orders.jobs.erase },
  { name: "profile", ref: internal.contacts.privacy.jobs.erase },
];
