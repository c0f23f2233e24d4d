import { memberQuery } from "../../lib/functions";
import { callbackRule } from "./model";
import { vCallbackRule, vThreadTriggers } from "./schema";
import { threadTriggers } from "./threads/model";

/** Which calls become a task to call back. */
export const callback = memberQuery("tasks.read")({
  args: {},
  returns: vCallbackRule,
  handler: async (ctx) => await callbackRule(ctx, ctx.orgId),
});

/** Which conversations make tasks by themselves. */
export const threads = memberQuery("tasks.read")({
  args: {},
  returns: vThreadTriggers,
  handler: async (ctx) => await threadTriggers(ctx, ctx.orgId),
});
