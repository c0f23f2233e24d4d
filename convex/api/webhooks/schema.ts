import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { WEBHOOK_KINDS } from "./kinds";

export const vWebhookKind = literals(...WEBHOOK_KINDS);

/** One call of an endpoint. */
export const vTry = v.object({
  at: v.number(),
  /** The HTTP status, or null when there was no answer. */
  status: v.union(v.null(), v.number()),
  ms: v.number(),
  /** Why it counts as failed; absent for a success. */
  reason: v.optional(v.string()),
  /** The beginning of what the endpoint answered. */
  answer: v.optional(v.string()),
});
export type Try = Infer<typeof vTry>;

export const vDeliveryState = v.union(
  v.object({ kind: v.literal("waiting"), dueAt: v.number() }),
  v.object({ kind: v.literal("delivered"), at: v.number() }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
);
export type DeliveryState = Infer<typeof vDeliveryState>;

export const webhookTables = {
  // Addresses of other systems that want to know. Written by api; read by its reaction and its sending job.
  webhookEndpoints: defineTable({
    orgId: v.id("organisations"),
    url: v.string(),
    description: v.string(),
    kinds: v.array(vWebhookKind),
    isEnabled: v.boolean(),
    /** Why it was switched off without a person: gone (410), or nothing but failures for days. */
    disabledReason: v.optional(v.string()),
    /** Encrypted, shown once. Both sign until `oldSecretUntil` (Standard Webhooks: rotation). */
    encryptedSecret: v.string(),
    encryptedOldSecret: v.optional(v.string()),
    oldSecretUntil: v.optional(v.number()),
    /** Since when every delivery failed; absent after a success. */
    failingSince: v.optional(v.number()),
  }).index("by_org", ["orgId"]),
  // One event for one endpoint, with every try. Written with the event's reaction and by the sending job; pruned after
  // 30 days.
  webhookDeliveries: defineTable({
    orgId: v.id("organisations"),
    endpointId: v.id("webhookEndpoints"),
    eventId: v.id("domainEvents"),
    kind: vWebhookKind,
    /** The exact bytes of every try: the signature covers them. */
    body: v.string(),
    state: vDeliveryState,
    tries: v.array(vTry),
  })
    .index("by_endpoint", ["endpointId"])
    .index("by_event", ["eventId", "endpointId"])
    .index("by_due", ["state.kind", "state.dueAt"]),
};
