import { v, type Infer } from "convex/values";
import { memberQuery } from "../lib/functions";
import { surveyFigures, vSurveyFigures } from "./model/figures";
import { surveySettings } from "./model";
import { vSurveySettings, type SurveySettings } from "./schema";

/** Whether and how people are asked after a conversation was closed. */
export const settings = memberQuery("org.read")({
  args: {},
  returns: vSurveySettings,
  handler: async (ctx): Promise<SurveySettings> => await surveySettings(ctx, ctx.orgId),
});

/** What they answered in this month and the two before `now` (UTC ms). */
export const figures = memberQuery("delivery.read")({
  args: { now: v.number() },
  returns: vSurveyFigures,
  handler: async (ctx, { now }): Promise<Infer<typeof vSurveyFigures>> => await surveyFigures(ctx, ctx.orgId, now),
});
