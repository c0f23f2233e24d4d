import { v } from "convex/values";
import { requireEvent } from "../events/model";
import { internalMutation } from "../lib/functions";
import { dropPlanned, planSurvey } from "./model";

/** A conversation was closed: its customer is asked how it was, if the organisation wants that. */
export const onThreadClosed = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await planSurvey(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});

/** It goes on: nobody is asked about that closing. */
export const onThreadReopened = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await dropPlanned(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});
