import { v, type Infer } from "convex/values";
import { sha256Hex } from "../lib/crypto";
import { internalMutation, internalQuery } from "../lib/functions";
import { takeToken } from "../lib/rateLimits";
import { answerSurvey, sendOverdue, sendSurvey, surveyPage, vSurveyPage } from "./model";
import { vRatings } from "./schema";

/** Asks about one closing when its time has come. */
export const send = internalMutation({
  args: { surveyId: v.id("surveys") },
  returns: v.null(),
  handler: async (ctx, { surveyId }): Promise<null> => {
    await sendSurvey(ctx, surveyId);
    return null;
  },
});

/** Takes up what a crash left behind. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await sendOverdue(ctx);
    return null;
  },
});

/** What the page of a link shows, or null for an unknown token. */
export const page = internalQuery({
  args: { token: v.string() },
  returns: v.union(vSurveyPage, v.null()),
  handler: async (ctx, { token }): Promise<Infer<typeof vSurveyPage> | null> =>
    await surveyPage(ctx, token, Date.now()),
});

/** Records an answer. Null for an unknown token. Throws AppError `rate_limited`. */
export const answer = internalMutation({
  args: { token: v.string(), ratings: vRatings, comment: v.string() },
  returns: v.union(v.literal("answered"), v.literal("known"), v.literal("expired"), v.literal("nothing"), v.null()),
  handler: async (ctx, { token, ratings, comment }): Promise<"answered" | "known" | "expired" | "nothing" | null> => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await answerSurvey(ctx, token, { ratings, comment });
  },
});
