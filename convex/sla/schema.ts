import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vThreadChannel, vPriority, vThreadStatus, vThreadType } from "../lib/closedSets";
import { vRole } from "../lib/permissions";
import { vClockKind, vSlaStage } from "./sets";

/** Which threads a policy is for; what is left out does not matter. */
export const vSlaConditions = v.object({
  channel: v.optional(vThreadChannel),
  priority: v.optional(vPriority),
  threadType: v.optional(vThreadType),
  /** The customer's organisation. */
  accountId: v.optional(v.id("accounts")),
  /** Only conversations that are tickets. */
  isTicket: v.optional(v.literal(true)),
});
export type SlaConditions = Infer<typeof vSlaConditions>;

/** Working minutes per clock; what is left out is measured without a deadline. */
export const vSlaTargets = v.object({
  first_response: v.optional(v.number()),
  next_response: v.optional(v.number()),
  resolution: v.optional(v.number()),
  escalation: v.optional(v.number()),
});
export type SlaTargets = Infer<typeof vSlaTargets>;

/** Who is told at a stage. */
export const vEscalationTarget = v.union(
  v.object({ kind: v.literal("nobody") }),
  v.object({ kind: v.literal("assignee") }),
  v.object({ kind: v.literal("role"), role: vRole }),
  v.object({ kind: v.literal("member"), memberId: v.id("members") }),
);
export type EscalationTarget = Infer<typeof vEscalationTarget>;

export const vEscalation = v.object({
  first_reminder: vEscalationTarget,
  team_leader_alert: vEscalationTarget,
  manager_escalation: vEscalationTarget,
  executive_alert: vEscalationTarget,
  /** Elapsed hours from the deadline to the executive's alert (product.md 0.9: 24). */
  executiveAfterHours: v.number(),
});
export type Escalation = Infer<typeof vEscalation>;

/** What the inbox says about a thread; the clock decides by nothing else. */
export const vThreadFacts = v.object({
  /** The number people know it by. */
  number: v.number(),
  channel: vThreadChannel,
  priority: vPriority,
  threadType: vThreadType,
  status: vThreadStatus,
  accountId: v.optional(v.id("accounts")),
  isTicket: v.optional(v.literal(true)),
  /** The mailbox or number of the newest message; its own hours count where no policy says more. */
  channelId: v.optional(v.id("channels")),
  /** The team that has it; its opening hours count where no policy names a calendar. */
  teamId: v.optional(v.id("teams")),
});
export type ThreadFacts = Infer<typeof vThreadFacts>;

export const vPause = v.object({
  from: v.number(),
  /** Absent while it lasts. */
  to: v.optional(v.number()),
  reason: literals("waiting_customer", "resolved", "closed"),
});

/** `missed`: ended after the deadline. `cancelled`: closed without an answer. */
export const vClockState = v.union(
  v.object({ kind: v.literal("running") }),
  v.object({ kind: v.literal("paused") }),
  v.object({ kind: v.literal("met"), at: v.number() }),
  v.object({ kind: v.literal("missed"), at: v.number() }),
  v.object({ kind: v.literal("cancelled"), at: v.number() }),
);

/** Who says which opening hours count, where it is not the organisation. */
export const vCalendarOf = literals("policy", "team");

export const slaTables = {
  // Service levels, by whom they are for. Written by sla; read whenever a thread changes; few.
  slaPolicies: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    isEnabled: v.boolean(),
    /** Between equally specific policies the smallest counts. */
    position: v.number(),
    conditions: vSlaConditions,
    targets: vSlaTargets,
    /** Absent: the organisation's default calendar. */
    calendarId: v.optional(v.id("calendars")),
    escalation: vEscalation,
  }).index("by_org", ["orgId", "position"]),
  // One clock of one thread; kept when it ends: the figures are made of them. Written by sla in the transaction of the
  // thread's change; read by explanations, the sweeper, figures.
  slaClocks: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    kind: vClockKind,
    facts: vThreadFacts,
    /** Absent: the channel's own hours, or no target at all. */
    policyId: v.optional(v.id("slaPolicies")),
    /** Absent: the organisation had none; then it is always open. */
    calendarId: v.optional(v.id("calendars")),
    /** Whose calendar it is; absent: the organisation's default one. */
    calendarOf: v.optional(vCalendarOf),
    /** Working time until the deadline; absent: measured without one. */
    targetMinutes: v.optional(v.number()),
    startedAt: v.number(),
    pauses: v.array(vPause),
    state: vClockState,
    /** An answer was pressed then and can still be taken back: no stage is told until it has left (rule 5). */
    heldAnswerAt: v.optional(v.number()),
    /** running or paused. */
    isActive: v.boolean(),
    /** Absent without target, and while paused before it. */
    dueAt: v.optional(v.number()),
    /** The first deadline that went by; stays whatever changes later (product.md 6.2 rule 7). */
    breachedAt: v.optional(v.number()),
    /** Stages that were told; each once per clock (rule 6). */
    told: v.array(vSlaStage),
    /** When the next stage is reached; absent: none will be. */
    wakeAt: v.optional(v.number()),
    wakeId: v.optional(v.id("_scheduled_functions")),
  })
    .index("by_thread", ["threadId", "isActive", "startedAt"])
    .index("by_org_active", ["orgId", "isActive", "dueAt"])
    .index("by_wake", ["wakeAt"]),
};
