import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

/** Dead letters that were given up by the same rule over the same connection; null: before one was chosen. */
export const vDeadGroup = v.object({ reason: v.string(), connectionId: v.union(v.id("connections"), v.null()) });
export type DeadGroup = Infer<typeof vDeadGroup>;

/** What is done with many dead letters at once. */
export const vDeadLetterAction = v.union(
  v.object({ kind: v.literal("requeue") }),
  v.object({ kind: v.literal("discard"), reason: v.string() }),
);

export const deadLetterTables = {
  // Work on many dead letters at once, batch after batch. Written by a member's order and the job that carries it out.
  deadLetterJobs: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    action: vDeadLetterAction,
    /** Only those of one group; absent: all. */
    group: v.optional(vDeadGroup),
    /** Messages that die meanwhile are not touched: each is looked at once. */
    before: v.number(),
    /** When work begins: until then the whole order can be taken back. */
    beginsAt: v.number(),
    scheduledId: v.optional(v.id("_scheduled_functions")),
    /** How many there were when it was ordered. */
    total: v.number(),
    done: v.number(),
    endedAt: v.optional(v.number()),
    /** A member took the order back, or what was left of it. */
    isStopped: v.optional(v.boolean()),
  }).index("by_org", ["orgId"]),
};
