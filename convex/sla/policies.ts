import type { Channel } from "../lib/closedSets";
import type { ClockKind } from "./sets";
import type { Escalation, SlaConditions, SlaTargets, ThreadFacts } from "./schema";

// Which policy is for a thread. Pure.

export type PolicyRule = {
  isEnabled: boolean;
  position: number;
  conditions: SlaConditions;
  targets: SlaTargets;
};

/** The more particular a condition, the more it weighs; each outweighs all those after it. */
const WEIGHTS: Record<keyof SlaConditions, number> = {
  accountId: 16,
  threadType: 8,
  priority: 4,
  isTicket: 2,
  channel: 1,
};

/** Who is told when nobody decided otherwise (requirement S1, "Escalation Workflow"). */
export const DEFAULT_ESCALATION: Escalation = {
  first_reminder: { kind: "assignee" },
  team_leader_alert: { kind: "role", role: "team_lead" },
  manager_escalation: { kind: "role", role: "manager" },
  executive_alert: { kind: "role", role: "admin" },
  executiveAfterHours: 24,
};

const HOUR_MINUTES = 60;

/** Requirement S1: escalated issues want an answer within 30 minutes. */
export const ESCALATED_MINUTES = 30;

/** Targets of a new workspace: S1's for e-mail and WhatsApp, S3's `sla_response_minutes` for text messages. */
export const USUAL_TARGETS: readonly { channel: Channel; minutes: number }[] = [
  { channel: "email", minutes: 4 * HOUR_MINUTES },
  { channel: "whatsapp", minutes: HOUR_MINUTES },
  { channel: "sms", minutes: 2 * HOUR_MINUTES },
];

/** Response targets of `minutes`, with S1's for escalated threads. */
export function responseTargets(minutes: number): SlaTargets {
  return { first_response: minutes, next_response: minutes, escalation: Math.min(minutes, ESCALATED_MINUTES) };
}

const conditionsOf = (conditions: SlaConditions) =>
  (Object.keys(WEIGHTS) as (keyof SlaConditions)[]).filter((key) => conditions[key] !== undefined);

/** How particular a policy is: customer organisation before type before priority before ticket before channel. */
export function specificity(conditions: SlaConditions): number {
  return conditionsOf(conditions).reduce((sum, key) => sum + WEIGHTS[key], 0);
}

/** True when every condition holds for the thread. */
export function isFor(conditions: SlaConditions, facts: ThreadFacts): boolean {
  return conditionsOf(conditions).every((key) => conditions[key] === facts[key]);
}

/**
 * The policy that counts for one clock of a thread: of the enabled ones that are for it and name a target for this
 * clock, the most particular; among equals the one placed first. Null when there is none.
 */
export function policyFor<P extends PolicyRule>(policies: readonly P[], facts: ThreadFacts, kind: ClockKind): P | null {
  return policies
    .filter(
      ({ isEnabled, conditions, targets }) => isEnabled && targets[kind] !== undefined && isFor(conditions, facts),
    )
    .reduce<P | null>((best, policy) => (best === null || comesBefore(policy, best) ? policy : best), null);
}

function comesBefore(a: PolicyRule, b: PolicyRule): boolean {
  const difference = specificity(a.conditions) - specificity(b.conditions);
  return difference === 0 ? a.position < b.position : difference > 0;
}

/**
 * Whose opening hours a clock goes by: those a policy names are promised to the customer, whoever answers; else those of
 * the team that has the thread; else (undefined) the organisation's.
 */
export function calendarFor<Id>(
  ofPolicy: Id | undefined,
  ofTeam: Id | undefined,
): { calendarId: Id | undefined; calendarOf: "policy" | "team" | undefined } {
  if (ofPolicy !== undefined) return { calendarId: ofPolicy, calendarOf: "policy" };
  if (ofTeam !== undefined) return { calendarId: ofTeam, calendarOf: "team" };
  return { calendarId: undefined, calendarOf: undefined };
}

/** True when a channel's own hours (S1 response_sla_hours) count: they yield to policies that name a condition. */
export function channelHoursCount(policy: PolicyRule | null): boolean {
  return policy === null || specificity(policy.conditions) === 0;
}
