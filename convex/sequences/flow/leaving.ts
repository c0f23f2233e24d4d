import type { Left } from "../planner";
import type { EndBy, Visit } from "./walk";

// How a path that does not run to its end leaves. Pure.

const WORDS: Partial<Record<EndBy, Left>> = {
  goal: { reason: "goal_reached", explanation: "The goal of the journey was reached" },
  exit: { reason: "left_journey", explanation: "The journey was left before" },
  last_step: { reason: "left_journey", explanation: "The journey was changed and ends here for this person" },
  taken_out: { reason: "left_journey", explanation: "Somebody took the person out of the journey" },
};

/** Why messages are not wanted that come after a sure end; undefined where the path does not end so. */
export function leftBy(visits: readonly Visit[]): Left | undefined {
  const end = visits.at(-1);
  return end?.kind === "ended" && end.isSure ? WORDS[end.by] : undefined;
}

/** What is kept as the reason of whoever is out before the journey's end; undefined for all others. */
export function leaves(visits: readonly Visit[]): string | undefined {
  const end = visits.at(-1);
  return end?.kind === "ended" && end.by === "taken_out" ? end.by : undefined;
}
