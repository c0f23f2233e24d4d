import { defineTable } from "convex/server";
import { v } from "convex/values";

export const emergencyTables = {
  // Who let messages go in spite of preferences, hours and caps, why and how far (product.md C-27). Written by members who
  // may; read by the emergency screen; kept.
  emergencies: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    reason: v.string(),
    scope: v.union(
      /** A text of its own to so many people. */
      v.object({ kind: v.literal("people"), people: v.number(), subject: v.string() }),
      /** A message that was waiting. */
      v.object({ kind: v.literal("message"), queueId: v.id("messageQueue") }),
    ),
    at: v.number(),
    /** What has not left by then is given up, UTC ms; absent = the lane's own age limit. */
    until: v.optional(v.number()),
    /** A member called it off. */
    ended: v.optional(v.object({ at: v.number(), memberId: v.id("members"), stopped: v.number() })),
  }).index("by_org", ["orgId", "at"]),
};
