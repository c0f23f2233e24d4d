import { v } from "convex/values";
import { vPriority } from "../../lib/closedSets";
import { memberMutation } from "../../lib/functions";
import { vTaskType } from "../../tasks/schema";
import { createThreadTask } from "./model";

/** Makes a task of a conversation. `dueAt` is UTC ms (absent: by priority, null: none); `remindMinutes` before it, in opening hours, its holder is told. */
export const create = memberMutation("tasks.edit")({
  args: {
    threadId: v.id("threads"),
    title: v.string(),
    description: v.optional(v.string()),
    taskType: vTaskType,
    priority: vPriority,
    assigneeId: v.optional(v.id("members")),
    dueAt: v.optional(v.union(v.number(), v.null())),
    remindMinutes: v.optional(v.number()),
    /** One of the customer's. */
    orderId: v.optional(v.id("orders")),
  },
  returns: v.id("tasks"),
  handler: async (ctx, { threadId, description = "", ...task }) =>
    await createThreadTask(ctx, ctx, threadId, { ...task, description }),
});
