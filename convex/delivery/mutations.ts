import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../lib/functions";
import { cancelByMember, requeueByMember, resolveUnknownByMember } from "./model/operate";

/** Stops a waiting message. */
export const cancel = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue") },
  returns: v.null(),
  handler: async (ctx, { queueId }): Promise<null> => {
    await cancelByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId });
    return null;
  },
});

/** Puts an ended message back into the queue. */
export const requeue = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue") },
  returns: v.null(),
  handler: async (ctx, { queueId }): Promise<null> => {
    await requeueByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId });
    return null;
  },
});

/** Decides about a message whose answer was lost. */
export const resolveUnknown = memberMutation("delivery.operate")({
  args: { queueId: v.id("messageQueue"), resolution: literals("sent", "resend", "discard") },
  returns: v.null(),
  handler: async (ctx, { queueId, resolution }): Promise<null> => {
    await resolveUnknownByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, queueId, resolution });
    return null;
  },
});
