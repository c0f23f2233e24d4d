import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vMessageState, vSourceKind } from "../../delivery/schema";
import { vChannel, vPurpose } from "../../lib/closedSets";

const vPush = v.object({
  /** "quiet_hours", "min_gap", "human_first" … */
  rule: v.string(),
  to: v.number(),
  /** The message ahead that it keeps its distance from; null where that has left, or is out of the caller's sight. */
  because: v.union(v.object({ subject: v.string(), at: v.number() }), v.null()),
});

/** What will become of a message, as things stand now. */
export const vForeseen = v.union(
  v.object({ kind: v.literal("leaves"), at: v.number(), pushes: v.array(vPush) }),
  v.object({ kind: v.literal("waits"), rule: literals("member", "paused", "human_first"), reason: v.string() }),
  v.object({
    kind: v.literal("dropped"),
    at: v.number(),
    rule: v.string(),
    reason: v.string(),
    pushes: v.array(vPush),
  }),
);

const vAnyChannel = v.union(vChannel, v.literal("best"));

/** What is ahead for one person (product.md O-3). */
export const vLaneItem = v.union(
  /** A message in the queue, whoever planned it. */
  v.object({
    kind: v.literal("message"),
    id: v.id("messageQueue"),
    at: v.number(),
    subject: v.string(),
    sourceKind: vSourceKind,
    sourceLabel: v.string(),
    purpose: vPurpose,
    channel: vAnyChannel,
    dueAt: v.number(),
    /** Where its source had it; null unless a member moved it. */
    movedFrom: v.union(v.number(), v.null()),
    state: literals("waiting", "held", "sending", "in_doubt"),
    /** Who holds it. */
    heldBy: v.union(v.string(), v.null()),
    /** From when on it is worth nothing, UTC ms. */
    latestAt: v.union(v.number(), v.null()),
    /** Null while it is on its way or in doubt. */
    foreseen: v.union(vForeseen, v.null()),
    /** Of the team, to leave later: changed with its conversation. */
    answer: v.union(
      v.object({
        messageId: v.id("messages"),
        threadId: v.id("threads"),
        author: v.string(),
        cancelIfAnswered: v.boolean(),
      }),
      v.null(),
    ),
  }),
  /** A message that a journey will plan: when something has happened, or if it takes that way. */
  v.object({
    kind: v.literal("step"),
    id: v.string(),
    /** As far as it is known. */
    at: v.union(v.number(), v.null()),
    sequenceName: v.string(),
    stepName: v.string(),
    purpose: vPurpose,
    channel: vAnyChannel,
    awaits: literals("event", "decision"),
    bookingId: v.id("bookings"),
  }),
  /** Somebody of the team is reminded of the person then. */
  v.object({
    kind: v.literal("reminder"),
    id: v.string(),
    at: v.number(),
    about: literals("thread", "task"),
    title: v.string(),
    threadId: v.id("threads"),
  }),
);
export type LaneItem = Infer<typeof vLaneItem>;

/** In the order of time, what has no time yet last; `isCut`: there is more ahead than this. */
export const vLane = v.object({ items: v.array(vLaneItem), isCut: v.boolean() });

/** A message that has gone its way, or went none. */
export const vPastMessage = v.object({
  id: v.id("messageQueue"),
  /** UTC ms: when it was due. */
  at: v.number(),
  subject: v.string(),
  sourceKind: vSourceKind,
  sourceLabel: v.string(),
  channel: vAnyChannel,
  state: vMessageState,
  /** What the person reacted with, on WhatsApp. */
  reaction: v.optional(v.string()),
});
