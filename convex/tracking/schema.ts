import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { STATUS_KINDS } from "../delivery/providers/types";
import { vFailure } from "../delivery/schema";
import { signUpTables } from "./signUp/schema";

export const vReceiptKind = literals(...STATUS_KINDS);
export type ReceiptKind = Infer<typeof vReceiptKind>;

/** The facts of a report, as StatusReport has them. */
const vReportFacts = {
  kind: vReceiptKind,
  /** When it happened, by the provider's clock. */
  at: v.number(),
  /** A soft bounce: the provider goes on trying. */
  isTransient: v.optional(v.boolean()),
  /** Opened or clicked by a machine. */
  isMachine: v.optional(v.boolean()),
  url: v.optional(v.string()),
  userAgent: v.optional(v.string()),
  ip: v.optional(v.string()),
  /** What the provider says it cost, in millionths of the currency unit, and how many parts it had. */
  priceMicros: v.optional(v.number()),
  segments: v.optional(v.number()),
};

export const trackingTables = {
  ...signUpTables,
  // Every status report, once. Written by tracking; the queue row's state moves up by rank only.
  receipts: defineTable({
    orgId: v.id("organisations"),
    queueId: v.id("messageQueue"),
    ...vReportFacts,
    reason: v.optional(v.string()),
    /** Provider event id, or hash(provider, message id, status, timestamp): unique. */
    dedupeKey: v.string(),
  })
    .index("by_message", ["queueId", "at"])
    .index("by_dedupe", ["orgId", "dedupeKey"]),
  // Reports about messages nobody knows yet: they overtook the answer to the send, or the account serves other systems
  // too. Tried again with growing gaps, deleted once matched or expired. Written and read by tracking.
  earlyReceipts: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    providerMessageId: v.optional(v.string()),
    reference: v.optional(v.string()),
    address: v.optional(v.string()),
    failure: v.optional(vFailure),
    ...vReportFacts,
    dedupeKey: v.string(),
    /** Times it was looked for, the first time included. */
    tries: v.number(),
    nextTryAt: v.number(),
  })
    .index("by_dedupe", ["orgId", "dedupeKey"])
    .index("by_next_try", ["nextTryAt"]),
};
