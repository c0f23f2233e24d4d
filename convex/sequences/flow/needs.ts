import type { Id } from "../../_generated/dataModel";
import type { Channel, Purpose } from "../../lib/closedSets";
import { NO_SEGMENT } from "../closedSets";
import type { Settings } from "../settings/schema";
import type { Condition, Flow, Test } from "./schema";

/** What the decisions of a journey look at: a journey without decisions needs to read nothing. */
export type FlowNeeds = {
  consents: ReadonlySet<`${Purpose}:${Channel}`>;
  hasChannels: boolean;
  /** Messages whose outcome is asked for. */
  outcomesOf: ReadonlySet<string>;
  segments: ReadonlySet<Id<"segments">>;
  hasReplies: boolean;
  hasComplaints: boolean;
};

/** What `flow` asks for, wherever in it, and the rules of the whole journey. */
export function needsOf(flow: Flow, { goal, entry, exits }: Settings): FlowNeeds {
  const needs = {
    consents: new Set<`${Purpose}:${Channel}`>(),
    hasChannels: false,
    outcomesOf: new Set<string>(),
    segments: new Set<Id<"segments">>(),
    hasReplies: exits.onReply,
    hasComplaints: exits.onComplaint,
  };
  const add = (test: Test) => {
    if (test.kind === "consent") needs.consents.add(`${test.purpose}:${test.channel}`);
    if (test.kind === "channel") needs.hasChannels = true;
    if (test.kind === "outcome") needs.outcomesOf.add(test.stepId);
    if (test.kind === "segment" && test.segmentId !== NO_SEGMENT) needs.segments.add(test.segmentId);
    if (test.kind === "reply") needs.hasReplies = true;
  };
  const addAll = ({ groups }: Condition) => groups.forEach(({ tests }) => tests.forEach(add));
  if (goal !== null) addAll(goal);
  if (entry !== null) addAll(entry);
  for (const node of flow.nodes) {
    if (node.kind === "message" && node.onFailure === "leave") needs.outcomesOf.add(node.stepId);
    if (node.kind === "branch") node.arms.forEach(({ condition }) => addAll(condition));
    if (node.kind !== "wait_for") continue;
    const { awaited } = node;
    if (awaited.kind === "reply") needs.hasReplies = true;
    if (awaited.kind === "outcome") needs.outcomesOf.add(awaited.stepId);
    if (awaited.kind === "condition") {
      addAll(awaited.condition);
    }
  }
  return needs;
}
