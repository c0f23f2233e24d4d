import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vTask } from "../../tasks/model";
import { listThreadTasks } from "./model";

/** The tasks of a conversation, those to be done first. */
export const list = memberQuery("tasks.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(vTask),
  handler: async (ctx, { threadId }) => await listThreadTasks(ctx, ctx.orgId, threadId),
});
