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

/** Says which organisations a conversation is about, as customer and as partner; null: none (product.md A-16). */
export const setAccounts = memberMutation("inbox.reply")({
  args: {
    threadId: v.id("threads"),
    customerAccountId: v.union(v.id("accounts"), v.null()),
    partnerAccountId: v.union(v.id("accounts"), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { threadId, customerAccountId, partnerAccountId }): Promise<null> => {
    await changeThread(ctx, ctx, threadId, { customerAccountId, partnerAccountId });
    return null;
  },
});
