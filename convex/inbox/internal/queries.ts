import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { discussionOfOrder } from "./model";

/** The team's discussion about an order, or null. */
export const ofOrder = memberQuery("inbox.read")({
  args: { order: v.string() },
  returns: v.union(v.null(), v.object({ threadId: v.id("threads"), number: v.number(), isOpen: v.boolean() })),
  handler: async (ctx, { order }) => {
    const thread = await discussionOfOrder(ctx, ctx.orgId, order);
    return thread === null ? null : { threadId: thread._id, number: thread.number, isOpen: thread.isOpen === true };
  },
});
