import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { requireContact } from "../model";
import { listOrders } from "./model";

const vOrder = v.object({ id: v.id("orders"), number: v.string(), status: v.union(v.string(), v.null()) });

/** Orders of a contact by number. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vOrder),
  handler: async (ctx, { contactId, paginationOpts }) => {
    await requireContact(ctx, ctx.orgId, contactId);
    const result = await listOrders(ctx, contactId, paginationOpts);
    return { ...result, page: result.page.map(({ _id: id, number, status = null }) => ({ id, number, status })) };
  },
});
