import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vThreadChannel, vThreadStatus } from "../../lib/closedSets";

/** Messages move in batches: "moving" and "undoing" while some are still on their way. */
const vMergeState = literals("moving", "done", "undoing", "undone");

/** What a merge may change of the conversation that stays. */
export const vMergedFields = v.object({
  status: vThreadStatus,
  channel: vThreadChannel,
  channelId: v.optional(v.id("channels")),
  assigneeId: v.optional(v.id("members")),
});
export type MergedFields = Infer<typeof vMergedFields>;

export const mergingTables = {
  // One conversation put into another (product.md A-64), with what its undo needs. Written by members; pruned with the
  // time for the undo; the redirect itself is on the thread.
  threadMerges: defineTable({
    orgId: v.id("organisations"),
    sourceId: v.id("threads"),
    targetId: v.id("threads"),
    by: v.id("members"),
    at: v.number(),
    state: vMergeState,
    sourceStatus: vThreadStatus,
    sourceSnoozedUntil: v.optional(v.union(v.number(), v.null())),
    /** Of the conversation that stayed: before, and as the merge left it. */
    before: vMergedFields,
    after: vMergedFields,
    addedTags: v.array(v.string()),
    /** The line that tells of it. */
    noteId: v.id("messages"),
  })
    .index("by_source", ["sourceId", "at"])
    .index("by_target", ["targetId", "at"])
    .index("by_at", ["at"]),
  // What a merge moved: its undo takes exactly these back. Written and pruned with their merge.
  mergeMoves: defineTable({
    orgId: v.id("organisations"),
    mergeId: v.id("threadMerges"),
    row: v.union(
      v.object({ kind: v.literal("message"), id: v.id("messages") }),
      v.object({ kind: v.literal("draft"), id: v.id("drafts") }),
      v.object({ kind: v.literal("sharedDraft"), id: v.id("sharedDrafts") }),
      v.object({ kind: v.literal("ticket"), id: v.id("tickets") }),
    ),
  }).index("by_merge", ["mergeId"]),
};
