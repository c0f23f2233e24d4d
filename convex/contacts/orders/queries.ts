import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { appError } from "../../lib/errors";
import { memberQuery } from "../../lib/functions";
import { requireContact } from "../model";
import { listOrders, ordersOfContacts } from "./model";

const vOrder = v.object({ id: v.id("orders"), number: v.string(), status: v.union(v.string(), v.null()) });
/** Contacts whose orders are read at once: a page of the export. */
const MAX_CONTACTS = 200;
/** Orders of each that are read with the others'; `ofContact` has all of them. */
const MOST_OF_EACH = 50;

/** Orders of a contact by number. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vOrder),
  handler: async (ctx, { contactId, paginationOpts }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const result = await listOrders(ctx, contactId, paginationOpts);
    return { ...result, page: result.page.map(present) };
  },
});

/** Orders of those of up to 200 contacts that have any, 50 of each at most; `hasMore` where there are more. */
export const ofContacts = memberQuery("contacts.read")({
  args: { contactIds: v.array(v.id("contacts")) },
  returns: v.array(v.object({ contactId: v.id("contacts"), orders: v.array(vOrder), hasMore: v.boolean() })),
  handler: async (ctx, { contactIds }) => {
    if (contactIds.length > MAX_CONTACTS) {
      throw appError("invalid", `Ask for ${MAX_CONTACTS} contacts at most.`, { field: "contactIds" });
    }
    const found = await ordersOfContacts(ctx, { orgId: ctx.orgId, contactIds, most: MOST_OF_EACH });
    return found.map((each) => ({ ...each, orders: each.orders.map(present) }));
  },
});

function present({ _id: id, number, status }: Doc<"orders">) {
  return { id, number, status: status ?? null };
}
