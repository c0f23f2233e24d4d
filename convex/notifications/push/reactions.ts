import { v } from "convex/values";
import { requireEvent } from "../../events/model";
import { internalMutation } from "../../lib/functions";
import { removeSuspendedDevices } from "./model/devices";

/** A member was suspended: nothing goes to their devices any more, also when they return; they subscribe anew. */
export const onMemberSuspended = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    await removeSuspendedDevices(ctx, await requireEvent(ctx, eventId));
    return null;
  },
});
