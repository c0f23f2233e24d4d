import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vImportState } from "../../lib/imports";
import { vOrderChange } from "../orders/schema";

/** What the dry run says becomes of a line. */
export const vContactVerdict = literals("create", "update", "unchanged", "repeated", "rejected");
export type ContactVerdict = Infer<typeof vContactVerdict>;

/** What became of a line. `kept`: the undo left the contact, because somebody has worked with it since. */
const vOutcome = literals("created", "updated", "skipped", "failed", "undone", "kept");

/** The cells of a line by what they were mapped to; attributes by their key. */
export const vWrittenContact = v.object({
  name: v.optional(v.string()),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  email: v.optional(v.string()),
  phone: v.optional(v.string()),
  whatsapp: v.optional(v.string()),
  locale: v.optional(v.string()),
  timezone: v.optional(v.string()),
  orderNumber: v.optional(v.string()),
  orderStatus: v.optional(v.string()),
  /** Several in one cell (orders/cell.ts). */
  orders: v.optional(v.string()),
  attributes: v.record(v.string(), v.string()),
});
export type WrittenContact = Infer<typeof vWrittenContact>;

/** The fields of a contact that an import fills, as they were or as it left them. */
const vFilled = v.object({
  name: v.string(),
  firstName: v.optional(v.string()),
  lastName: v.optional(v.string()),
  locale: v.optional(v.string()),
  timezone: v.optional(v.string()),
  attributes: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
});
export type FilledFields = Infer<typeof vFilled>;

export const vPlannedCounts = v.object({
  create: v.number(),
  update: v.number(),
  unchanged: v.number(),
  repeated: v.number(),
  rejected: v.number(),
});

export const vImportResult = v.object({
  created: v.number(),
  updated: v.number(),
  skipped: v.number(),
  failed: v.number(),
  undone: v.number(),
  kept: v.number(),
});

export const contactImportTables = {
  // One file of contacts somebody imported. Written by contacts; its lines wait in contactImportRows.
  contactImports: defineTable({
    orgId: v.id("organisations"),
    fileName: v.string(),
    createdBy: v.id("members"),
    /** The browser's own id: the same start again is the first one. Absent on the oldest. */
    clientId: v.optional(v.string()),
    state: vImportState,
    /** What the dry run found. */
    planned: vPlannedCounts,
    /** What was done so far. */
    result: vImportResult,
  })
    .index("by_org", ["orgId"])
    .index("by_client", ["createdBy", "clientId"]),
  // Lines of an import: what was written, what becomes of it, and what an undo needs. Deleted 30 days after the import.
  contactImportRows: defineTable({
    orgId: v.id("organisations"),
    importId: v.id("contactImports"),
    /** Line in the file, the header being 1. */
    line: v.number(),
    written: vWrittenContact,
    /** Normalised; what tells lines of the same person. Absent on rejected lines. */
    email: v.optional(v.string()),
    phone: v.optional(v.string()),
    whatsapp: v.optional(v.string()),
    /** Only on the oldest: what contactImportOrders says now. */
    orderKey: v.optional(v.string()),
    verdict: vContactVerdict,
    /** With `rejected` and the outcome `failed`: why, as a stable code. */
    problem: v.optional(v.string()),
    /** The order the problem is about, shortened. */
    about: v.optional(v.string()),
    isPending: v.boolean(),
    outcome: v.optional(vOutcome),
    contactId: v.optional(v.id("contacts")),
    /** Absent when the line created the contact. */
    before: v.optional(vFilled),
    after: v.optional(vFilled),
    addedAddressIds: v.optional(v.array(v.id("contactAddresses"))),
    /** Only on the oldest: the one of `orders`. */
    order: v.optional(vOrderChange),
    /** Absent where the line said nothing new about orders. */
    orders: v.optional(v.array(vOrderChange)),
  })
    .index("by_line", ["importId", "line"])
    .index("by_verdict", ["importId", "verdict", "line"])
    .index("by_pending", ["importId", "isPending", "line"])
    .index("by_outcome", ["importId", "outcome", "line"])
    .index("by_email", ["importId", "email"])
    .index("by_phone", ["importId", "phone"])
    .index("by_whatsapp", ["importId", "whatsapp"])
    .index("by_contact", ["contactId"]),
  // Which lines of an import name which orders: tells one that was named before. Written and deleted with its line.
  contactImportOrders: defineTable({
    orgId: v.id("organisations"),
    importId: v.id("contactImports"),
    /** lib/orderNumbers.ts keyOf */
    key: v.string(),
    rowId: v.id("contactImportRows"),
  })
    .index("by_key", ["importId", "key"])
    .index("by_row", ["rowId"]),
};
