import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { setCallbackRule } from "./model";
import { vCallbackRule } from "./schema";

/** Sets which calls become a task to call back, and by when. */
export const setCallback = memberMutation("sla.manage")({
  args: vCallbackRule.fields,
  returns: v.null(),
  handler: async (ctx, { isOn, withinMinutes }): Promise<null> => {
    await setCallbackRule(ctx, ctx, { isOn, withinMinutes });
    return null;
  },
});
