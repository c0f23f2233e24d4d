import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { STATUS_KINDS } from "../delivery/providers/types";

export const vReceiptKind = literals(...STATUS_KINDS);
export type ReceiptKind = Infer<typeof vReceiptKind>;

export const trackingTables = {
  // Every status report, once. Written by tracking; the queue row's state moves up by rank only.
  receipts: defineTable({
    orgId: v.id("organisations"),
    queueId: v.id("messageQueue"),
    kind: vReceiptKind,
    /** When it happened, by the provider's clock. */
    at: v.number(),
    reason: v.optional(v.string()),
    /** Provider event id, or hash(provider, message id, status, timestamp): unique. */
    dedupeKey: v.string(),
  })
    .index("by_message", ["queueId", "at"])
    .index("by_dedupe", ["orgId", "dedupeKey"]),
};
