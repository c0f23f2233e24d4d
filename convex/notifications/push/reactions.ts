import { v } from "convex/values";
import { requireEvent } from "../../events/model";
import { internalMutation } from "../../lib/functions";
import { removeDevicesOf } from "./model/devices";

/** A member was suspended: nothing goes to their devices any more, also when they return; they subscribe anew. */
export const onMemberSuspended = internalMutation({
  args: { eventId: v.id("domainEvents") },
  returns: v.null(),
  handler: async (ctx, { eventId }): Promise<null> => {
    const { payload } = await requireEvent(ctx, eventId);
    const memberId = ctx.db.normalizeId("members", String(payload.memberId));
    if (memberId !== null) await removeDevicesOf(ctx, memberId);
    return null;
  },
});
