import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { changeThread } from "../model/fields";

/** Says which orders a conversation is about, the first one first; empty: none. */
export const setOrders = memberMutation("inbox.reply")({
  args: { threadId: v.id("threads"), orders: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, orders }) => {
    await changeThread(ctx, ctx, threadId, { orders });
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
