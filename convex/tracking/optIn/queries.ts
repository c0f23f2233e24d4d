import { v, type Infer } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listRequests, vOptInRequest } from "./model";

/** Confirmations a person was asked for, newest first. */
export const ofContact = memberQuery("contacts.read")({
  args: { contactId: v.id("contacts") },
  returns: v.array(vOptInRequest),
  handler: async (ctx, { contactId }): Promise<Infer<typeof vOptInRequest>[]> =>
    await listRequests(ctx, ctx.orgId, contactId, Date.now()),
});
