import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";

/** What can become of a sent message, each counted once a message; `lost`: it came back or could not be sent. */
export const STEP_OUTCOMES = ["delivered", "opened", "clicked", "replied", "lost"] as const;
export const vStepOutcome = literals(...STEP_OUTCOMES);
export type StepOutcome = Infer<typeof vStepOutcome>;

/**
 * What the screens show (product.md 4.3, B-31). Of a step: `entered` came to it, `waiting` stand there, `passed` are
 * through; of a journey: the people in it ever, now and no more. `planned` includes messages that wait for their anchor,
 * `skipped` those stopped by a cancellation; `converted` reached a goal.
 */
export const vFigures = v.object({
  active: v.number(),
  entered: v.number(),
  waiting: v.number(),
  passed: v.number(),
  planned: v.number(),
  sent: v.number(),
  delivered: v.number(),
  opened: v.number(),
  clicked: v.number(),
  replied: v.number(),
  converted: v.number(),
  skipped: v.number(),
  failed: v.number(),
});
export type Figures = Infer<typeof vFigures>;

export const sequenceFigureTables = {
  // What became of the message of a step run beyond its being sent. Written by sequences as delivery and tracking tell it;
  // read by the figures' people. Whose it is says the run.
  stepOutcomes: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    stepId: v.string(),
    stepRunId: v.id("stepRuns"),
    outcome: vStepOutcome,
    at: v.number(),
    /** How the message went; absent where it never got so far. */
    channel: v.optional(vChannel),
  })
    .index("by_run", ["stepRunId", "outcome"])
    .index("by_step", ["sequenceId", "stepId", "outcome", "at"]),
};
