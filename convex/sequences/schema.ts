import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel, vPurpose } from "../lib/closedSets";
import { ANCHORS, PHASES, SEQUENCE_STATUSES } from "./closedSets";
import { vGap, vLastPeople, vPaused } from "./running/schema";

export const vSequenceStatus = literals(...SEQUENCE_STATUSES);
export type SequenceStatus = Infer<typeof vSequenceStatus>;

export const vAnchor = literals(...ANCHORS);
export type Anchor = Infer<typeof vAnchor>;

export const vPhase = literals(...PHASES);
export type Phase = Infer<typeof vPhase>;

/** When a step is due, relative to an anchor (product.md 4.2 rule 2). Negative offsets lie before the anchor. */
export const vStepTiming = v.union(
  /** Calendar days in the booking's zone, at the anchor's own clock time or at `at` ("HH:MM"). */
  v.object({ kind: v.literal("days"), anchor: vAnchor, offsetDays: v.number(), at: v.optional(v.string()) }),
  /** Exact elapsed minutes. */
  v.object({ kind: v.literal("minutes"), anchor: vAnchor, offsetMinutes: v.number() }),
);
export type StepTiming = Infer<typeof vStepTiming>;

/** Rule 4: what happens to a step whose time is past at enrolment. */
export const vLatePolicy = v.union(
  v.object({ kind: v.literal("skip") }),
  /** Send at once as long as the anchor is at least this far away. */
  v.object({ kind: v.literal("send_now"), untilMinutesBeforeAnchor: v.number() }),
);
export type LatePolicy = Infer<typeof vLatePolicy>;

export const vStep = v.object({
  /** Stable across versions: part of the never-twice key (rule 10). */
  stepId: v.string(),
  name: v.string(),
  phase: vPhase,
  timing: vStepTiming,
  templateId: v.id("templates"),
  channel: v.union(vChannel, v.literal("best")),
  purpose: vPurpose,
  latePolicy: vLatePolicy,
  repeatAfterMove: v.boolean(),
});
export type Step = Infer<typeof vStep>;

export const SKIP_REASONS = [
  "past_at_enrolment",
  "past_after_move",
  "already_sent",
  "would_pass_start",
  "booking_cancelled",
  "booking_no_show",
  // The import that made the booking was taken back.
  "booking_taken_back",
  "no_address",
  "no_consent",
  "suppressed",
  "sequence_paused",
  "step_removed",
  // A decision of the journey led another way.
  "not_on_path",
  // The person has done what the journey is for, or has left it by an exit.
  "goal_reached",
  // The journey's own quiet hours drop what falls into them.
  "quiet_hours",
  "left_journey",
  // The journey has sent as many messages as it may.
  "cap_reached",
  // A member stopped this one message in the queue.
  "cancelled_by_member",
  // The send-time checks of delivery stopped it for a reason that is not the sequence's; the detail names it.
  "stopped_by_delivery",
] as const;
export const vSkipReason = literals(...SKIP_REASONS);
export type SkipReason = Infer<typeof vSkipReason>;

export const vStepRunState = v.union(
  /** The anchor (checked-in, completed …) has not happened yet: nothing is queued. */
  v.object({ kind: v.literal("waiting"), anchor: vAnchor }),
  v.object({ kind: v.literal("planned"), queueId: v.id("messageQueue") }),
  v.object({ kind: v.literal("sent"), at: v.number(), queueId: v.id("messageQueue") }),
  v.object({ kind: v.literal("skipped"), at: v.number(), reason: vSkipReason, detail: v.optional(v.string()) }),
  v.object({ kind: v.literal("cancelled"), at: v.number(), reason: vSkipReason }),
  v.object({ kind: v.literal("failed"), at: v.number(), queueId: v.id("messageQueue"), reason: v.string() }),
);
export type StepRunState = Infer<typeof vStepRunState>;

