import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const vRequestState = v.union(
  /** An erasure waits a moment: it can be called off. */
  v.object({ kind: v.literal("scheduled"), startsAt: v.number() }),
  v.object({
    kind: v.literal("running"),
    /** Place in the table of parts, and where in that part it goes on. */
    part: v.number(),
    cursor: v.union(v.string(), v.null()),
    rows: v.number(),
    /** When it last came on: one that stands still was cut short. */
    at: v.number(),
  }),
  v.object({
    kind: v.literal("done"),
    at: v.number(),
    rows: v.number(),
    /** An export's file, until it ends. */
    storageId: v.optional(v.id("_storage")),
    sizeBytes: v.optional(v.number()),
    expiresAt: v.optional(v.number()),
  }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
  v.object({ kind: v.literal("cancelled"), at: v.number() }),
  v.object({ kind: v.literal("expired"), at: v.number() }),
);
export type RequestState = Infer<typeof vRequestState>;

export const privacyTables = {
  // What a person asked for: a copy of their data, or its erasure (GDPR Art. 15, 17, 20). Written by privacy; kept as
  // the record that it was done. After an erasure the name is gone here, too.
  dataRequests: defineTable({
    orgId: v.id("organisations"),
    kind: v.union(v.literal("export"), v.literal("erasure")),
    contactId: v.id("contacts"),
    contactName: v.string(),
    /** How the person asked: letter of …, call of … */
    note: v.string(),
    requestedBy: v.id("members"),
    requestedAt: v.number(),
    state: vRequestState,
  })
    .index("by_org", ["orgId", "requestedAt"])
    .index("by_contact", ["contactId", "requestedAt"])
    .index("by_state", ["state.kind", "requestedAt"]),
};
