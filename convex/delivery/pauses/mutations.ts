import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { vPauseScope } from "../flow/schema";
import { pause as pauseScope, resume as resumePause } from "../model/pauses";

/** Stops a connection, a channel or a source; what falls due is held until the pause is lifted. */
export const pause = memberMutation("delivery.operate")({
  args: { scope: vPauseScope, reason: v.string() },
  returns: v.id("deliveryPauses"),
  handler: async (ctx, { scope, reason }) =>
    await pauseScope(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, scope, reason),
});

/** Lifts a pause; what it held goes out in the order in which it fell due. */
export const resume = memberMutation("delivery.operate")({
  args: { pauseId: v.id("deliveryPauses") },
  returns: v.null(),
  handler: async (ctx, { pauseId }): Promise<null> => {
    await resumePause(ctx, { orgId: ctx.orgId, memberId: ctx.member._id }, pauseId);
    return null;
  },
});
