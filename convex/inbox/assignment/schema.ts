import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vThreadChannel, vPriority, vThreadType } from "../../lib/closedSets";
import { MISSES, PASSED_OVER, RULE_HOURS } from "./sets";

/** Which new conversations a rule is for; what is left out does not matter (product.md A-31). */
export const vRuleConditions = v.object({
  channel: v.optional(vThreadChannel),
  /** The mailbox or number it came in on. */
  channelId: v.optional(v.id("channels")),
  threadType: v.optional(vThreadType),
  priority: v.optional(vPriority),
  tag: v.optional(v.string()),
  /** The customer's organisation. */
  accountId: v.optional(v.id("accounts")),
  /** ISO 639 of the customer: "de". */
  language: v.optional(v.string()),
  /** By the organisation's default calendar. */
  hours: v.optional(literals(...RULE_HOURS)),
});
export type RuleConditions = Infer<typeof vRuleConditions>;

/** Who gets it. `skills`: what the person must know (S1 skill_matching); empty: nothing in particular. */
export const vRuleTarget = v.union(
  v.object({ kind: v.literal("member"), memberId: v.id("members") }),
  v.object({ kind: v.literal("team"), teamId: v.id("teams"), skills: v.array(v.string()) }),
);
export type RuleTarget = Infer<typeof vRuleTarget>;

/** What happens beside the rules. */
export const vAssignmentSettings = v.object({
  /** A customer writes in a conversation of somebody who is away. */
  whenAway: literals("keep", "reassign"),
  /** A customer writes in a closed conversation. */
  whenReopened: literals("keep", "reassign"),
  /** A member answers: does the conversation become theirs? */
  whenAnswered: literals("keep", "take_unassigned", "take"),
});
export type AssignmentSettings = Infer<typeof vAssignmentSettings>;

/** What led to a decision. */
export const vAssignmentTrigger = literals(
  "new",
  "away",
  "suspended",
  "reopened",
  "queue",
  "asked",
  "classified",
  "member",
  "team",
  "answer",
);
export type AssignmentTrigger = Infer<typeof vAssignmentTrigger>;

/** Why somebody has a conversation, or nobody (design rule 6). */
export const vAssignmentDecision = v.object({
  trigger: vAssignmentTrigger,
  /** Who did it, when a person did. */
  byId: v.optional(v.id("members")),
  /** The rule as it was called then. */
  rule: v.optional(v.object({ ruleId: v.id("assignmentRules"), name: v.string() })),
  teamId: v.optional(v.id("teams")),
  /** Absent: in the team's queue, or nobody's. */
  assigneeId: v.optional(v.id("members")),
  skills: v.array(v.string()),
  /** Nobody in the team has these skills, so that they did not count. */
  ignoredSkills: v.optional(v.literal(true)),
  /** Rules before it, in their order, and what did not fit. */
  passedRules: v.array(v.object({ name: v.string(), because: literals(...MISSES) })),
  /** People of the team who could not have it now. */
  passedOver: v.array(v.object({ memberId: v.id("members"), because: literals(...PASSED_OVER) })),
});
export type AssignmentDecision = Infer<typeof vAssignmentDecision>;

export const assignmentTables = {
  // Who gets new conversations: the first rule that fits. Written by leads; read when a conversation begins; few.
  assignmentRules: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    isEnabled: v.boolean(),
    position: v.number(),
    conditions: vRuleConditions,
    target: vRuleTarget,
  }).index("by_org", ["orgId", "position"]),
  // One row an organisation; absent: the defaults.
  assignmentSettings: defineTable({ orgId: v.id("organisations"), ...vAssignmentSettings.fields }).index("by_org", [
    "orgId",
  ]),
  // Why a conversation is whose. Written in the transaction of the assignment; the newest of a thread are kept.
  assignmentDecisions: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    at: v.number(),
    ...vAssignmentDecision.fields,
  }).index("by_thread", ["threadId", "at"]),
};
