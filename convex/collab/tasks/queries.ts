import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vOrderToChoose, vTask } from "../../tasks/model";
import { listThreadTasks, ordersOfThread } from "./model";

/** The tasks of a conversation, those to be done first. */
export const list = memberQuery("tasks.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(vTask),
  handler: async (ctx, { threadId }) => await listThreadTasks(ctx, ctx.orgId, threadId),
});

/** The orders of a conversation's customer, which a task of it can be about. */
export const orders = memberQuery("tasks.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(vOrderToChoose),
  handler: async (ctx, { threadId }) => await ordersOfThread(ctx, ctx.orgId, threadId),
});
