import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { changeThread } from "../model/fields";

/** Says which order a conversation is about; null: none. */
export const setOrder = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), order: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { threadId, order }) => {
    const orderRef = order === null || order.trim() === "" ? null : order.trim();
    await changeThread(ctx, ctx, threadId, { orderRef });
    return null;
  },
});
