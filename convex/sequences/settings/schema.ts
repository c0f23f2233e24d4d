import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vPurpose } from "../../lib/closedSets";
import { vCondition } from "../flow/schema";

/** Whether somebody may go through a journey again, because of another booking (product.md 4.3). */
export const vReentry = v.union(
  v.object({ kind: v.literal("each_booking") }),
  v.object({ kind: v.literal("never") }),
  v.object({ kind: v.literal("after_days"), days: v.number() }),
);
export type Reentry = Infer<typeof vReentry>;

/** What holds for a whole journey, in every version. How often a person is written to is delivery's cap. */
export const vSettings = v.object({
  /** Who enters; null: everybody whose booking starts it. */
  entry: v.union(vCondition, v.null()),
  reentry: vReentry,
  /** What the journey is for: whoever has done it is counted, and out. */
  goal: v.union(vCondition, v.null()),
  /** What else ends it at once: any message of theirs, an open complaint, that they do not match `entry` any more. */
  exits: v.object({ onReply: v.boolean(), onComplaint: v.boolean(), onStopMatching: v.boolean() }),
  /** Hours ("HH:MM", on the booking's clock) without its messages: they wait for the end, or are dropped. */
  quietHours: v.union(v.object({ start: v.string(), end: v.string(), within: literals("shift", "drop") }), v.null()),
  /** What its messages are for, unless a message has a purpose of its own; null: each says so itself. */
  purpose: v.optional(v.union(vPurpose, v.null())),
  /** So many people enter it in all, whatever became of them (product.md B-28); null: everybody. */
  entryCap: v.optional(v.union(v.number(), v.null())),
  /** So many messages leave it in all; null: as many as there are. */
  sendCap: v.optional(v.union(v.number(), v.null())),
});
export type Settings = Infer<typeof vSettings>;

export const sequenceSettingsTables = {
  // Rules of whole journeys that have any. Written and read by sequences.
  sequenceSettings: defineTable({
    orgId: v.id("organisations"),
    sequenceId: v.id("sequences"),
    settings: vSettings,
  }).index("by_sequence", ["sequenceId"]),
};
