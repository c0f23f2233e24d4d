import { v } from "convex/values";
import { requireEvent } from "../events/model";
import { internalMutation } from "../lib/functions";
import { followQueue } from "./model/work";

/** A queued message changed its state: the reply it belongs to shows it. */
export const onMessageStatus = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    const { orgId, subject } = await requireEvent(ctx, eventId);
    if (subject.queueId !== undefined) await followQueue(ctx, orgId, subject.queueId);
    return null;
  },
});
