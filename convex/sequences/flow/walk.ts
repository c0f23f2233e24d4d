import { seededUnit } from "../../delivery/hash";
import { MINUTE_MS } from "../../lib/time";
import { planStep, type StepPlan } from "../timing";
import type { Step } from "../schema";
import { firstReply, judgeCondition, type Finding } from "./conditions";
import { upTo, type Detour } from "./detour";
import type { FlowFacts } from "./facts";
import { putOff, stretched } from "./gaps";
import { restEnd } from "./rests";
import { leftByRule, outsideQuietHours, type RuleEnd } from "./rules";
import { REACHED_TEXT } from "./texts";
import type { Settings } from "../settings/schema";
import type { Awaited, Flow, FlowNode, MessageNode } from "./schema";

// The path of one person through a journey, from the facts as they are now. Nothing depends on which event was the cause:
// facts may come late, twice or in any order, and walking again with nothing changed gives the same visits. Pure; the
// engine carries visits out, the rehearsal draws them.

/** What was decided at a node once and is not decided again: kept by the engine. */
export type NodeRecord = {
  /** When the path got there, by the contract. */
  at: number;
  /** The arm chosen; "done" for a deed, "passed" for a limit, "happened" or "otherwise" for a wait-for, "goal", "exit". */
  outcome: string;
};

/**
 * What ends a path: nothing more to come, an exit or goal, a circle, a node that is gone, that the person was to finish
 * only one step, that somebody took them out, that a message failed without which the rest makes no sense (product.md
 * B-30), or a rule of the whole journey.
 */
export type EndBy =
  "end" | "exit" | "goal" | "loop" | "missing_node" | "last_step" | "taken_out" | "message_failed" | RuleEnd;

/** One node the path comes to, in order. `isSure` is false where a decision before it lies ahead. */
export type Visit =
  | { kind: "message"; node: MessageNode; plan: StepPlan; isSure: boolean }
  /** Rested, decided or done: `isNew` when the engine has to write it down (and, for a deed, to do it). */
  | { kind: "passed"; node: FlowNode; at: number; outcome: string; isNew: boolean; findings: Finding[] }
  /** Will be passed at `at`, as far as one can tell now. */
  | { kind: "ahead"; node: FlowNode; at: number; outcome: string; findings: Finding[] }
  /** The path goes no further until something happens; `until` is when it stops to wait, null for never. */
  | { kind: "waiting"; node: FlowNode; since: number; until: number | null; missing: string }
  /** The path ends here: `loop` when it came to a node twice. */
  | {
      kind: "ended";
      at: number;
      by: EndBy;
      stepId: string | null;
      isSure: boolean;
    };

export type WalkInput = {
  flow: Flow;
  facts: FlowFacts;
  /** By step id. */
  records: ReadonlyMap<string, NodeRecord>;
  /** When a limit lets pass who gets there at `at`. */
  turnAt(node: Extract<FlowNode, { kind: "limit" }>, at: number): number;
  /** UTC ms. */
  now: number;
  detour?: Detour;
  /** What holds for the whole journey; absent: nothing special. */
  settings?: Settings;
};

/** Where the path stands. */
type Position = { at: number; isSure: boolean };

/** A step of the walk: what to say of the node, and where the path goes on; `next` undefined stops it. */
type Stride = { visit: Visit | null; next: string | null | undefined; position: Position };

/** All visits of the path, the last one an end or a wait. */
export function walk(input: WalkInput): Visit[] {
  const { lastStepId, takenOutAt } = input.detour ?? {};
  if (takenOutAt !== undefined) {
    return [{ kind: "ended", at: takenOutAt, by: "taken_out", stepId: null, isSure: true }];
  }
  const visits = wholeWalk(input);
  const left = leftOn(input);
  if (left !== null)
    return [...visits.filter((visit) => visit.kind === "passed" && visit.at <= left.at), ...left.visits];
  return lastStepId === undefined || !input.facts.standing.isOn ? visits : upTo(lastStepId, visits, input.now);
}

/** The end of a path that a rule of the whole journey has ended. */
function leftOn({ settings, facts, records, now }: WalkInput): { at: number; visits: Visit[] } | null {
  const left = settings === undefined ? null : leftByRule(settings, facts, records, now);
  if (left === null) return null;
  const { node, at, by, isNew, findings } = left;
  const visits: Visit[] = [
    { kind: "passed", node, at, outcome: node.kind, isNew, findings },
    { kind: "ended", at, by, stepId: null, isSure: true },
  ];
  return { at, visits };
}

