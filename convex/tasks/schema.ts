import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vActor } from "../audit/schema";
import { vPriority } from "../lib/closedSets";
import { dueTables } from "./due/schema";
import { triggerTables } from "./triggers/schema";

/** Requirement S1, internal_task.task_type. */
export const TASK_TYPES = [
  "follow_up",
  "callback",
  "send_email",
  "schedule_visit",
  "escalate",
  "research",
  "documentation",
  "approval_request",
  "other",
] as const;
export const vTaskType = literals(...TASK_TYPES);

/** Requirement S1, internal_task.status. */
export const TASK_STATUSES = ["open", "in_progress", "waiting", "completed", "cancelled"] as const;
export const vTaskStatus = literals(...TASK_STATUSES);
export type TaskStatus = Infer<typeof vTaskStatus>;

/** Which tasks the screen shows: all that wait, the reader's, those past their time; done or dropped ones. */
export const vTaskView = literals("open", "mine", "overdue", "completed", "cancelled");
export type TaskView = Infer<typeof vTaskView>;

/** What a task is about; ids as strings, because it may be about higher ranks. */
export const vTaskLinks = v.object({
  queueIds: v.array(v.string()),
  contactId: v.optional(v.string()),
  threadId: v.optional(v.string()),
  bookingId: v.optional(v.string()),
  /** One of the contact's orders. */
  orderId: v.optional(v.id("orders")),
});

export const taskTables = {
  ...dueTables,
  ...triggerTables,
  // Work for people (requirement S1, internal_task). Written by members and by reactions to what went wrong.
  tasks: defineTable({
    orgId: v.id("organisations"),
    title: v.string(),
    description: v.string(),
    taskType: vTaskType,
    priority: vPriority,
    status: vTaskStatus,
    assigneeId: v.optional(v.id("members")),
    createdBy: vActor,
    links: vTaskLinks,
    /** UTC ms. */
    dueAt: v.optional(v.number()),
    /** So long before it is due its holder is told (S1 reminder_settings); in opening hours. */
    remindMinutes: v.optional(v.number()),
    /** The instant of that, UTC ms, until it has come. */
    remindAt: v.optional(v.number()),
    completedAt: v.optional(v.number()),
    completionNotes: v.optional(v.string()),
    /** What made it, so that the same trouble does not make a second one while this one is open. */
    key: v.optional(v.string()),
    /** How often that happened, and when last. */
    occurrences: v.number(),
    lastAt: v.number(),
    /** When the row was written last, UTC ms; absent: never since before that was kept. Written by model/rows. */
    changedAt: v.optional(v.number()),
  })
    .index("by_org_status", ["orgId", "status", "dueAt"])
    .index("by_assignee", ["orgId", "assigneeId", "status", "dueAt"])
    // The latest first, for the list they share with conversations (product.md A-38).
    .index("by_org_latest", ["orgId", "status", "lastAt"])
    .index("by_assignee_latest", ["orgId", "assigneeId", "status", "lastAt"])
    .index("by_thread", ["orgId", "links.threadId"])
    // For systems that keep a copy (lib/followed.ts).
    .index("by_org_changed", ["orgId", "changedAt"])
    .index("by_status_due", ["status", "dueAt"])
    .index("by_key", ["orgId", "key", "status"])
    .searchIndex("search_title", { searchField: "title", filterFields: ["orgId"] }),
};
