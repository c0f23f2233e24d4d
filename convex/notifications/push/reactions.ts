import { v } from "convex/values";
import { reaction } from "../../lib/functions";
import { removeSuspendedDevices } from "./model/devices";

/** A member was suspended: nothing goes to their devices any more, also when they return; they subscribe anew. */
export const onMemberSuspended = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await removeSuspendedDevices(ctx, event);
    return null;
  },
});
