import { v } from "convex/values";
import { reaction } from "../../lib/functions";
import { queueEvent } from "./deliveries/model";

/** Something happened that other systems may want to know. */
export const onEvent = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await queueEvent(ctx, event);
    return null;
  },
});
