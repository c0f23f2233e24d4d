import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { listRequests, vDataRequest } from "./model";

/** Exports and erasures, of everybody or of one contact, newest first. */
export const requests = memberQuery("privacy.manage")({
  args: { contactId: v.optional(v.id("contacts")), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vDataRequest),
  handler: async (ctx, args) => await listRequests(ctx, ctx.orgId, args),
});
