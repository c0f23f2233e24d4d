import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vBusinessEntity, vChannel, vChannelType } from "../lib/closedSets";
import { PROVIDERS } from "./providers";
import { vSenderAliases } from "./senders/schema";

export const vProvider = literals(...PROVIDERS);
export type { Provider } from "./providers";

/** Circuit breaker of one connection (requirement S0). */
export const vBreaker = v.union(
  v.object({ kind: v.literal("closed"), failures: v.number() }),
  /** `times` it opened without having worked in between: the cool-down grows with it. */
  v.object({ kind: v.literal("open"), until: v.number(), reason: v.string(), times: v.optional(v.number()) }),
  v.object({ kind: v.literal("half_open"), probeSince: v.number(), times: v.optional(v.number()) }),
);
export type Breaker = Infer<typeof vBreaker>;

export const vBreakerKind = v.union(...vBreaker.members.map((member) => member.fields.kind));

/** Whether key and address work, by the provider's own answer; no message leaves for it. */
export const vCheck = v.union(
  v.object({ kind: v.literal("running"), at: v.number() }),
  v.object({ kind: v.literal("ok"), at: v.number() }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
);
export type Check = Infer<typeof vCheck>;

/**
 * What joins a mail to an earlier conversation, from strict to generous: what it answers (and a number a participant
 * names); also the same sender and subject; also programs' mails of one sender and subject (product.md 2.1 no. 6, 10).
 */
export const THREADING_MATCHES = ["headers", "subject", "grouped"] as const;
export const vThreadingMatch = literals(...THREADING_MATCHES);
export type ThreadingMatch = Infer<typeof vThreadingMatch>;

export const connectionTables = {
  // Provider accounts. Written by connections; read by delivery. Secrets are AES-GCM text, never sent to a browser.
  connections: defineTable({
    orgId: v.id("organisations"),
    channel: vChannel,
    provider: vProvider,
    name: v.string(),
    isEnabled: v.boolean(),
    /** Lower is tried first. */
    order: v.number(),
    /** Public settings: host, port, fromAddress, fromName, senderId, baseUrl … */
    settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
    encryptedSecrets: v.optional(v.string()),
    breaker: vBreaker,
    /** Sends a second the provider allows. */
    ratePerSecond: v.number(),
    /** Price of one message in millionths of the currency unit. */
    priceMicros: v.number(),
    /**
     * Share among connections of one order: 3 gets three times as much as 1, the default. All alike = the cheapest gets
     * the messages, and those of one price share them.
     */
    weight: v.optional(v.number()),
    /** SHA-256 of the secret in the address the provider reports to; absent = none accepted. */
    webhookSecretHash: v.optional(v.string()),
    /** The same secret, AES-GCM: messages name the address for their status reports. */
    encryptedWebhookSecret: v.optional(v.string()),
    check: v.optional(vCheck),
    /** Further addresses it writes from, of its own domain (product.md A-81). */
    senders: v.optional(vSenderAliases),
  }).index("by_org_channel", ["orgId", "channel", "order"]),
  // When a breaker opened, let one message try, and closed: what a person who looks later wants to know. Written with the
  // breaker; read by the outage drill; pruned by a cron.
  breakerChanges: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    at: v.number(),
    from: vBreakerKind,
    to: vBreakerKind,
    /** What the provider did last; only of an opening. */
    reason: v.optional(v.string()),
  })
    .index("by_connection", ["connectionId", "at"])
    .index("by_age", ["at"]),
  // S1 communication_channel: what an inbox channel is called and who answers it how fast.
  channels: defineTable({
    orgId: v.id("organisations"),
    channelType: vChannelType,
    channelName: v.string(),
    isActive: v.boolean(),
    /** Own address or number of this channel: "info@haff-segeln.example". */
    address: v.optional(v.string()),
    connectionId: v.optional(v.id("connections")),
    responseSlaHours: v.optional(v.number()),
    /** SHA-256 of the secret that inbound webhooks of this channel must present; absent = none accepted. */
    inboundSecretHash: v.optional(v.string()),
    /** Whose name it stands for: decides texts and signature. Absent: every brand's. */
    businessEntity: v.optional(vBusinessEntity),
    /** Of mail; absent = "subject". */
    threading: v.optional(vThreadingMatch),
  })
    .index("by_org", ["orgId", "channelType"])
    .index("by_address", ["address"]),
};
