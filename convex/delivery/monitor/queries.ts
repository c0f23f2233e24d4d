import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { laneCounts, oldestDue } from "../model/counts";
import { connectionStates, vConnectionState } from "../model/monitor";
import { LANES, MESSAGE_STATES, vLane } from "../schema";

const vStates = v.object(
  Object.fromEntries(MESSAGE_STATES.map((state) => [state, v.number()])) as Record<
    (typeof MESSAGE_STATES)[number],
    ReturnType<typeof v.number>
  >,
);

/** The live queue by lane: how many messages are in each state, and when the oldest waiting one was due (UTC ms). */
export const live = memberQuery("delivery.read")({
  args: {},
  returns: v.array(v.object({ lane: vLane, states: vStates, oldestDueAt: v.union(v.null(), v.number()) })),
  handler: async (ctx) => {
    const counts = await laneCounts(ctx, ctx.orgId);
    return await Promise.all(
      LANES.map(async (lane) => ({
        lane,
        states: counts(lane),
        oldestDueAt: await oldestDue(ctx, ctx.orgId, lane),
      })),
    );
  },
});

/** Health, breaker, tokens and provider pauses of every connection, live. */
export const connections = memberQuery("delivery.read")({
  args: {},
  returns: v.array(vConnectionState),
  handler: async (ctx) => await connectionStates(ctx, ctx.orgId),
});