function wholeWalk(input: WalkInput): Visit[] {
  const nodes = new Map(input.flow.nodes.map((node) => [node.stepId, node]));
  const seen = new Set<string>();
  const visits: Visit[] = [];
  let { id, position } = entrance(input);
  for (;;) {
    const end = (by: Extract<Visit, { kind: "ended" }>["by"]) => [
      ...visits,
      { kind: "ended", at: position.at, by, stepId: id, isSure: position.isSure } satisfies Visit,
    ];
    if (id === null) return end("end");
    const node = nodes.get(id);
    if (node === undefined) return end("missing_node");
    if (seen.has(id)) return end("loop");
    seen.add(id);
    const stride = visit(input, node, position);
    if (stride.visit !== null) visits.push(stride.visit);
    if (stride.next === undefined) return visits;
    position = stride.position;
    const failedAt = failedForGood(node, input.facts);
    if (failedAt !== null) {
      position = later(position, failedAt);
      return end("message_failed");
    }
    if (node.kind === "exit" || node.kind === "goal") return end(node.kind);
    id = stride.next;
  }
}

/** Ends after which nothing more is wanted. */
const LEAVING: ReadonlySet<EndBy> = new Set(["exit", "goal", "message_failed"]);

/** When a message failed that ends the journey with that; null otherwise. */
function failedForGood(node: FlowNode, { outcomes }: FlowFacts): number | null {
  if (node.kind !== "message" || node.onFailure !== "leave") return null;
  return outcomes[node.stepId]?.failed ?? null;
}

/**
 * The messages that the path surely comes to, in its order: what is planned. Whoever surely leaves by an exit or a goal
 * gets none whose own time comes after that.
 */
export function wantedSteps(visits: readonly Visit[]): { step: MessageNode; plan: StepPlan }[] {
  const way = visits.at(-2);
  const end = visits.at(-1);
  const isLeft = end?.kind === "ended" && LEAVING.has(end.by) && end.isSure;
  const comesAfter = (plan: StepPlan) => {
    if (!isLeft) return false;
    // What waits for a check-in may still come in time, until the person has left.
    if (plan.kind === "wait") return way?.kind === "passed" || end.by === "message_failed";
    return plan.at > end.at;
  };
  return visits.flatMap((visit) =>
    visit.kind === "message" && visit.isSure && !comesAfter(visit.plan) ? [{ step: visit.node, plan: visit.plan }] : [],
  );
}

/**
 * When the engine has to walk again although no fact has come: the next decision, or the end of a wait. Messages after a
 * mere rest are queued with their time already.
 */
export function wakeAt(visits: readonly Visit[]): number | null {
  return nextDecision(visits)?.at ?? null;
}

/** The node where the path is decided next or waits, and when; `at` null: only something else can move it. */
export function nextDecision(visits: readonly Visit[]): { stepId: string; at: number | null } | null {
  for (const visit of visits) {
    if (visit.kind === "ahead" && visit.node.kind !== "wait") return { stepId: visit.node.stepId, at: visit.at };
    if (visit.kind === "waiting") return { stepId: visit.node.stepId, at: visit.until };
  }
  return null;
}

/** Where the path begins: product.md 4.2 rule 6 starts another one once the booking fell away, none if taken back. */
function entrance(input: WalkInput): { id: string | null; position: Position } {
  const { flow, facts } = input;
  const { standing, anchors, enrolledAt } = facts;
  const entry = entryOf(input);
  if (entry !== null) return { id: entry.stepId, position: { at: entry.at, isSure: true } };
  if (standing.isOn) return { id: flow.first, position: { at: enrolledAt, isSure: true } };
  if (standing.reason === "booking_taken_back") return { id: null, position: { at: enrolledAt, isSure: true } };
  const isCancelled = standing.reason === "booking_cancelled";
  const at = (isCancelled ? anchors.cancelled : anchors.no_show) ?? enrolledAt;
  return { id: isCancelled ? flow.onCancelled : flow.onNoShow, position: { at, isSure: true } };
}

/** Where somebody was moved to, as long as that step exists and the booking stands. */
function entryOf({ flow, facts, detour }: WalkInput): { stepId: string; at: number } | null {
  const entry = detour?.entry;
  if (entry === undefined || !facts.standing.isOn) return null;
  return flow.nodes.some(({ stepId }) => stepId === entry.stepId) ? entry : null;
}

