import { v } from "convex/values";
import { requireEvent } from "../events/model";
import { internalMutation } from "../lib/functions";
import { reportStatus } from "./model";

/** message.*: bookkeeping notes what became of it (requirement S0, "Feedback"). */
export const onMessageStatus = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    const { orgId, subject } = await requireEvent(ctx, eventId);
    if (subject.queueId !== undefined) await reportStatus(ctx, orgId, subject.queueId);
    return null;
  },
});
