import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { giveOrder, restateOrder, takeOrder } from "./model/byHand";

/** Gives a contact an order, its state in the team's own words or none. */
export const add = memberMutation("contacts.edit")({
  args: { contactId: v.id("contacts"), number: v.string(), status: v.string() },
  returns: v.id("orders"),
  handler: async (ctx, order) => await giveOrder(ctx, ctx.member, order),
});

/** Puts an order into another state, an empty one into none. */
export const change = memberMutation("contacts.edit")({
  args: { orderId: v.id("orders"), status: v.string() },
  returns: v.null(),
  handler: async (ctx, said) => {
    await restateOrder(ctx, ctx.member, said);
    return null;
  },
});

/** Takes an order from its contact. */
export const remove = memberMutation("contacts.edit")({
  args: { orderId: v.id("orders") },
  returns: v.null(),
  handler: async (ctx, { orderId }) => {
    await takeOrder(ctx, ctx.member, orderId);
    return null;
  },
});
