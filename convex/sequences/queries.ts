import { v } from "convex/values";
import { vChannel, vPurpose } from "../lib/closedSets";
import { memberQuery } from "../lib/functions";
import { vFigures } from "./figures/schema";
import { getWithSteps, listWithFigures } from "./model/read";
import { vMessageTiming } from "./flow/schema";
import { vPhase, vSequenceStatus } from "./schema";

const summaryFields = {
  id: v.id("sequences"),
  name: v.string(),
  description: v.string(),
  status: vSequenceStatus,
  /** Null while nothing is published. */
  versionNumber: v.union(v.number(), v.null()),
  stepCount: v.number(),
  figures: vFigures,
};

/** Every sequence with its figures, oldest first. */
export const list = memberQuery("sequences.read")({
  args: {},
  returns: v.array(v.object(summaryFields)),
  handler: async (ctx) => await listWithFigures(ctx, ctx.orgId),
});

/** One sequence with its live steps and their figures. Throws `not_found`. */
export const get = memberQuery("sequences.read")({
  args: { sequenceId: v.id("sequences") },
  returns: v.object({
    ...summaryFields,
    steps: v.array(
      v.object({
        stepId: v.string(),
        name: v.string(),
        phase: vPhase,
        /** "7 days before start at 09:00" */
        timingText: v.string(),
        timing: vMessageTiming,
        channel: v.union(vChannel, v.literal("best")),
        purpose: vPurpose,
        templateName: v.string(),
        figures: vFigures,
      }),
    ),
  }),
  handler: async (ctx, { sequenceId }) => await getWithSteps(ctx, ctx.orgId, sequenceId),
});
