import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { newTaskInput, taskChangeInput, tasksQuery } from "./input";
import { vApiTask } from "./schema";

const READ = { tag: "Tasks", scope: "tasks.read", permission: "tasks.read" } as const;
const WRITE = { tag: "Tasks", scope: "tasks.write", permission: "tasks.edit", isRepeatable: true } as const;

/** Work for people (requirement S1, internal_task). */
export const taskOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["tasks"],
    id: "listTasks",
    summary: "List tasks",
    description:
      "Of one status, the earliest due first. With `updatedSince` a page may be shorter than `limit`, or empty, and then is not the last one: go on while there is a `nextCursor`, with the same conditions.",
    query: tasksQuery,
    of: vApiTask,
    page: async (ctx, caller, { query: { updatedSince, ...query } }) => {
      const since = updatedSince === undefined ? undefined : Date.parse(updatedSince);
      return await ctx.runQuery(internal.api.tasks.jobs.list, { caller, ...query, updatedSince: since });
    },
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["tasks"],
    id: "createTask",
    summary: "Make a task",
    body: newTaskInput,
    answers: { 201: { description: "The new task.", body: vApiTask } },
    handle: async (ctx, caller, { body: { dueAt, ...task }, write }) =>
      await ctx.runMutation(internal.api.tasks.jobs.create, {
        caller,
        task: { ...task, ...(dueAt === undefined ? {} : { dueAt: dueAt === null ? null : Date.parse(dueAt) }) },
        write,
      }),
  }),
  readOperation({
    ...READ,
    path: ["tasks", ":id"],
    id: "getTask",
    summary: "Read a task",
    answer: { description: "The task.", body: vApiTask },
    get: internal.api.tasks.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["tasks", ":id"],
    id: "updateTask",
    summary: "Change a task",
    description: "Only the fields that are named change; `null` takes an assignee or a due time away.",
    body: taskChangeInput,
    answer: { description: "The task as it is now.", body: vApiTask },
    change: async (ctx, caller, { id, body: { dueAt, ...change }, write }) =>
      await ctx.runMutation(internal.api.tasks.jobs.update, {
        caller,
        id,
        change: { ...change, ...(dueAt === undefined ? {} : { dueAt: dueAt === null ? null : Date.parse(dueAt) }) },
        write,
      }),
  }),
];
