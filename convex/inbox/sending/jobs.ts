import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { endHold as endHoldOf } from "./model";

/** Scheduled with a held reply: its time to be taken back is over. */
export const endHold = internalMutation({
  args: { messageId: v.id("messages") },
  returns: v.null(),
  handler: async (ctx, { messageId }): Promise<null> => {
    await endHoldOf(ctx, messageId);
    return null;
  },
});
