import { memberQuery } from "../../lib/functions";
import { callbackRule } from "./model";
import { vCallbackRule } from "./schema";

/** Which calls become a task to call back. */
export const callback = memberQuery("tasks.read")({
  args: {},
  returns: vCallbackRule,
  handler: async (ctx) => await callbackRule(ctx, ctx.orgId),
});
