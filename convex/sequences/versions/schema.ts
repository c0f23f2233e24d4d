import { defineTable } from "convex/server";
import { v } from "convex/values";
import { vFlow } from "../flow/schema";
import { vStep } from "../schema";

export const versionTables = {
  // Numbered and immutable once published. Written by sequences; read by enrolment, the send-time check, the screens.
  sequenceVersions: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    number: v.number(),
    flow: v.optional(vFlow),
    /** What versions from before there were nodes have instead. */
    steps: v.optional(v.array(vStep)),
    publishedAt: v.number(),
  }).index("by_sequence", ["sequenceId", "number"]),
  // What was decided at a node for one enrolment, once: the arm of a branch, the end of a wait, a deed done. Written and
  // read by sequences; gone with its enrolment.
  stepDecisions: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    enrolmentId: v.id("enrolments"),
    stepId: v.string(),
    /** When the path got there, by the time contract. */
    at: v.number(),
    decidedAt: v.number(),
    outcome: v.string(),
    /** Test and answer of each that was looked at, as JSON: for `Why?`. */
    findings: v.string(),
  })
    .index("by_enrolment", ["enrolmentId", "stepId"])
    .index("by_sequence_step", ["sequenceId", "stepId", "outcome", "at"]),
  // How many people a limit let pass in one stretch of time. Written and read by sequences.
  limitStretches: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    stepId: v.string(),
    from: v.number(),
    people: v.number(),
  }).index("by_step", ["sequenceId", "stepId", "from"]),
};
