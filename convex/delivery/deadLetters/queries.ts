import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { deadCounts } from "../model/counts";
import { listDeadLetterJobs } from "../model/deadLetterJobs";
import { listDeadLetters, vDeadLetter } from "../model/deadLetters";
import { vDeadLetterAction } from "../schema";

/** A page of dead letters, the latest first; with `reason` those given up by that rule (product.md C-25). */
export const list = memberQuery("delivery.read")({
  args: { reason: v.optional(v.string()), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vDeadLetter),
  handler: async (ctx, args) => await listDeadLetters(ctx, ctx.orgId, args),
});

/** How many dead letters each rule gave up, most first. */
export const reasons = memberQuery("delivery.read")({
  args: {},
  returns: v.array(v.object({ reason: v.string(), count: v.number() })),
  handler: async (ctx) => await deadCounts(ctx, ctx.orgId),
});

/** The latest orders about many dead letters and how far they are, newest first. */
export const jobs = memberQuery("delivery.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("deadLetterJobs"),
      action: vDeadLetterAction,
      reason: v.optional(v.string()),
      startedAt: v.number(),
      done: v.number(),
      endedAt: v.optional(v.number()),
    }),
  ),
  handler: async (ctx) => {
    const all = await listDeadLetterJobs(ctx, ctx.orgId);
    return all.map(({ _id, _creationTime, action, deadReason, done, endedAt }) => ({
      id: _id,
      action,
      reason: deadReason,
      startedAt: _creationTime,
      done,
      endedAt,
    }));
  },
});
