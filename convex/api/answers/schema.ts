import { defineTable } from "convex/server";
import { v, type GenericValidator, type Infer } from "convex/values";

/** What tells a writing call from its repetition (Idempotency-Key) and from a stale one (If-Match). */
export const vWrite = v.object({
  idempotencyKey: v.optional(v.string()),
  /** Digest of operation, address and body: the same key with another one is a mistake of the caller. */
  fingerprint: v.string(),
  ifMatch: v.optional(v.string()),
});
export type Write = Infer<typeof vWrite>;

/** What a writing call is answered. */
export const vAnswer = <Body extends GenericValidator>(body: Body) => v.object({ status: v.number(), body });

export const answerTables = {
  // What a writing call with an Idempotency-Key was answered. Written and read by api; pruned after a day.
  apiAnswers: defineTable({
    orgId: v.id("organisations"),
    apiKeyId: v.id("apiKeys"),
    idempotencyKey: v.string(),
    fingerprint: v.string(),
    status: v.number(),
    /** JSON of the body. */
    body: v.string(),
  }).index("by_key", ["apiKeyId", "idempotencyKey"]),
};
