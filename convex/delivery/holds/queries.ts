import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vWaiting, waitingFor } from "../model/held";

/** Which automatic messages to a person wait while the team talks with them; null when nothing keeps them back. */
export const ofContact = memberQuery("inbox.read")({
  args: { contactId: v.id("contacts") },
  returns: v.union(vWaiting, v.null()),
  handler: async (ctx, { contactId }) => await waitingFor(ctx, ctx.orgId, contactId),
});
