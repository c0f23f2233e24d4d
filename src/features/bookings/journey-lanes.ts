import type { JourneyStep } from "../../lib/api-types";

/** S4: Vorher, Während, Nachher. */
export const PHASES = ["before", "during", "after"] as const satisfies readonly JourneyStep["phase"][];

/** The steps of each phase by planned time; those still waiting for their anchor come last. */
export function journeyLanes(steps: readonly JourneyStep[]): Record<JourneyStep["phase"], JourneyStep[]> {
  const lanes: Record<JourneyStep["phase"], JourneyStep[]> = { before: [], during: [], after: [] };
  for (const step of steps) lanes[step.phase].push(step);
  for (const phase of PHASES) {
    lanes[phase].sort((a, b) => (a.plannedAt ?? Number.POSITIVE_INFINITY) - (b.plannedAt ?? Number.POSITIVE_INFINITY));
  }
  return lanes;
}

/** Messages that a cancellation would stop. */
export function unsentCount(steps: readonly JourneyStep[]): number {
  return steps.filter(({ state }) => state.kind === "planned" || state.kind === "waiting").length;
}
