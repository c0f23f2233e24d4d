import type { Left } from "../planner";
import { RULE_ENDS } from "./rules";
import type { EndBy, Visit } from "./walk";

// How a path that does not run to its end leaves. Pure.

const WORDS: Partial<Record<EndBy, Left>> = {
  goal: { reason: "goal_reached", explanation: "The goal of the journey was reached" },
  exit: { reason: "left_journey", explanation: "The journey was left before" },
  last_step: { reason: "left_journey", explanation: "The journey was changed and ends here for this person" },
  rule_goal: { reason: "goal_reached", explanation: "The goal of the journey was reached" },
  rule_reply: { reason: "left_journey", explanation: "The person has written" },
  rule_complaint: { reason: "left_journey", explanation: "The person has complained" },
  rule_unmatched: { reason: "left_journey", explanation: "The journey is not meant for the person any more" },
  message_failed: { reason: "left_journey", explanation: "A message before it could not be sent" },
  taken_out: { reason: "left_journey", explanation: "Somebody took the person out of the journey" },
};

const OUT: ReadonlySet<EndBy> = new Set(["taken_out", "message_failed", ...RULE_ENDS]);

/** Why messages are not wanted that come after a sure end; undefined where the path does not end so. */
export function leftBy(visits: readonly Visit[]): Left | undefined {
  const end = visits.at(-1);
  return end?.kind === "ended" && end.isSure ? WORDS[end.by] : undefined;
}

/** What is kept as the reason of whoever is out before the journey's end; undefined for all others. */
export function leaves(visits: readonly Visit[]): string | undefined {
  const end = visits.at(-1);
  return end?.kind === "ended" && OUT.has(end.by) ? end.by : undefined;
}
