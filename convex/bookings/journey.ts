import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vChannel } from "../lib/closedSets";

/** One planned, sent or dropped message of a booking, as the booking's screen shows it. Made by higher ranks. */
export const vJourneyEntry = v.object({
  stepRunId: v.id("stepRuns"),
  sequenceName: v.string(),
  stepName: v.string(),
  phase: literals("before", "during", "after"),
  channel: v.union(vChannel, v.literal("best")),
  contactId: v.id("contacts"),
  /** UTC ms; null while its anchor has not happened. */
  plannedAt: v.union(v.number(), v.null()),
  zone: v.string(),
  occurrence: v.number(),
  /** As stored with the step run. */
  state: v.union(
    v.object({ kind: v.literal("waiting"), anchor: v.string() }),
    v.object({ kind: v.literal("planned"), queueId: v.id("messageQueue") }),
    v.object({ kind: v.literal("sent"), at: v.number(), queueId: v.id("messageQueue") }),
    v.object({ kind: v.literal("skipped"), at: v.number(), reason: v.string(), detail: v.optional(v.string()) }),
    v.object({ kind: v.literal("cancelled"), at: v.number(), reason: v.string() }),
    v.object({ kind: v.literal("failed"), at: v.number(), queueId: v.id("messageQueue"), reason: v.string() }),
  ),
  explanation: v.string(),
  queueId: v.optional(v.id("messageQueue")),
  /** State of the queued message: "pending", "delivered" … */
  messageState: v.optional(v.string()),
});
export type JourneyEntry = Infer<typeof vJourneyEntry>;
