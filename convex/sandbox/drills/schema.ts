import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../../lib/closedSets";
import { SANDBOX_SENDING } from "../behaviour";

export const vSending = literals(...SANDBOX_SENDING);
export type Sending = Infer<typeof vSending>;

/** How a message came through a drill, or did not (product.md O-9). */
export const FATES = ["first_time", "retried", "fell_back", "open", "in_doubt", "dead", "stopped"] as const;
export type Fate = (typeof FATES)[number];

/** Figures of a drill. */
export const vDrillFigures = v.object({
  messages: v.number(),
  fates: v.object(
    Object.fromEntries(FATES.map((fate) => [fate, v.number()])) as Record<Fate, ReturnType<typeof v.number>>,
  ),
  /** Times a provider was asked for one of them. */
  attempts: v.number(),
  /** Sent, says the queue, but on no device. */
  lost: v.number(),
  /** More than once on a device. */
  doubled: v.number(),
});
export type DrillFigures = Infer<typeof vDrillFigures>;

/** running → recovering (the provider works again, messages are still on their way) → done. */
export const vDrillState = v.union(
  v.object({ kind: v.literal("running") }),
  v.object({ kind: v.literal("recovering"), healedAt: v.number(), endedBy: literals("time", "member") }),
  v.object({
    kind: v.literal("done"),
    healedAt: v.number(),
    endedBy: literals("time", "member"),
    at: v.number(),
    figures: vDrillFigures,
  }),
);

export const drillTables = {
  // Outage drills: which simulated providers misbehaved how and when, and what became of the messages. Written by drills;
  // read by their screen. One at a time in an organisation.
  drills: defineTable({
    orgId: v.id("organisations"),
    memberId: v.id("members"),
    /** With the behaviour each had before. */
    targets: v.array(
      v.object({
        connectionId: v.id("connections"),
        name: v.string(),
        channel: vChannel,
        before: vSending,
      }),
    ),
    behaviour: vSending,
    /** Messages to invented people that are sent meanwhile, so that there is something to see. */
    practiceMessages: v.number(),
    /** Further ones, sent after the end so that a breaker that waits for a message may close. */
    probes: v.number(),
    startedAt: v.number(),
    endsAt: v.number(),
    state: vDrillState,
  })
    .index("by_org", ["orgId", "startedAt"])
    .index("by_org_state", ["orgId", "state.kind"]),
  // The messages a drill is about: what was handed to a simulated provider while it ran, and what it held up. Written by
  // the simulated provider; pruned by a cron, the drill's own figures stay.
  drillMessages: defineTable({
    orgId: v.id("organisations"),
    drillId: v.id("drills"),
    queueId: v.id("messageQueue"),
    /** When it became part of it, UTC ms. */
    at: v.number(),
  })
    .index("by_drill", ["drillId", "at"])
    .index("by_age", ["at"])
    .index("by_message", ["drillId", "queueId"]),
};
