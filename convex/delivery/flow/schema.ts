import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { vSourceKind } from "../schema";

/** What a member stopped: nothing of it leaves until the pause is lifted. */
export const vPauseScope = v.union(
  v.object({ kind: v.literal("connection"), connectionId: v.id("connections") }),
  v.object({ kind: v.literal("channel"), channel: vChannel }),
  /** `id` narrows it to one sequence or one API key. */
  v.object({ kind: v.literal("source"), sourceKind: vSourceKind, id: v.optional(v.string()) }),
);
export type PauseScope = Infer<typeof vPauseScope>;

const vLaneShare = v.object({
  /** Virtual time of the lane: what it took, divided by its weight. */
  pass: v.number(),
  /** It asked lately: until then it counts as a competitor. */
  activeUntil: v.number(),
  /** It was refused and will ask again. */
  waitsUntil: v.number(),
});

/** Token bucket of one connection, shared by the lanes (flow/bucket.ts). */
export const vBucket = v.object({
  tokens: v.number(),
  at: v.number(),
  lanes: v.object({ critical: vLaneShare, transactional: vLaneShare, marketing: vLaneShare }),
});
export type Bucket = Infer<typeof vBucket>;

/** What a connection did lately, as sums that fade (flow/health.ts). */
export const vRecent = v.object({
  at: v.number(),
  answers: v.number(),
  failures: v.number(),
  slow: v.number(),
});
export type Recent = Infer<typeof vRecent>;

/** A pause the provider asked for (Retry-After, quota exhausted). A length, not an end: clocks are moved. */
export const vProviderPause = v.object({ from: v.number(), forMs: v.number(), reason: v.string() });
export type ProviderPause = Infer<typeof vProviderPause>;

export const flowTables = {
  // What flows over a connection: its tokens, a pause its provider asked for, how it did lately. Written by dispatchers.
  connectionFlows: defineTable({
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    bucket: v.optional(vBucket),
    pause: v.optional(vProviderPause),
    recent: v.optional(vRecent),
  })
    .index("by_connection", ["connectionId"])
    .index("by_org", ["orgId"]),
  // What members paused. Written by them; read before every send; removed when lifted (the audit record keeps it).
  deliveryPauses: defineTable({
    orgId: v.id("organisations"),
    scope: vPauseScope,
    reason: v.string(),
    memberId: v.id("members"),
    at: v.number(),
  }).index("by_org", ["orgId"]),
};
