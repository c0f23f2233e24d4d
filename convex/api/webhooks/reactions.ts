import { v } from "convex/values";
import { requireEvent } from "../../events/model";
import { internalMutation } from "../../lib/functions";
import { queueEvent } from "./deliveries/model";

/** Something happened that other systems may want to know. */
export const onEvent = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await queueEvent(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});
