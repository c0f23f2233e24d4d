import { v } from "convex/values";
import { vThreadStatus } from "../../lib/closedSets";
import { internalMutation } from "../../lib/functions";
import { endHold as endHoldOf } from "./model";

/** Scheduled with a held reply: its time to be taken back is over. */
export const endHold = internalMutation({
  args: { messageId: v.id("messages"), close: v.boolean(), statusBefore: vThreadStatus },
  returns: v.null(),
  handler: async (ctx, { messageId, ...held }): Promise<null> => {
    await endHoldOf(ctx, messageId, held);
    return null;
  },
});
