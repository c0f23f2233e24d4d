import { v } from "convex/values";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as orders from "./model";
import { vApiOrder } from "./schema";

/** A page of a contact's orders. */
export const list = internalQuery({
  args: { caller: vApiCaller, ...vPaging.fields, id: v.string() },
  returns: vPageOf(vApiOrder),
  handler: async (ctx, { caller, id, ...page }) => await orders.listOrders(ctx, caller, id, page),
});

/** One order. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiOrder,
  handler: async (ctx, { caller, id }) => await orders.readOrder(ctx, caller, id),
});

/** Gives a contact an order. */
export const create = internalMutation({
  args: {
    caller: vApiCaller,
    write: vWrite,
    id: v.string(),
    order: v.object({ number: v.string(), status: v.optional(v.union(v.string(), v.null())) }),
  },
  returns: vAnswer(vApiOrder),
  handler: async (ctx, { caller, id, order, write }) => await orders.createOrder(ctx, caller, id, order, write),
});

/** Puts an order into another state, null into none. */
export const update = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string(), status: v.union(v.string(), v.null()) },
  returns: vAnswer(vApiOrder),
  handler: async (ctx, { caller, id, status, write }) => await orders.updateOrder(ctx, caller, id, status, write),
});

/** Takes an order from its contact. */
export const remove = internalMutation({
  args: { caller: vApiCaller, write: vWrite, id: v.string() },
  returns: vAnswer(vApiOrder),
  handler: async (ctx, { caller, id, write }) => await orders.deleteOrder(ctx, caller, id, write),
});
