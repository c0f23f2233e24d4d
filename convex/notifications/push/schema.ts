import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vCustomerLanguage } from "../../lib/languages";

/** What a browser hands out when it subscribes (Push API, PushSubscription.toJSON), with what is known of the device. */
export const vSubscription = v.object({
  /** The push service's address for this browser: whoever knows it and the keys can write to it. */
  endpoint: v.string(),
  /** base64url: the browser's public key and its shared secret (RFC 8291). */
  p256dh: v.string(),
  auth: v.string(),
  /** "Firefox, Android": how its owner tells it from others. */
  name: v.string(),
  /** The language its texts are written in. */
  language: vCustomerLanguage,
});
export type Subscription = Infer<typeof vSubscription>;

/** What became of one try. */
export const vPushOutcome = v.union(
  v.object({ kind: v.literal("sent") }),
  /** The push service knows the browser no longer (404, 410). */
  v.object({ kind: v.literal("gone") }),
  v.object({
    kind: v.literal("failed"),
    reason: v.string(),
    retryAfterMs: v.optional(v.number()),
    isFinal: v.boolean(),
  }),
);
export type PushOutcome = Infer<typeof vPushOutcome>;

export const pushTables = {
  // The deployment's own pair of keys (VAPID, RFC 8292): one row, made on first use, never replaced, or every device
  // would have to subscribe again. Written and read by notifications/push.
  pushKeys: defineTable({ publicKey: v.string(), encryptedPrivateKey: v.string() }),
  // Browsers of members that want to be pushed to. Written by their member; removed by them, by the push service's word
  // that it is gone, by signing out, and with the member's suspension.
  pushDevices: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    endpoint: v.string(),
    p256dh: v.string(),
    encryptedAuth: v.string(),
    name: v.string(),
    language: vCustomerLanguage,
    /** UTC ms of the last push the service took. */
    lastSentAt: v.optional(v.number()),
    /** Why the last one failed; absent after a success. */
    problem: v.optional(v.string()),
  })
    .index("by_member", ["memberId"])
    .index("by_endpoint", ["endpoint"]),
};
