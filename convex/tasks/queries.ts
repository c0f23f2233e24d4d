import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listTasks, vTask } from "./model";
import { vTaskStatus } from "./schema";

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