export const sequenceTables = {
  // A journey. Written by sequences and dev; read by the list, enrolment, the send-time check.
  sequences: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    description: v.string(),
    status: vSequenceStatus,
    /** Only bookings of these sources enrol; empty = all. */
    sourceIds: v.array(v.id("bookingSources")),
    liveVersionId: v.optional(v.id("sequenceVersions")),
    paused: v.optional(vPaused),
    /** Pauses after which everything inside was put off. */
    gaps: v.optional(v.array(vGap)),
    /** Of an archived one: whether those inside still come to its end. */
    lastPeople: v.optional(vLastPeople),
    /** Absent on those from before every figure was counted, until a job has counted what was there. */
    isCounted: v.optional(v.boolean()),
    /** How far that job has come, and since when everything is counted as it happens. */
    recount: v.optional(v.object({ cursor: v.union(v.string(), v.null()), since: v.number() })),
  })
    .index("by_org_status", ["orgId", "status"])
    .index("by_counted", ["isCounted"]),
  // One run per sequence, booking and person (rule 9).
  enrolments: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    versionId: v.id("sequenceVersions"),
    bookingId: v.id("bookings"),
    contactId: v.id("contacts"),
    state: v.union(
      v.object({ kind: v.literal("active") }),
      v.object({ kind: v.literal("completed"), at: v.number() }),
      v.object({ kind: v.literal("exited"), at: v.number(), reason: v.string() }),
    ),
    enrolledAt: v.number(),
    /** When the next decision falls: a job looks at the journey again then. */
    wakeAt: v.optional(v.number()),
    /** The path has not ended: a decision or something awaited lies ahead. */
    isUnderWay: v.optional(v.boolean()),
    /** A rule of the whole journey may end it for them: it is looked at again when they do something. */
    isListening: v.optional(v.boolean()),
    /** The node of that decision, or where something is awaited. */
    pendingStepId: v.optional(v.string()),
    /** What comes next: a message or that node. Absent for those who are through. */
    standsAt: v.optional(v.string()),
    /** Where the path goes on in this version, and since when, for those who were moved there. */
    entry: v.optional(v.object({ stepId: v.string(), at: v.number() })),
    /** The journey ends with this step for them: it has gone on without it. */
    lastStepId: v.optional(v.string()),
    /** Somebody, or the end of the whole journey, took them out. */
    paused: v.optional(vPaused),
    gaps: v.optional(v.array(vGap)),
    takenOut: v.optional(v.object({ at: v.number(), reason: literals("by_member", "archived") })),
  })
    .index("by_key", ["sequenceId", "bookingId", "contactId"])
    .index("by_booking", ["bookingId"])
    .index("by_contact", ["contactId", "enrolledAt"])
    .index("by_contact_under_way", ["contactId", "isUnderWay"])
    .index("by_contact_listening", ["contactId", "isListening"])
    .index("by_sequence_state", ["sequenceId", "state.kind", "enrolledAt"])
    .index("by_standing", ["sequenceId", "standsAt"]),
  // What the planner decided for each step, and why.
  stepRuns: defineTable({
    orgId: v.id("organisations"),
    enrolmentId: v.id("enrolments"),
    sequenceId: v.id("sequences"),
    bookingId: v.id("bookings"),
    contactId: v.id("contacts"),
    stepId: v.string(),
    /** 0 for the first planning; +1 each time a sent step repeats after a move. */
    occurrence: v.number(),
    /**
     * The exact instant by the time contract; null when the anchor has not happened yet. A late step that is sent at
     * once keeps it: the queue row's dueAt says when it really leaves.
     */
    plannedAt: v.union(v.number(), v.null()),
    zone: v.string(),
    state: vStepRunState,
    /** Plain sentence for `Why?`: "7 days before start, 09:00 Europe/Berlin". */
    explanation: v.string(),
  })
    .index("by_enrolment", ["enrolmentId", "stepId", "occurrence"])
    .index("by_booking", ["bookingId", "plannedAt"])
    .index("by_sequence_step", ["sequenceId", "stepId", "state.kind"]),
  // Counts of step runs by state (and, with stepId null, of enrolments by state), kept with every write of those rows.
  // Sharded so that parallel bookings of one sequence do not fight for one row. Written and read by sequences.
  sequenceFigures: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    stepId: v.union(v.string(), v.null()),
    shard: v.number(),
    counts: v.record(v.string(), v.number()),
  }).index("by_sequence", ["sequenceId", "stepId", "shard"]),
};
