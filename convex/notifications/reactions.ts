import { v } from "convex/values";
import { reaction } from "../lib/functions";
import { tellOfEvent } from "./model/events";

/** Something happened that members may want to know (product.md A-46). */
export const onEvent = reaction({
  args: {},
  returns: v.null(),
  handler: async (ctx, { event }): Promise<null> => {
    await tellOfEvent(ctx, event);
    return null;
  },
});
