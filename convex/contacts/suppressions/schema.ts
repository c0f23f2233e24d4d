import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../../audit/schema";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { vImportState } from "../../lib/imports";

export const SUPPRESSION_REASONS = [
  "unsubscribed",
  "opt_out_word",
  /** Asked in own words for no more messages: stands until a member has looked. */
  "revocation",
  "hard_bounce",
  /** Full mailbox and the like, again and again. */
  "soft_bounces",
  "complaint",
  "invalid_address",
  "manual",
  "imported",
  /** The person was erased; only a keyed hash of the address is left. */
  "erased",
] as const;
export const vSuppressionReason = literals(...SUPPRESSION_REASONS);
export type SuppressionReason = Infer<typeof vSuppressionReason>;

/** What becomes of one line of an import. */
export const vRowVerdict = literals("new", "known", "repeated", "rejected");
export type RowVerdict = Infer<typeof vRowVerdict>;

export const suppressionTables = {
  // Addresses that must not be written to (product.md C-44). A lifted one stays with when and by whom, so that any moment
  // can be looked at again; a new one is a new row. Written by contacts; read before every send.
  suppressions: defineTable({
    orgId: v.id("organisations"),
    channel: vChannel,
    /** Normalised; "hmac:<hex>" once the person was erased. */
    address: v.string(),
    /** Absent: for every purpose. */
    purpose: v.optional(vPurpose),
    /** Absent: for every topic of the purpose. */
    topic: v.optional(v.string()),
    reason: vSuppressionReason,
    /** "message:<id>", "import:<id>", "provider", "unsubscribe-link" … Absent on the oldest rows. */
    source: v.optional(v.string()),
    addedBy: v.optional(vActor),
    note: v.optional(v.string()),
    importId: v.optional(v.id("suppressionImports")),
    /** The address and its parts; kept for the search index. */
    searchText: v.optional(v.string()),
    at: v.number(),
    removedAt: v.optional(v.number()),
    removedBy: v.optional(vActor),
    removalReason: v.optional(v.string()),
  })
    // Those in force have no `removedAt`.
    .index("by_address", ["orgId", "channel", "address", "removedAt"])
    .index("by_org", ["orgId", "removedAt", "at"])
    .index("by_org_reason", ["orgId", "removedAt", "reason", "at"])
    .index("by_import", ["importId", "removedAt"])
    .searchIndex("search", { searchField: "searchText", filterFields: ["orgId"] }),
  // Messages that came back softly, one row a message; older than the window they go. Written with receipts.
  softBounces: defineTable({
    orgId: v.id("organisations"),
    channel: vChannel,
    address: v.string(),
    /** The message: a messageQueue id, as a string. */
    reference: v.string(),
    at: v.number(),
  }).index("by_address", ["orgId", "channel", "address", "at"]),
  // One file somebody imported. Written by contacts; its lines wait in suppressionImportRows.
  suppressionImports: defineTable({
    orgId: v.id("organisations"),
    fileName: v.string(),
    createdBy: v.id("members"),
    state: vImportState,
    counts: v.object({ new: v.number(), known: v.number(), repeated: v.number(), rejected: v.number() }),
    /** Rows applied or undone so far. */
    done: v.number(),
  }).index("by_org", ["orgId"]),
  // Lines of an import with what becomes of each. Deleted 30 days after the import.
  suppressionImportRows: defineTable({
    orgId: v.id("organisations"),
    importId: v.id("suppressionImports"),
    /** Line in the file, the header being 1. */
    line: v.number(),
    /** As written; what was read of it stands below. */
    written: v.object({
      channel: v.string(),
      address: v.string(),
      purpose: v.string(),
      topic: v.string(),
      reason: v.string(),
      note: v.string(),
    }),
    channel: v.optional(vChannel),
    address: v.optional(v.string()),
    purpose: v.optional(vPurpose),
    topic: v.optional(v.string()),
    reason: v.optional(vSuppressionReason),
    note: v.optional(v.string()),
    verdict: vRowVerdict,
    /** With `rejected`: why, as a stable code. */
    problem: v.optional(v.string()),
    suppressionId: v.optional(v.id("suppressions")),
  })
    .index("by_line", ["importId", "line"])
    .index("by_verdict", ["importId", "verdict", "line"])
    .index("by_key", ["importId", "channel", "address", "purpose", "topic"]),
};
