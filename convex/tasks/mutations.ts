import { v } from "convex/values";
import { vPriority } from "../lib/closedSets";
import { memberMutation } from "../lib/functions";
import { changeTask, createTask, workOn } from "./model";
import { vTaskStatus, vTaskType } from "./schema";

/** Makes a task. */
export const create = memberMutation("tasks.edit")({
  args: {
    title: v.string(),
    description: v.string(),
    taskType: vTaskType,
    priority: vPriority,
    assigneeId: v.optional(v.id("members")),
    /** UTC ms; absent: by priority, null: none. */
    dueAt: v.optional(v.union(v.number(), v.null())),
    remindMinutes: v.optional(v.number()),
  },
  returns: v.id("tasks"),
  handler: async (ctx, task) => await createTask(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, task),
});

/** Changes what a task says, who does it, when (null: nobody, never), how urgent it is, how far it is. */
export const change = memberMutation("tasks.edit")({
  args: {
    taskId: v.id("tasks"),
    title: v.optional(v.string()),
    description: v.optional(v.string()),
    taskType: v.optional(vTaskType),
    dueAt: v.optional(v.union(v.number(), v.null())),
    remindMinutes: v.optional(v.union(v.number(), v.null())),
    status: v.optional(vTaskStatus),
    assigneeId: v.optional(v.union(v.id("members"), v.null())),
    priority: v.optional(vPriority),
    completionNotes: v.optional(v.string()),
    orderId: v.optional(v.union(v.id("orders"), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { taskId, ...fields }): Promise<null> => {
    await changeTask(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, taskId, fields);
    return null;
  },
});

/** Says how far one's own task is, and what it came to. Throws `forbidden` for somebody else's. */
export const progress = memberMutation("tasks.work")({
  args: { taskId: v.id("tasks"), status: vTaskStatus, completionNotes: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { taskId, ...how }): Promise<null> => {
    await workOn(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, taskId, how);
    return null;
  },
});
