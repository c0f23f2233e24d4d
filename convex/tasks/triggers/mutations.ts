import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { setCallbackRule } from "./model";
import { vCallbackRule, vThreadTrigger, vThreadTriggerRule } from "./schema";
import { setThreadTrigger } from "./threads/model";

/** Sets which calls become a task to call back, and by when. */
export const setCallback = memberMutation("sla.manage")({
  args: vCallbackRule.fields,
  returns: v.null(),
  handler: async (ctx, { isOn, withinMinutes }): Promise<null> => {
    await setCallbackRule(ctx, ctx, { isOn, withinMinutes });
    return null;
  },
});

/** Sets which conversations make a task of that kind by themselves, and by when. */
export const setThread = memberMutation("sla.manage")({
  args: { trigger: vThreadTrigger, ...vThreadTriggerRule.fields },
  returns: v.null(),
  handler: async (ctx, { trigger, ...rule }): Promise<null> => {
    await setThreadTrigger(ctx, ctx, trigger, rule);
    return null;
  },
});
