import { v } from "convex/values";
import { internalMutation } from "../../lib/functions";
import { runOnOne } from "./model/run";
import { vMacroBefore } from "./schema";

/** One conversation of an order, called within its transaction: what it throws undoes this one alone. */
export const runOne = internalMutation({
  args: { operationId: v.id("bulkOperations"), memberId: v.id("members"), threadId: v.id("threads") },
  returns: v.union(v.null(), vMacroBefore),
  handler: async (ctx, run) => await runOnOne(ctx, run),
});
