import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { findTasks } from "./finding/model";
import { countLateTasks } from "./late/model";
import { listLatestTasks, listTasks, listView, ordersToChoose, vTask, vOrderToChoose } from "./model";
import { vTaskStatus, vTaskView } from "./schema";

/** A page of tasks in a status, the earliest due first; with `assigneeId` one member's. */
export const list = memberQuery("tasks.read")({
  args: {
    status: vTaskStatus,
    assigneeId: v.optional(v.id("members")),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vTask),
  handler: async (ctx, args) => await listTasks(ctx, ctx.orgId, args),
});

/** The same, the latest first: as they stand among conversations (product.md A-38). */
export const latest = memberQuery("tasks.read")({
  args: {
    status: vTaskStatus,
    assigneeId: v.optional(v.id("members")),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vTask),
  handler: async (ctx, args) => await listLatestTasks(ctx, ctx.orgId, args),
});

/** A page of a view: the caller's own that wait, all that wait, those past their time, done or dropped ones. */
export const inView = memberQuery("tasks.read")({
  args: { view: vTaskView, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vTask),
  handler: async (ctx, asked) => await listView(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, asked),
});

/**
 * How many tasks are past their time, up to 100: what stands among the conversations past theirs. Time alone runs no query
 * again: whoever asks says in which minute.
 */
export const countLate = memberQuery("tasks.read")({
  args: { minute: v.number() },
  returns: v.number(),
  handler: async (ctx) => await countLateTasks(ctx, ctx.orgId, Date.now()),
});

/** All tasks with these words that the caller may see, the best first. Pages may be short. */
export const find = memberQuery("tasks.read")({
  args: { text: v.string(), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vTask),
  handler: async (ctx, asked) => await findTasks(ctx, ctx.orgId, asked),
});

/** The orders a task can be about: those of its contact. */
export const orders = memberQuery("tasks.read")({
  args: { taskId: v.id("tasks") },
  returns: v.array(vOrderToChoose),
  handler: async (ctx, { taskId }) => await ordersToChoose(ctx, ctx.orgId, taskId),
});
