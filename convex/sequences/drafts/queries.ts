import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { vFigures } from "../figures/schema";
import { PROBLEM_CODES } from "../flow/problems";
import { vFlow } from "../flow/schema";
import { vSequenceStatus } from "../schema";
import { builderView, listPage } from "./model";
import { literals } from "convex-helpers/validators";

const summaryFields = {
  id: v.id("sequences"),
  name: v.string(),
  description: v.string(),
  status: vSequenceStatus,
  /** Null while nothing is published. */
  versionNumber: v.union(v.number(), v.null()),
};

/** The journeys of one state or all, newest first, with the people inside. */
export const list = memberQuery("sequences.read")({
  args: { status: v.optional(vSequenceStatus), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      ...summaryFields,
      stepCount: v.number(),
      hasDraft: v.boolean(),
      /** `active` people are inside now. */
      figures: vFigures,
    }),
  ),
  handler: async (ctx, args) => await listPage(ctx, ctx.orgId, args),
});

/** One journey as it is being made, with what is wrong with it. Throws `not_found`. */
export const get = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences") },
  returns: v.object({
    ...summaryFields,
    flow: vFlow,
    /** 0 while there is no draft: then the flow is the live one. */
    revision: v.number(),
    draft: v.union(v.null(), v.object({ updatedAt: v.number(), updatedByName: v.string() })),
    problems: v.array(
      v.object({
        level: literals("error", "warning"),
        code: literals(...PROBLEM_CODES),
        stepId: v.union(v.string(), v.null()),
        detail: v.optional(v.string()),
      }),
    ),
  }),
  handler: async (ctx, { sequenceId }) => await builderView(ctx, ctx.orgId, sequenceId),
});
