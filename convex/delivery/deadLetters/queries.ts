import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { listDeadLetterJobs } from "../model/deadLetterJobs";
import { listDeadGroups, listDeadLetters, vDeadLetter } from "../model/deadLetters";
import { vDeadGroup, vDeadLetterAction } from "./schema";

/** A page of dead letters, the latest first; with `group` those of one group (product.md C-25). */
export const list = memberQuery("delivery.read")({
  args: { group: v.optional(vDeadGroup), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vDeadLetter),
  handler: async (ctx, args) => await listDeadLetters(ctx, ctx.orgId, args),
});

/** How many dead letters each rule gave up over each connection, most first. */
export const groups = memberQuery("delivery.read")({
  args: {},
  returns: v.array(
    v.object({ ...vDeadGroup.fields, connectionName: v.union(v.string(), v.null()), count: v.number() }),
  ),
  handler: async (ctx) => await listDeadGroups(ctx, ctx.orgId),
});

/** The latest orders about many dead letters and how far they are, newest first. */
export const jobs = memberQuery("delivery.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("deadLetterJobs"),
      action: vDeadLetterAction,
      group: v.optional(vDeadGroup),
      orderedAt: v.number(),
      beginsAt: v.number(),
      total: v.number(),
      done: v.number(),
      endedAt: v.optional(v.number()),
      isStopped: v.optional(v.boolean()),
    }),
  ),
  handler: async (ctx) => await listDeadLetterJobs(ctx, ctx.orgId),
});
