import type { Id } from "../../_generated/dataModel";
import type { FlowFacts } from "./facts";
import type { Flow, FlowNode, MessageNode } from "./schema";

// Small journeys for tests.

/** Facts of somebody of whom nothing is known but the booking's times. */
export function factsAt(start: number, more: Partial<FlowFacts> = {}): FlowFacts {
  return {
    anchors: { start, end: start + 4 * 3_600_000, created: 0, checked_in: null, completed: null, ...NOT_OFF },
    standing: { isOn: true },
    zone: { zone: "Europe/Berlin", passedOver: null },
    enrolledAt: 0,
    values: {},
    consents: new Set(),
    channels: new Set(),
    outcomes: {},
    replies: [],
    seed: "enrolment",
    ...more,
  };
}

const NOT_OFF = { cancelled: null, no_show: null };

/** A message that goes when the path gets there, unless told otherwise. */
export function messageNode(stepId: string, next: string | null, more: Partial<MessageNode> = {}): MessageNode {
  return {
    kind: "message",
    stepId,
    name: stepId,
    phase: "during",
    timing: { kind: "reached" },
    templateId: "t" as Id<"templates">,
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
    next,
    ...more,
  };
}

/** What every node has, named like its id. */
export function named(stepId: string) {
  return { stepId, name: stepId, phase: "during" as const };
}

/** A journey that begins with the first of its nodes. */
export function flowOf(...nodes: FlowNode[]): Flow {
  return { first: nodes[0]?.stepId ?? null, onCancelled: null, onNoShow: null, nodes };
}
