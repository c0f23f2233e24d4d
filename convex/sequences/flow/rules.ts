import { dailyIntervals, nextAllowedByAll } from "../../delivery/time/windows";
import type { StepPlan } from "../timing";
import type { Settings } from "../settings/schema";
import { firstReply, judgeCondition, type Finding } from "./conditions";
import type { FlowFacts } from "./facts";
import type { Flow, FlowNode, MessageNode } from "./schema";
import type { NodeRecord } from "./walk";

// What holds for a whole journey, wherever a person is in it (product.md 4.3, B-24, B-27). Pure.

/** How a rule ends a journey; also the reason that is kept. */
export const RULE_ENDS = ["rule_goal", "rule_reply", "rule_complaint", "rule_unmatched"] as const;
export type RuleEnd = (typeof RULE_ENDS)[number];

/** The rule that has ended a journey, and when; `isNew` when that is to be kept, for good. */
export type LeftByRule = { by: RuleEnd; at: number; isNew: boolean; findings: Finding[]; node: FlowNode };

/** Whether, and by which rule, somebody has left. What was kept stays; of several rules the earliest counts. */
export function leftByRule(
  { goal, entry, exits }: Settings,
  facts: FlowFacts,
  records: ReadonlyMap<string, NodeRecord>,
  now: number,
): LeftByRule | null {
  for (const by of RULE_ENDS) {
    const known = records.get(by);
    if (known !== undefined) return { by, at: known.at, isNew: false, findings: [], node: nodeOf(by) };
  }
  const found: LeftByRule[] = [];
  const add = (by: RuleEnd, at: number | null, findings: Finding[] = []) => {
    if (at !== null) found.push({ by, at, isNew: true, findings, node: nodeOf(by) });
  };
  if (goal !== null) {
    const { holds, findings } = judgeCondition(goal, facts);
    add("rule_goal", holds ? now : null, findings);
  }
  if (exits.onReply) add("rule_reply", firstReply(facts, [], facts.enrolledAt));
  if (exits.onComplaint) add("rule_complaint", facts.complainedAt ?? null);
  if (exits.onStopMatching && entry !== null) {
    const { holds, findings } = judgeCondition(entry, facts);
    add("rule_unmatched", holds ? null : now, findings);
  }
  return found.sort((a, b) => a.at - b.at)[0] ?? null;
}

/** Rules are kept and counted like nodes; no node can have such an id. */
function nodeOf(by: RuleEnd): FlowNode {
  return { kind: by === "rule_goal" ? "goal" : "exit", stepId: by, name: by, phase: "during" };
}

/** A message's plan with the quiet hours of its journey: it waits for their end, or is dropped (product.md B-27). */
export function outsideQuietHours(
  plan: StepPlan,
  { phase }: MessageNode,
  { quietHours }: Settings,
  { zone: { zone }, anchors: { start } }: FlowFacts,
): StepPlan {
  if (plan.kind !== "send" || quietHours === null) return plan;
  const open = dailyIntervals(quietHours.end, quietHours.start);
  const allowed = (at: number) => nextAllowedByAll(at, [{ rule: "quiet_hours", zone, on: () => open }])?.at ?? at;
  const dueAt = allowed(plan.dueAt);
  const explanation = `${plan.explanation}; the journey is quiet from ${quietHours.start} to ${quietHours.end}`;
  // The contract's own instant moves alike, so that looking again at any time gives the same plan.
  if (dueAt === plan.dueAt) return { ...plan, at: allowed(plan.at) };
  if (quietHours.within === "drop") return { kind: "skip", at: plan.at, reason: "quiet_hours", explanation };
  if (phase === "before" && start !== null && dueAt >= start) {
    return { kind: "skip", at: plan.at, reason: "would_pass_start", explanation };
  }
  return { ...plan, at: allowed(plan.at), dueAt, shiftedFrom: plan.dueAt, explanation };
}

/** The journey with the purpose its messages really have: its own where the message has none of its own. */
export function withPurpose(flow: Flow, purpose: Settings["purpose"]): Flow {
  if (purpose === undefined || purpose === null) return flow;
  const purposed = (node: FlowNode) =>
    node.kind === "message" && node.hasOwnPurpose !== true ? { ...node, purpose } : node;
  return { ...flow, nodes: flow.nodes.map(purposed) };
}
