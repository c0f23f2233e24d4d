import type { Gap } from "./gaps";
import type { Visit } from "./walk";

/** What was arranged for one person when the journey changed under them (product.md O-6, 4.3). */
export type Detour = {
  /** They go on here instead of at the beginning, and since when. */
  entry?: { stepId: string; at: number };
  /** They finish this step, and nothing else. */
  lastStepId?: string;
  /** UTC ms: since when nothing is wanted for them. */
  takenOutAt?: number;
  /** Pauses that put everything off. */
  gaps?: readonly Gap[];
};

/** The way up to a step, with no other message than its own. */
export function upTo(stepId: string, visits: readonly Visit[], now: number): Visit[] {
  const found = visits.findIndex((visit) => "node" in visit && visit.node.stepId === stepId);
  const way = visits.slice(0, found + 1).filter((visit) => visit.kind !== "message" || visit.node.stepId === stepId);
  const last = way.at(-1);
  if (last?.kind === "waiting" || last?.kind === "ended") return way;
  const at = last === undefined || last.kind === "message" ? now : last.at;
  return [...way, { kind: "ended", at, by: "last_step", stepId, isSure: true }];
}
