import { exitsOf } from "../../../../convex/sequences/flow/edges";
import { NO_TEMPLATE } from "../../../../convex/sequences/closedSets";
import type { Flow, FlowNode, MessageTiming, Phase, Place } from "../../../lib/api-types";

/** Elapsed minutes of three days: how long is waited for something unless told otherwise. */
const THREE_DAYS_MINUTES = 3 * 24 * 60;

/** What a message of each phase most often means. */
const TIMINGS: Record<Phase, MessageTiming> = {
  before: { kind: "days", anchor: "start", offsetDays: -1 },
  during: { kind: "days", anchor: "start", offsetDays: 0, at: "12:00" },
  after: { kind: "days", anchor: "end", offsetDays: 1, at: "10:00" },
};

/** Ids are part of the never-twice key (product.md 4.2 rule 10): never given twice. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 18);
}

/** A node of a kind as it begins, complete but for what only its maker knows. `armNames` name the ways of a fork. */
export function newNode(
  kind: FlowNode["kind"],
  fields: { name: string; phase: Phase; armNames: readonly [string, string] },
): FlowNode {
  const base = { stepId: newId(), name: fields.name, phase: fields.phase };
  const [first, second] = fields.armNames;
  switch (kind) {
    case "message":
      return {
        ...base,
        kind,
        timing: TIMINGS[fields.phase],
        templateId: NO_TEMPLATE,
        channel: "email",
        purpose: "transactional",
        latePolicy: { kind: "skip" },
        repeatAfterMove: false,
        next: null,
      };
    case "wait":
      return { ...base, kind, rest: { kind: "for", minutes: 24 * 60 }, next: null };
    case "wait_for": {
      const awaited = { kind: "reply" as const, words: [] };
      return { ...base, kind, awaited, timeoutMinutes: THREE_DAYS_MINUTES, next: null, otherwise: null };
    }
    case "branch": {
      const condition = { match: "all" as const, groups: [] };
      return { ...base, kind, arms: [{ armId: newId(), name: first, condition, next: null }], otherwise: null };
    }
    case "split": {
      const arm = (name: string) => ({ armId: newId(), name, percent: 50, next: null });
      return { ...base, kind, arms: [arm(first), arm(second)] };
    }
    case "limit":
      return { ...base, kind, people: 100, perMinutes: 60, next: null };
    case "deed":
      return { ...base, kind, deed: { kind: "add_tag", tag: "" }, next: null };
    case "jump":
      return { ...base, kind, next: null };
    case "goal":
    case "exit":
      return { ...base, kind };
  }
}

/** The phase of what is put at a place: that of the step before it, else of the step it comes before. */
export function phaseAt(flow: Flow, place: Place): Phase {
  const before = flow.nodes.find(({ stepId }) => stepId === place.from);
  if (before !== undefined) return before.phase;
  const first = flow.nodes.find(({ stepId }) => stepId === flow.first);
  if (place.way === "first") return first?.phase ?? "before";
  return "after";
}

/** Where a step stands now: the first place that leads to it. */
export function placeBefore(flow: Flow, stepId: string): Place | null {
  for (const way of ["first", "onCancelled", "onNoShow"] as const) if (flow[way] === stepId) return { from: null, way };
  for (const node of flow.nodes) {
    for (const [way, next] of exitsOf(node)) if (next === stepId) return { from: node.stepId, way };
  }
  return null;
}
