import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { consentMoment, messagesOfContact, vConsentMoment, vContactMessage, type ConsentMoment } from "./model";

/** What allowed or forbade a message when it was decided about, and what would today. */
export const ofMessage = memberQuery("delivery.read")({
  args: { queueId: v.id("messageQueue") },
  returns: v.union(vConsentMoment, v.null()),
  handler: async (ctx, { queueId }): Promise<ConsentMoment | null> =>
    await consentMoment(ctx, ctx.orgId, queueId, Date.now()),
});

/** Messages of a contact, the newest due first. */
export const messages = memberQuery("delivery.read")({
  args: { contactId: v.id("contacts"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vContactMessage),
  handler: async (ctx, { contactId, paginationOpts }) =>
    await messagesOfContact(ctx, ctx.orgId, contactId, paginationOpts),
});
