import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";

// Closed sets of the service levels.

/** What is measured (product.md 6.2 rule 4); `escalation`: an escalated thread wants an answer (requirement S1). */
export const CLOCK_KINDS = ["first_response", "next_response", "resolution", "escalation"] as const;
export const vClockKind = literals(...CLOCK_KINDS);
export type ClockKind = Infer<typeof vClockKind>;

/** Requirement S1, "Escalation Workflow": 75 %, 90 %, the deadline, 24 h later. */
export const SLA_STAGES = ["first_reminder", "team_leader_alert", "manager_escalation", "executive_alert"] as const;
export const vSlaStage = literals(...SLA_STAGES);
export type SlaStage = Infer<typeof vSlaStage>;
