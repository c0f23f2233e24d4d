import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { newOrderInput, orderChangeInput, ordersQuery } from "./input";
import { vApiOrder } from "./schema";

const ORDERS = { tag: "Orders" } as const;
const READ = { ...ORDERS, scope: "contacts.read", permission: "contacts.read" } as const;
const WRITE = { ...ORDERS, scope: "contacts.write", permission: "contacts.edit", isRepeatable: true } as const;

/** What contacts ordered elsewhere. */
export const orderOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["contacts", ":id", "orders"],
    id: "listOrders",
    summary: "List the orders of a contact",
    description: "By number.",
    query: ordersQuery,
    of: vApiOrder,
    page: async (ctx, caller, { id, query }) =>
      await ctx.runQuery(internal.api.orders.jobs.list, { caller, id, ...query }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["contacts", ":id", "orders"],
    id: "createOrder",
    summary: "Give a contact an order",
    description: "409 for a number that is known already, of whomever.",
    body: newOrderInput,
    answers: { 201: { description: "The new order.", body: vApiOrder } },
    handle: async (ctx, caller, { id, body: order, write }) =>
      await ctx.runMutation(internal.api.orders.jobs.create, { caller, id, order, write }),
  }),
  readOperation({
    ...READ,
    path: ["orders", ":id"],
    id: "getOrder",
    summary: "Read an order",
    answer: { description: "The order.", body: vApiOrder },
    get: internal.api.orders.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["orders", ":id"],
    id: "updateOrder",
    summary: "Put an order into another state",
    body: orderChangeInput,
    answer: { description: "The order as it is now.", body: vApiOrder },
    change: async (ctx, caller, { id, body: { status }, write }) =>
      await ctx.runMutation(internal.api.orders.jobs.update, { caller, id, status, write }),
  }),
  operation({
    ...WRITE,
    method: "DELETE",
    path: ["orders", ":id"],
    id: "deleteOrder",
    summary: "Take an order from its contact",
    description: "Conversations that name it keep its number.",
    answers: { 200: { description: "The order as it was.", body: vApiOrder } },
    handle: async (ctx, caller, { id, write }) =>
      await ctx.runMutation(internal.api.orders.jobs.remove, { caller, id, write }),
  }),
];
