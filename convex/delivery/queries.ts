import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../lib/functions";
import { queueCounts } from "./model/counts";
import { getMessage as get, listQueue as list, vQueueDetail, vQueueItem } from "./model/views";
import { QUEUE_GROUPS, vLane, vQueueGroup } from "./schema";

/** A page of the queue, live; with `lane` that lane's part of a group. */
export const listQueue = memberQuery("delivery.read")({
  args: {
    group: v.union(vQueueGroup, v.literal("all")),
    lane: v.optional(vLane),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vQueueItem),
  handler: async (ctx, args) => await list(ctx, ctx.orgId, args),
});

const vGroupCounts = v.object(
  Object.fromEntries([...QUEUE_GROUPS, "all" as const, "dead" as const].map((group) => [group, v.number()])) as Record<
    (typeof QUEUE_GROUPS)[number] | "all" | "dead",
    ReturnType<typeof v.number>
  >,
);

/** How many messages each group has, and how many of the failed ones are dead letters. */
export const counts = memberQuery("delivery.read")({
  args: {},
  returns: vGroupCounts,
  handler: async (ctx) => {
    const { groups, states } = await queueCounts(ctx, ctx.orgId);
    return { ...groups, dead: states.dead, all: Object.values(groups).reduce((sum, count) => sum + count, 0) };
  },
});

/** One message with its text, tries and reasons: what "Why?" shows. */
export const getMessage = memberQuery("delivery.read")({
  args: { queueId: v.id("messageQueue") },
  returns: vQueueDetail,
  handler: async (ctx, { queueId }) => await get(ctx, ctx.orgId, queueId),
});
