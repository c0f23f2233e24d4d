import type { FlowFacts } from "./facts";
import type { Comparison, Condition, Scalar, Test } from "./schema";

// Whether a condition holds for one person and booking, and what said so. Pure.

/** One test with its answer, for `Why?`. */
export type Finding = { test: Test; holds: boolean };

/** `findings` has every test in order: a reader sees also what did not count. */
export type Verdict = { holds: boolean; findings: Finding[] };

/** A condition without groups holds always; a group without tests too. */
export function judgeCondition({ match, groups }: Condition, facts: FlowFacts): Verdict {
  const judged = groups.map((group) => {
    const findings = group.tests.map((test) => ({ test, holds: holdsFor(test, facts) }));
    return { holds: combine(group.match, findings), findings };
  });
  return { holds: combine(match, judged), findings: judged.flatMap(({ findings }) => findings) };
}

function combine(match: "all" | "any", parts: readonly { holds: boolean }[]): boolean {
  if (parts.length === 0) return true;
  return match === "all" ? parts.every(({ holds }) => holds) : parts.some(({ holds }) => holds);
}

/** Whether one test holds. */
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

function compare(fact: FlowFacts["values"][string] | null, comparison: Comparison, value: Scalar | undefined): boolean {
  switch (comparison) {
    case "is_set":
      return !isEmpty(fact);
    case "is_not_set":
      return isEmpty(fact);
    case "is":
      return isSame(fact, value);
    case "is_not":
      return !isSame(fact, value);
    case "contains":
      return contains(fact, value);
    case "contains_not":
      return !contains(fact, value);
    case "at_least":
      return order(fact, value) >= 0;
    case "at_most":
      return order(fact, value) <= 0;
  }
}

function isEmpty(fact: FlowFacts["values"][string] | null): boolean {
  return fact === null || fact === "" || (Array.isArray(fact) && fact.length === 0);
}

function isSame(fact: FlowFacts["values"][string] | null, value: Scalar | undefined): boolean {
  if (fact === null || value === undefined) return false;
  if (isList(fact)) return fact.some((item) => isSame(item, value));
  const [a, b] = [numberOf(fact), numberOf(value)];
  if (a !== null && b !== null) return a === b;
  return String(fact).toLowerCase() === String(value).toLowerCase();
}

function contains(fact: FlowFacts["values"][string] | null, value: Scalar | undefined): boolean {
  if (fact === null || value === undefined) return false;
  const part = String(value).toLowerCase();
  return (isList(fact) ? fact : [String(fact)]).some((item) => item.toLowerCase().includes(part));
}

/** Numbers by value, other texts (ISO dates among them) by their characters; NaN when there is nothing to compare. */
function order(fact: FlowFacts["values"][string] | null, value: Scalar | undefined): number {
  if (fact === null || value === undefined || isList(fact)) return NaN;
  const [a, b] = [numberOf(fact), numberOf(value)];
  if (a !== null && b !== null) return a - b;
  if (a !== null || b !== null) return NaN;
  const [left, right] = [String(fact), String(value)];
  return left < right ? -1 : Number(left > right);
}

function isList(fact: FlowFacts["values"][string]): fact is readonly string[] {
  return Array.isArray(fact);
}

/** A number, also when a form or a CSV file gave it as text. */
function numberOf(value: Scalar): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
