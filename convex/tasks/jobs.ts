import { v } from "convex/values";
import { internalMutation } from "../lib/functions";
import { remind as remindOf } from "./reminders/model";

/** Scheduled for the instant of a task's reminder. */
export const remind = internalMutation({
  args: { taskId: v.id("tasks"), at: v.number() },
  returns: v.null(),
  handler: async (ctx, { taskId, at }): Promise<null> => {
    await remindOf(ctx, taskId, at);
    return null;
  },
});
