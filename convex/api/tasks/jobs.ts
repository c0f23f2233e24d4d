import { v } from "convex/values";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vTaskStatus } from "../../tasks/schema";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as tasks from "./model";
import { vApiNewTask, vApiTask, vApiTaskChange } from "./schema";

/** A page of tasks. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    status: v.optional(vTaskStatus),
    assigneeId: v.optional(v.string()),
    updatedSince: v.optional(v.number()),
  },
  returns: vPageOf(vApiTask),
  handler: async (ctx, { caller, ...asked }) => await tasks.listTasks(ctx, caller, asked),
});

/** One task. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiTask,
  handler: async (ctx, { caller, id }) => await tasks.readTask(ctx, caller, id),
});

/** Makes a task. */
export const create = internalMutation({
  args: { caller: vApiCaller, write: vWrite, task: vApiNewTask },
  returns: vAnswer(vApiTask),
  handler: async (ctx, { caller, task, write }) => await tasks.createTask(ctx, caller, task, write),
});

/** Changes a task. */
export const update = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string(), change: vApiTaskChange },
  returns: vAnswer(vApiTask),
  handler: async (ctx, { caller, id, change, write }) => await tasks.updateTask(ctx, caller, id, change, write),
});
