import { compare, judgeGroups, type GroupedVerdict } from "../../lib/conditions";
import type { FlowFacts, SegmentStanding } from "./facts";
import type { Condition, Test } from "./schema";

// Whether a condition holds for one person and booking, and what said so. Pure.

/** One test with its answer, for `Why?`; of a segment also its name then and why the person was in it or not. */
export type Finding = { test: Test; holds: boolean; segment?: SegmentStanding };

type Verdict = GroupedVerdict<Finding>;

/** A condition without groups holds always; a group without tests too. */
export function judgeCondition(condition: Condition, facts: FlowFacts): Verdict {
  return judgeGroups(condition, (test) => findingOf(test, facts));
}

function findingOf(test: Test, facts: FlowFacts): Finding {
  const segment = test.kind === "segment" ? facts.segments?.get(test.segmentId) : undefined;
  return { test, holds: holdsFor(test, facts), ...(segment === undefined ? {} : { segment }) };
}

/** Whether one test holds. Nobody is in a segment that is gone. */
export function holdsFor(test: Test, facts: FlowFacts): boolean {
  switch (test.kind) {
    case "fact":
      return compare(facts.values[test.key] ?? null, test.comparison, test.value);
    case "consent":
      return facts.consents.has(`${test.purpose}:${test.channel}`) === test.isGiven;
    case "channel":
      return facts.channels.has(test.channel) === test.isAvailable;
    case "outcome":
      return (facts.outcomes[test.stepId]?.[test.outcome] !== undefined) === test.hasHappened;
    case "segment":
      return (facts.segments?.get(test.segmentId)?.isIn ?? false) === test.isIn;
    case "reply":
      return (firstReply(facts, test.words, -Infinity) !== null) === test.hasHappened;
  }
}

/** When the person first wrote, at `since` or later, something with any of the words; null when not yet. */
export function firstReply({ replies }: FlowFacts, words: readonly string[], since: number): number | null {
  const wanted = words.map(folded).filter((word) => word !== "");
  const found = replies.find(({ at, text }) => at >= since && (wanted.length === 0 || hasAnyWord(text, wanted)));
  return found?.at ?? null;
}

function hasAnyWord(text: string, wanted: readonly string[]): boolean {
  // Whole words or phrases: "no" is not in "tomorrow now".
  const words = ` ${folded(text)} `;
  return wanted.some((word) => words.includes(` ${word} `));
}

/** Lower case, one blank between words, without punctuation. */
function folded(text: string): string {
  return (
    text
      .toLowerCase()
      .normalize("NFC")
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).join(" ");
}
