import type { Left } from "../planner";
import type { Visit } from "./walk";

// How a path that does not run to its end leaves. Pure.

const WORDS = {
  goal: { reason: "goal_reached", explanation: "The goal of the journey was reached" },
  exit: { reason: "left_journey", explanation: "The journey was left before" },
} as const satisfies Partial<Record<Extract<Visit, { kind: "ended" }>["by"], Left>>;

/** Why messages after a sure exit or goal are not wanted; undefined where the path does not end so. */
export function leftBy(visits: readonly Visit[]): Left | undefined {
  const end = visits.at(-1);
  if (end?.kind !== "ended" || !end.isSure) return undefined;
  return end.by === "goal" || end.by === "exit" ? WORDS[end.by] : undefined;
}
