import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vPurpose } from "../../lib/closedSets";

/** What becomes of the people who stand at a step when a new version goes live (product.md 4.3, O-6). */
export const vChoice = v.union(
  /** They go on by the version they are in, to its end. */
  v.object({ kind: v.literal("keep") }),
  /** They go on in the new version: where they are, or at another step of it. */
  v.object({ kind: v.literal("move"), toStepId: v.union(v.string(), v.null()) }),
  /** They finish this very step as it was, and leave. */
  v.object({ kind: v.literal("finish") }),
);
export type Choice = Infer<typeof vChoice>;

/** Steps that are not named: people move, and go on where they are. */
export const vChoices = v.array(v.object({ stepId: v.string(), choice: vChoice }));
export type Choices = Infer<typeof vChoices>;

export const vSweepTask = v.union(
  v.object({ kind: v.literal("publish"), versionId: v.id("sequenceVersions"), choices: vChoices }),
  /** A pause is over: what fell due in it is dropped, or everything is put off by as long as it took. */
  v.object({
    kind: v.literal("resume"),
    how: literals("skip", "shift"),
    from: v.number(),
    to: v.number(),
    by: v.id("members"),
  }),
  /** Rules of the whole journey have changed; what it was for before, unless that is as it was. */
  v.object({ kind: v.literal("settings"), purposeBefore: v.optional(v.union(vPurpose, v.null())) }),
  /** Everybody is taken out. */
  v.object({ kind: v.literal("archive") }),
);
export type SweepTask = Infer<typeof vSweepTask>;

/** What became of the people so far. */
export const vSweepCounts = v.object({
  moved: v.number(),
  kept: v.number(),
  finished: v.number(),
  takenOut: v.number(),
});
export type SweepCounts = Infer<typeof vSweepCounts>;

export const sweepTables = {
  // A change that everybody inside a journey takes part in, carried out batch by batch: the cursor is moved on in the
  // transaction of its batch, so that nobody is left out or taken twice whatever happens. Written and read by sequences.
  sequenceSweeps: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    task: vSweepTask,
    state: literals("running", "done"),
    cursor: v.union(v.string(), v.null()),
    /** People inside when it began. */
    people: v.number(),
    counts: vSweepCounts,
    startedAt: v.number(),
    endedAt: v.optional(v.number()),
  }).index("by_sequence", ["sequenceId"]),
};
