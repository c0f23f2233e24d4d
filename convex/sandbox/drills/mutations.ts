import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { endByMember, startDrill } from "./model";
import { vSending } from "./schema";

/** Starts an outage drill over simulated providers (product.md O-9). */
export const start = memberMutation("delivery.operate")({
  args: {
    connectionIds: v.array(v.id("connections")),
    behaviour: vSending,
    minutes: v.number(),
    practiceMessages: v.number(),
  },
  returns: v.id("drills"),
  handler: async (ctx, { connectionIds, behaviour, minutes, practiceMessages }) => {
    const by = { orgId: ctx.orgId, memberId: ctx.member._id };
    return await startDrill(ctx, { ...by, connectionIds, behaviour, minutes, practiceMessages });
  },
});

/** Ends a drill before its time: its providers work again. */
export const end = memberMutation("delivery.operate")({
  args: { drillId: v.id("drills") },
  returns: v.null(),
  handler: async (ctx, { drillId }): Promise<null> => {
    await endByMember(ctx, { orgId: ctx.orgId, memberId: ctx.member._id, drillId });
    return null;
  },
});
