import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { vComparison, vMatch, vScalar } from "../../lib/conditions";
import { NO_SEGMENT, NO_SEQUENCE, NO_TEMPLATE, OUTCOMES } from "../closedSets";
import { vPhase, vStep, vStepTiming } from "../schema";

// The nodes of a journey (product.md 4.1). A node names the ones after it; ids are stable across versions, since they are
// part of the never-twice key (product.md 4.2 rule 10).

/** The node after this one; null ends the path. */
export const vNext = v.union(v.string(), v.null());

export const vOutcome = literals(...OUTCOMES);
export type Outcome = Infer<typeof vOutcome>;

export const vTest = v.union(
  /** A fact of the booking or the person by its key, such as "booking.title" or "contact.attributes.level". */
  v.object({ kind: v.literal("fact"), key: v.string(), comparison: vComparison, value: v.optional(vScalar) }),
  v.object({ kind: v.literal("consent"), purpose: vPurpose, channel: vChannel, isGiven: v.boolean() }),
  v.object({ kind: v.literal("channel"), channel: vChannel, isAvailable: v.boolean() }),
  v.object({ kind: v.literal("outcome"), stepId: v.string(), outcome: vOutcome, hasHappened: v.boolean() }),
  /** Whether the person is in a segment when it is asked, by its rule as it is then. */
  v.object({
    kind: v.literal("segment"),
    segmentId: v.union(v.id("segments"), v.literal(NO_SEGMENT)),
    isIn: v.boolean(),
  }),
  /** Any word of the person's messages since the enrolment; without words any message. */
  v.object({ kind: v.literal("reply"), words: v.array(v.string()), hasHappened: v.boolean() }),
);
export type Test = Infer<typeof vTest>;

const vGroup = v.object({ match: vMatch, tests: v.array(vTest) });

/** Groups of tests: two levels are what people read without help. No group at all holds always. */
export const vCondition = v.object({ match: vMatch, groups: v.array(vGroup) });
export type Condition = Infer<typeof vCondition>;

/** A message leaves at a time relative to the booking, or as soon as the path gets there. */
export const vMessageTiming = v.union(...vStepTiming.members, v.object({ kind: v.literal("reached") }));
export type MessageTiming = Infer<typeof vMessageTiming>;

/** How long a path rests. All but `minutes` count on the calendar of the booking's zone. */
export const vRest = v.union(
  ...vStepTiming.members,
  /** Elapsed minutes from when the path gets there. */
  v.object({ kind: v.literal("for"), minutes: v.number() }),
  /** The first `at` of an allowed weekday, at least `days` calendar days later (ISO weekdays; none given: each). */
  v.object({ kind: v.literal("local"), days: v.number(), at: v.string(), weekdays: v.array(v.number()) }),
  /** A date among the facts, such as "contact.attributes.birthday". */
  v.object({ kind: v.literal("date"), key: v.string(), offsetDays: v.number(), at: v.string() }),
);
export type Rest = Infer<typeof vRest>;

/** What a path may wait for besides time. */
export const vAwaited = v.union(
  v.object({ kind: v.literal("reply"), words: v.array(v.string()) }),
  v.object({ kind: v.literal("outcome"), stepId: v.string(), outcome: vOutcome }),
  v.object({ kind: v.literal("condition"), condition: vCondition }),
);
export type Awaited = Infer<typeof vAwaited>;

/** What a node does beside sending, once, when the path gets there. */
export const vDeed = v.union(
  v.object({ kind: v.literal("add_tag"), tag: v.string() }),
  v.object({ kind: v.literal("remove_tag"), tag: v.string() }),
  v.object({ kind: v.literal("set_field"), key: v.string(), value: v.union(vScalar, v.null()) }),
  v.object({ kind: v.literal("create_task"), title: v.string(), dueInHours: v.number() }),
  v.object({ kind: v.literal("start_sequence"), sequenceId: v.union(v.id("sequences"), v.literal(NO_SEQUENCE)) }),
);
export type Deed = Infer<typeof vDeed>;

const base = { stepId: v.string(), name: v.string(), phase: vPhase };

export const vNode = v.union(
  v.object({
    ...vStep.fields,
    kind: v.literal("message"),
    timing: vMessageTiming,
    templateId: v.union(v.id("templates"), v.literal(NO_TEMPLATE)),
    /** Keeps its purpose although the whole journey has one. */
    hasOwnPurpose: v.optional(v.boolean()),
    /** Tries after the first one (product.md B-30), within what the organisation allows; absent: as many as that. */
    retries: v.optional(v.number()),
    /** What becomes of the person when it could not be sent or came back: the journey goes on, or ends for them. */
    onFailure: v.optional(literals("continue", "leave")),
    next: vNext,
  }),
  v.object({ ...base, kind: v.literal("wait"), rest: vRest, next: vNext }),
  v.object({
    ...base,
    kind: v.literal("wait_for"),
    awaited: vAwaited,
    timeoutMinutes: v.number(),
    next: vNext,
    /** Where the path goes on when the time is over. */
    otherwise: vNext,
  }),
  v.object({
    ...base,
    kind: v.literal("branch"),
    arms: v.array(v.object({ armId: v.string(), name: v.string(), condition: vCondition, next: vNext })),
    otherwise: vNext,
  }),
  v.object({
    ...base,
    kind: v.literal("split"),
    /** Percent sum up to 100. */
    arms: v.array(v.object({ armId: v.string(), name: v.string(), percent: v.number(), next: vNext })),
  }),
  /** At most so many people pass in so many minutes; the others wait for their turn. */
  v.object({ ...base, kind: v.literal("limit"), people: v.number(), perMinutes: v.number(), next: vNext }),
  v.object({ ...base, kind: v.literal("deed"), deed: vDeed, next: vNext }),
  /** The person has done what the journey is for: counted, and out. */
  v.object({ ...base, kind: v.literal("goal") }),
  v.object({ ...base, kind: v.literal("exit") }),
  v.object({ ...base, kind: v.literal("jump"), next: vNext }),
);
export type FlowNode = Infer<typeof vNode>;
export type MessageNode = Extract<FlowNode, { kind: "message" }>;

/** Three ways in: the enrolment, and what starts when the booking falls away (product.md 4.2 rule 6). */
export const vFlow = v.object({
  first: vNext,
  onCancelled: vNext,
  onNoShow: vNext,
  nodes: v.array(vNode),
});
export type Flow = Infer<typeof vFlow>;

/** A journey without a step. */
export const EMPTY_FLOW: Flow = { first: null, onCancelled: null, onNoShow: null, nodes: [] };
