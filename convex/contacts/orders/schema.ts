import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

const vOrderState = v.object({ status: v.optional(v.string()) });
/** An order as a line of a file found it (absent: the line made it) and left it. */
export const vOrderChange = v.object({ orderId: v.id("orders"), before: v.optional(vOrderState), after: vOrderState });
export type OrderChange = Infer<typeof vOrderChange>;

export const orderTables = {
  // What a contact ordered elsewhere, as files of contacts and members name it. (orgId, key) is unique: an order has one
  // customer. Written by imports and by hand (model/byHand.ts); exported and erased with the person. Conversations name their orders themselves (threads.orderRef),
  // by the same numbers.
  orders: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    /** As it was first written. */
    number: v.string(),
    /** lib/orderNumbers.ts keyOf */
    key: v.string(),
    /** In the words of the system it comes from. */
    status: v.optional(v.string()),
  })
    .index("by_key", ["orgId", "key"])
    .index("by_contact", ["contactId", "key"]),
};