function visit(input: WalkInput, node: FlowNode, position: Position): Stride {
  switch (node.kind) {
    case "message":
      return { visit: quietly(input, message(input, node, position)), next: node.next, position };
    case "jump":
      return { visit: null, next: node.next, position };
    case "wait":
      return rest(input, node, position);
    case "wait_for":
      return waitFor(input, node, position);
    case "branch": {
      const arm = armOf(node, input.facts);
      return decide(input, node, position, arm.outcome, arm.findings);
    }
    case "split":
      return decide(input, node, position, armOfSplit(node, input.facts.seed), []);
    case "limit":
      return limit(input, node, position);
    case "deed":
      return decide(input, node, position, "done", []);
    case "exit":
    case "goal":
      return decide(input, node, position, node.kind, []);
  }
}

function quietly({ settings, facts }: WalkInput, visit: Extract<Visit, { kind: "message" }>): Visit {
  if (settings === undefined) return visit;
  return { ...visit, plan: outsideQuietHours(visit.plan, visit.node, settings, facts) };
}

/** A message has a time of its own, or goes when the path gets there; it does not hold the path up. */
function message(input: WalkInput, node: MessageNode, { at, isSure }: Position): Extract<Visit, { kind: "message" }> {
  const { facts, now } = input;
  const { timing } = node;
  if (timing.kind === "reached") return { kind: "message", node, plan: reachedPlan(node, facts, at, now), isSure };
  const plan = planned(input, { ...node, timing });
  // Not before the path gets there, if something held it up.
  if (plan.kind === "send" && plan.at < at && at > (entryOf(input)?.at ?? facts.enrolledAt)) {
    return { kind: "message", node, plan: reachedPlan(node, facts, at, now), isSure };
  }
  return { kind: "message", node, plan, isSure };
}

/** By its own time, put off by the pauses it falls into. */
function planned({ facts, now, detour }: WalkInput, step: Step): StepPlan {
  const plan = planStep(step, facts.anchors, facts.zone, now);
  if (plan.kind === "wait" || detour?.gaps === undefined) return plan;
  const at = putOff(plan.at, detour.gaps);
  if (at === plan.at) return plan;
  const explanation = `${plan.explanation}; put off by a pause`;
  const { start } = facts.anchors;
  if (step.phase === "before" && start !== null && Math.max(at, now) >= start) {
    return { kind: "skip", at, reason: "would_pass_start", explanation };
  }
  return { kind: "send", at, dueAt: Math.max(at, now), explanation };
}

/** Never late: what the path comes to late goes late, but a preparation not after the start (product.md 4.2 rule 8). */
function reachedPlan({ phase }: MessageNode, { anchors }: FlowFacts, at: number, now: number): StepPlan {
  const dueAt = Math.max(at, now);
  const explanation = REACHED_TEXT;
  if (phase === "before" && anchors.start !== null && dueAt >= anchors.start) {
    return { kind: "skip", at, reason: "would_pass_start", explanation: `${explanation}; would come after the start` };
  }
  return { kind: "send", at, dueAt, explanation };
}

function rest(input: WalkInput, node: Extract<FlowNode, { kind: "wait" }>, position: Position): Stride {
  const { facts, now, detour } = input;
  const end = restEnd(node.rest, position.at, facts);
  if (end.at === null) {
    const { missing } = end;
    return { visit: { kind: "waiting", node, since: position.at, until: null, missing }, next: undefined, position };
  }
  const gaps = detour?.gaps ?? [];
  const at = node.rest.kind === "for" ? stretched(position.at, end.at, gaps) : putOff(end.at, gaps);
  const passed = { node, at, outcome: "passed", findings: [] };
  // Time alone decides: what comes after a rest is as sure as what comes before it, and nothing has to be kept.
  const visit: Visit = at <= now ? { kind: "passed", ...passed, isNew: false } : { kind: "ahead", ...passed };
  return { visit, next: node.next, position: { ...position, at } };
}

/**
 * A decision falls when the path gets there, and then for good. It is taken back only when its moment comes again: the
 * booking has moved, and the path gets there later than now. A deed is never done twice.
 */
