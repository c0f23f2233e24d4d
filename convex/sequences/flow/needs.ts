import type { Channel, Purpose } from "../../lib/closedSets";
import type { Condition, Flow, Test } from "./schema";

/** What the decisions of a journey look at: a journey without decisions needs to read nothing. */
export type FlowNeeds = {
  consents: ReadonlySet<`${Purpose}:${Channel}`>;
  hasChannels: boolean;
  /** Messages whose outcome is asked for. */
  outcomesOf: ReadonlySet<string>;
  hasReplies: boolean;
  /** Whether a wait ends by a condition: any fact may end it. */
  awaitsFacts: boolean;
};

/** What `flow` asks for, wherever in it. */
export function needsOf(flow: Flow): FlowNeeds {
  const needs = {
    consents: new Set<`${Purpose}:${Channel}`>(),
    hasChannels: false,
    outcomesOf: new Set<string>(),
    hasReplies: false,
    awaitsFacts: false,
  };
  const add = (test: Test) => {
    if (test.kind === "consent") needs.consents.add(`${test.purpose}:${test.channel}`);
    if (test.kind === "channel") needs.hasChannels = true;
    if (test.kind === "outcome") needs.outcomesOf.add(test.stepId);
    if (test.kind === "reply") needs.hasReplies = true;
  };
  const addAll = ({ groups }: Condition) => groups.forEach(({ tests }) => tests.forEach(add));
  for (const node of flow.nodes) {
    if (node.kind === "branch") node.arms.forEach(({ condition }) => addAll(condition));
    if (node.kind !== "wait_for") continue;
    const { awaited } = node;
    if (awaited.kind === "reply") needs.hasReplies = true;
    if (awaited.kind === "outcome") needs.outcomesOf.add(awaited.stepId);
    if (awaited.kind === "condition") {
      needs.awaitsFacts = true;
      addAll(awaited.condition);
    }
  }
  return needs;
}
