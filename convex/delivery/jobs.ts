import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation, internalQuery } from "../lib/functions";
import { dispatchBatch } from "./model/claim";
import { loadBatch as load, registerUnsubscribe as register, vBatch } from "./model/outgoing";
import { recoverExpired, restoreWakeUps } from "./model/recovery";
import { settleBatch } from "./model/settle";
import { vLane, vRendered, vSendResult } from "./schema";

const vQueue = { lane: vLane, shard: v.number() };

/** The dispatcher of one lane and shard; woken for its earliest due message. */
export const dispatch = internalMutation({
  args: vQueue,
  returns: v.null(),
  handler: async (ctx, queue): Promise<null> => {
    await dispatchBatch(ctx, queue);
    return null;
  },
});

/** What the sending action needs; leaves out attempts that are not its own any more. */
export const loadBatch = internalQuery({
  args: { attemptIds: v.array(v.id("attempts")) },
  returns: vBatch,
  handler: async (ctx, { attemptIds }) => await load(ctx, attemptIds),
});

/** Applies what the providers answered. */
export const settle = internalMutation({
  args: {
    ...vQueue,
    settlements: v.array(
      v.object({ attemptId: v.id("attempts"), result: vSendResult, rendered: v.optional(vRendered) }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { settlements, ...queue }): Promise<null> => {
    await settleBatch(ctx, queue, settlements);
    return null;
  },
});

/** Remembers the unsubscribe links of a batch before it leaves. */
export const registerUnsubscribe = internalMutation({
  args: { links: v.array(v.object({ attemptId: v.id("attempts"), tokenHash: v.string() })) },
  returns: v.null(),
  handler: async (ctx, { links }): Promise<null> => {
    for (const { attemptId, tokenHash } of links) await register(ctx, attemptId, tokenHash);
    return null;
  },
});

/** Cron, every minute: recovers what a crash left in flight and sets lost wake-ups again (design.md section 5). */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const hasMore = await recoverExpired(ctx);
    await restoreWakeUps(ctx);
    if (hasMore) await ctx.scheduler.runAfter(0, internal.delivery.jobs.sweep, {});
    return null;
  },
});
