import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { allowEmergency, endEmergency, sendEmergency } from "../model/emergencies";

/**
 * Writes to people at once over every emergency channel in turn, whatever they prefer and whatever the hour; who allowed
 * it and why is recorded with each message and in the audit record (product.md C-27). A person's no still counts. What has
 * not left after `hours` is given up.
 */
export const send = memberMutation("delivery.emergency")({
  args: {
    contactIds: v.array(v.id("contacts")),
    subject: v.string(),
    text: v.string(),
    reason: v.string(),
    hours: v.number(),
  },
  returns: v.id("emergencies"),
  handler: async (ctx, order) => await sendEmergency(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, ...order }),
});

/** Declares a waiting message an emergency: it goes now. */
export const allow = memberMutation("delivery.emergency")({
  args: { queueId: v.id("messageQueue"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { queueId, reason }): Promise<null> => {
    await allowEmergency(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId, reason });
    return null;
  },
});

/** Calls an emergency off: what it still has waiting is stopped. Returns how many messages that were. */
export const end = memberMutation("delivery.emergency")({
  args: { emergencyId: v.id("emergencies") },
  returns: v.number(),
  handler: async (ctx, { emergencyId }) =>
    await endEmergency(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, emergencyId }),
});
