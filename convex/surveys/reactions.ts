import { v } from "convex/values";
import { reaction } from "../lib/functions";
import { dropPlanned, forgetWords, planSurvey } from "./model";

/** A conversation was closed: its customer is asked how it was, if the organisation wants that. */
export const onThreadClosed = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await planSurvey(ctx, event);
    return null;
  },
});

/** It goes on: nobody is asked about that closing. */
export const onThreadReopened = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await dropPlanned(ctx, event);
    return null;
  },
});

/** It was removed for good: what its customer wrote about it goes too. */
export const onThreadPurged = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await forgetWords(ctx, event);
    return null;
  },
});
