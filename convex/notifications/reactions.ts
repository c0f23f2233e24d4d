import { v } from "convex/values";
import { requireEvent } from "../events/model";
import { internalMutation } from "../lib/functions";
import { tellOfEvent } from "./model/events";

/** Something happened that members may want to know (product.md A-46). */
export const onEvent = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await tellOfEvent(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});
