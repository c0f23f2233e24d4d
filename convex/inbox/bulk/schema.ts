import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vPriority, vThreadStatus, vThreadType } from "../../lib/closedSets";
import { vThreadFilter } from "../filters";
import { vMacroBefore, vMacroStep } from "../macros/schema";

/** What is done to each of many threads. */
export const vBulkAction = v.union(
  v.object({ kind: v.literal("assign"), assigneeId: v.union(v.id("members"), v.null()) }),
  v.object({ kind: v.literal("status"), status: vThreadStatus }),
  v.object({ kind: v.literal("priority"), priority: vPriority }),
  v.object({ kind: v.literal("type"), threadType: vThreadType }),
  /** Until then (UTC ms), or until the customer writes (null). */
  v.object({ kind: v.literal("snooze"), until: v.union(v.number(), v.null()) }),
  v.object({ kind: v.literal("tag"), tag: v.string() }),
  v.object({ kind: v.literal("untag"), tag: v.string() }),
  v.object({ kind: v.literal("read") }),
  v.object({ kind: v.literal("unread") }),
  v.object({ kind: v.literal("spam") }),
  v.object({ kind: v.literal("delete") }),
  /** For whoever orders it alone. */
  v.object({ kind: v.literal("follow") }),
  v.object({ kind: v.literal("unfollow") }),
  v.object({ kind: v.literal("team"), teamId: v.union(v.id("teams"), v.null()) }),
  /** The same words to the customer of each, on its own channel (product.md A-70). */
  v.object({ kind: v.literal("reply"), text: v.string(), close: v.boolean() }),
  /** Several things at once (product.md A-68), as the macro had them when it was ordered. */
  v.object({ kind: v.literal("macro"), macroId: v.id("macros"), name: v.string(), steps: v.array(vMacroStep) }),
);
export type BulkAction = Infer<typeof vBulkAction>;

/** The chosen threads, or all that a filter found when it was ordered. */
export const vBulkTarget = v.union(
  v.object({ kind: v.literal("threads"), threadIds: v.array(v.id("threads")) }),
  v.object({ kind: v.literal("matching"), filter: vThreadFilter }),
);

/** "stopped": whoever ordered it left the organisation meanwhile. */
export const vBulkState = literals("running", "done", "stopped", "undoing", "undone");

/** What a thread was before; only what the action changes. */
const vBulkBefore = v.object({
  assigneeId: v.optional(v.union(v.id("members"), v.null())),
  status: v.optional(vThreadStatus),
  snoozedUntil: v.optional(v.union(v.number(), v.null())),
  priority: v.optional(vPriority),
  threadType: v.optional(vThreadType),
  /** Up to when the member had read it; null: never. */
  readAt: v.optional(v.union(v.number(), v.null())),
  isMarkedUnread: v.optional(v.literal(true)),
  teamId: v.optional(v.union(v.id("teams"), v.null())),
  neededSkills: v.optional(v.array(v.string())),
  macro: v.optional(vMacroBefore),
});
export type BulkBefore = Infer<typeof vBulkBefore>;

export const bulkTables = {
  // One order about many threads. Written by its mutation and its job, read by the browser for progress; pruned with
  // its changes after a day, until when it can be undone.
  bulkOperations: defineTable({
    orgId: v.id("organisations"),
    /** Who ordered it and in whose name the job works. */
    memberId: v.id("members"),
    /** The browser's id: a repeated call finds the first row. */
    clientId: v.string(),
    action: vBulkAction,
    target: vBulkTarget,
    state: vBulkState,
    /** Where the next page of a filter begins. */
    cursor: v.union(v.string(), v.null()),
    /** Threads looked at, changed, left alone because the change was refused, and undone. */
    seen: v.number(),
    changed: v.number(),
    refused: v.number(),
    undone: v.number(),
    orderedAt: v.number(),
  })
    .index("by_client", ["memberId", "clientId"])
    .index("by_ordered", ["orderedAt"]),
  // The values before, one row a changed thread; undoing takes them away.
  bulkChanges: defineTable({
    orgId: v.id("organisations"),
    operationId: v.id("bulkOperations"),
    threadId: v.id("threads"),
    before: vBulkBefore,
  }).index("by_operation", ["operationId", "threadId"]),
};
