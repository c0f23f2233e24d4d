import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vPriority } from "../../lib/closedSets";
import { vTaskStatus, vTaskType } from "../../tasks/schema";

/** A task as the API shows it (requirement S1, internal_task). Instants are UTC ms. */
export const vApiTask = v.object({
  id: v.string(),
  title: v.string(),
  description: v.string(),
  type: vTaskType,
  priority: vPriority,
  status: vTaskStatus,
  assignee: v.union(v.object({ memberId: v.string(), name: v.string() }), v.null()),
  createdBy: v.object({ kind: literals("member", "contact", "system"), name: v.union(v.string(), v.null()) }),
  threadId: v.union(v.string(), v.null()),
  contactId: v.union(v.string(), v.null()),
  orderId: v.union(v.string(), v.null()),
  orderNumber: v.union(v.string(), v.null()),
  dueAt: v.union(v.number(), v.null()),
  completedAt: v.union(v.number(), v.null()),
  completionNotes: v.union(v.string(), v.null()),
  createdAt: v.number(),
  updatedAt: v.number(),
});
export type ApiTask = Infer<typeof vApiTask>;

export const vApiNewTask = v.object({
  title: v.string(),
  description: v.string(),
  type: vTaskType,
  priority: vPriority,
  assigneeId: v.optional(v.string()),
  threadId: v.optional(v.string()),
  contactId: v.optional(v.string()),
  order: v.optional(v.string()),
  dueAt: v.optional(v.union(v.number(), v.null())),
});
export type ApiNewTask = Infer<typeof vApiNewTask>;

export const vApiTaskChange = v.object({
  title: v.optional(v.string()),
  description: v.optional(v.string()),
  type: v.optional(vTaskType),
  priority: v.optional(vPriority),
  status: v.optional(vTaskStatus),
  assigneeId: v.optional(v.union(v.string(), v.null())),
  dueAt: v.optional(v.union(v.number(), v.null())),
  completionNotes: v.optional(v.string()),
  order: v.optional(v.union(v.string(), v.null())),
});
export type ApiTaskChange = Infer<typeof vApiTaskChange>;