function decide(
  { records, now }: WalkInput,
  node: Exclude<FlowNode, { kind: "jump" | "message" | "wait" }>,
  position: Position,
  outcome: string,
  findings: Finding[],
): Stride {
  const known = records.get(node.stepId);
  const isDecided = known !== undefined && (node.kind === "deed" || position.at <= now || known.at === position.at);
  if (isDecided) {
    const passed: Visit = { kind: "passed", node, at: known.at, outcome: known.outcome, isNew: false, findings: [] };
    return { visit: passed, next: nextOf(node, known.outcome), position: later(position, known.at) };
  }
  const next = nextOf(node, outcome);
  if (position.at <= now) {
    return { visit: { kind: "passed", node, at: position.at, outcome, isNew: true, findings }, next, position };
  }
  const isSure = position.isSure && isCertain(node);
  return {
    visit: { kind: "ahead", node, at: position.at, outcome, findings },
    next,
    position: { ...position, isSure },
  };
}

/** Whether facts to come cannot change the way on. */
function isCertain(node: FlowNode): boolean {
  return node.kind !== "branch" && node.kind !== "wait_for";
}

/** Whoever gets there takes a place at once, so that nobody overtakes; the path goes on when its turn comes. */
function limit(input: WalkInput, node: Extract<FlowNode, { kind: "limit" }>, position: Position): Stride {
  const known = input.records.get(node.stepId);
  const at = known?.at ?? input.turnAt(node, position.at);
  const passed = { node, at, outcome: "passed", findings: [] };
  if (known !== undefined || position.at <= input.now) {
    const visit: Visit = { kind: "passed", ...passed, isNew: known === undefined };
    return { visit, next: node.next, position: later(position, at) };
  }
  return { visit: { kind: "ahead", ...passed }, next: node.next, position: { at, isSure: false } };
}

function later(position: Position, at: number): Position {
  return { ...position, at: Math.max(position.at, at) };
}

function waitFor(input: WalkInput, node: Extract<FlowNode, { kind: "wait_for" }>, position: Position): Stride {
  const { facts, records, now } = input;
  const known = records.get(node.stepId);
  const until = stretched(position.at, position.at + node.timeoutMinutes * MINUTE_MS, input.detour?.gaps ?? []);
  if (known !== undefined) return decide(input, node, { ...position, at: known.at }, known.outcome, []);
  // Not there yet: one cannot tell what will happen, so the path is drawn no further.
  if (position.at > now) {
    const waiting: Visit = {
      kind: "waiting",
      node,
      since: position.at,
      until: position.at,
      missing: node.awaited.kind,
    };
    return { visit: waiting, next: undefined, position };
  }
  const happenedAt = happened(node.awaited, facts, position.at, now);
  if (happenedAt !== null && happenedAt <= until) {
    return decide(input, node, { ...position, at: happenedAt }, "happened", []);
  }
  if (until <= now) return decide(input, node, { ...position, at: until }, "otherwise", []);
  const waiting: Visit = { kind: "waiting", node, since: position.at, until, missing: node.awaited.kind };
  return { visit: waiting, next: undefined, position };
}

/** When what is waited for happened, not before `since`; null when not yet. A condition that holds counts from now. */
function happened(awaited: Awaited, facts: FlowFacts, since: number, now: number): number | null {
  switch (awaited.kind) {
    case "reply":
      return firstReply(facts, awaited.words, since);
    case "outcome": {
      const at = facts.outcomes[awaited.stepId]?.[awaited.outcome];
      return at === undefined ? null : Math.max(at, since);
    }
    case "condition":
      return judgeCondition(awaited.condition, facts).holds ? now : null;
  }
}

function armOf(node: Extract<FlowNode, { kind: "branch" }>, facts: FlowFacts) {
  const findings: Finding[] = [];
  for (const arm of node.arms) {
    const verdict = judgeCondition(arm.condition, facts);
    findings.push(...verdict.findings);
    if (verdict.holds) return { outcome: arm.armId, findings };
  }
  return { outcome: "otherwise", findings };
}

/** By a number that stays the same for this enrolment and node. */
function armOfSplit({ stepId, arms }: Extract<FlowNode, { kind: "split" }>, seed: string): string {
  let left = seededUnit(`${seed}:${stepId}`) * 100;
  for (const { armId, percent } of arms) {
    left -= percent;
    if (left < 0) return armId;
  }
  return arms.at(-1)?.armId ?? "otherwise";
}

function nextOf(node: FlowNode, outcome: string): string | null {
  switch (node.kind) {
    case "branch":
      return (
        node.arms.find(({ armId }) => armId === outcome)?.next ?? (outcome === "otherwise" ? node.otherwise : null)
      );
    case "split":
      return node.arms.find(({ armId }) => armId === outcome)?.next ?? null;
    case "wait_for":
      return outcome === "happened" ? node.next : node.otherwise;
    case "exit":
    case "goal":
      return null;
    default:
      return node.next;
  }
}
