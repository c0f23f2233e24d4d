import { CLOCK_KINDS, SLA_STAGES, type ClockKind, type SlaStage } from "../../../../convex/sla/sets";

// Between a policy and what its form holds. Pure.

/** "assignee", "role:manager", "member:<id>", "nobody": what a select can hold. */
export function targetKey(target: { kind: string; role?: string; memberId?: string }): string {
  return target.role === undefined && target.memberId === undefined
    ? target.kind
    : `${target.kind}:${target.role ?? target.memberId}`;
}

/** Minutes of each clock as typed; empty ones are left out. Null when something is no number. */
export function readTargets(texts: Record<ClockKind, string>): Partial<Record<ClockKind, number>> | null {
  const given = CLOCK_KINDS.filter((kind) => texts[kind].trim() !== "");
  const entries = given.map((kind) => [kind, Number(texts[kind].trim())] as const);
  return entries.some(([, minutes]) => Number.isNaN(minutes)) ? null : Object.fromEntries(entries);
}

/** The same text field for each clock, filled from a policy's targets. */
export function writeTargets(targets: Partial<Record<ClockKind, number | undefined>>): Record<ClockKind, string> {
  const textOf = (kind: ClockKind) => String(targets[kind] ?? "");
  return {
    first_response: textOf("first_response"),
    next_response: textOf("next_response"),
    resolution: textOf("resolution"),
    escalation: textOf("escalation"),
  };
}

/** One value for each stage. */
export function eachStage<T>(valueOf: (stage: SlaStage) => T): Record<SlaStage, T> {
  return Object.fromEntries(SLA_STAGES.map((stage) => [stage, valueOf(stage)])) as Record<SlaStage, T>;
}
