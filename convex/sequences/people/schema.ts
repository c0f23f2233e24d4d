import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vStepOutcome } from "../figures/schema";

/** States of a step run by which people can be listed. */
const RUN_STATES = ["waiting", "planned", "sent", "skipped", "cancelled", "failed"] as const;

/** Whose names a figure stands for. */
export const vGroup = v.union(
  v.object({ kind: v.literal("run"), stepId: v.string(), state: literals(...RUN_STATES) }),
  v.object({ kind: v.literal("outcome"), stepId: v.string(), outcome: vStepOutcome }),
  /** Those for whom this step comes next. */
  v.object({ kind: v.literal("here"), stepId: v.string() }),
  /** Those for whom a decision of this step has fallen, whichever. */
  v.object({ kind: v.literal("decided"), stepId: v.string() }),
  /** The people of the whole journey. */
  v.object({ kind: v.literal("enrolment"), state: literals("active", "completed", "exited") }),
);
export type Group = Infer<typeof vGroup>;

export const vPersonRow = v.object({
  /** Unique in its list. */
  key: v.string(),
  enrolmentId: v.id("enrolments"),
  contactId: v.id("contacts"),
  name: v.string(),
  bookingId: v.id("bookings"),
  bookingTitle: v.string(),
  zone: v.string(),
  /** UTC ms of what the list is about: planned, sent, opened …; null where it has no time yet. */
  at: v.union(v.number(), v.null()),
  /** Why it was skipped or failed, or what was decided; null otherwise. */
  reason: v.union(v.string(), v.null()),
  queueId: v.union(v.id("messageQueue"), v.null()),
  /** Whether they are still in the journey, and whether it rests for them. */
  isInside: v.boolean(),
  isPaused: v.boolean(),
});
export type PersonRow = Infer<typeof vPersonRow>;
