import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { internalMutation } from "../../lib/functions";
import { continueOperation, continueUndo, prune as pruneBatch } from "./model";

/** Changes the next batch of an order. */
export const work = internalMutation({
  args: { operationId: v.id("bulkOperations") },
  returns: v.null(),
  handler: async (ctx, { operationId }): Promise<null> => {
    await continueOperation(ctx, operationId);
    return null;
  },
});

/** Undoes the next batch of an order. */
export const undo = internalMutation({
  args: { operationId: v.id("bulkOperations") },
  returns: v.null(),
  handler: async (ctx, { operationId }): Promise<null> => {
    await continueUndo(ctx, operationId);
    return null;
  },
});

/** Cron, daily: removes orders that can no longer be undone, batch after batch. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneBatch(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.inbox.bulk.jobs.prune, {});
    return null;
  },
});
