import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { saveSettings } from "./model";
import { vSurveySettings } from "./schema";

/** Changes whether and how people are asked. */
export const save = memberMutation("sla.manage")({
  args: vSurveySettings.fields,
  returns: v.null(),
  handler: async (ctx, settings) => {
    await saveSettings(ctx, ctx.member, settings);
    return null;
  },
});
