import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";

// Conditions in groups of tests, as journeys and segments have them: how they are combined, and how a fact compares. Pure.

export const COMPARISONS = [
  "is",
  "is_not",
  "contains",
  "contains_not",
  "at_least",
  "at_most",
  "is_set",
  "is_not_set",
] as const;
export const vComparison = literals(...COMPARISONS);
export type Comparison = Infer<typeof vComparison>;

/** A value a test compares with. */
export const vScalar = v.union(v.string(), v.number(), v.boolean());
type Scalar = Infer<typeof vScalar>;

export const vMatch = literals("all", "any");
type Match = Infer<typeof vMatch>;

/** What is known under a key; null: nothing. */
export type FactValue = Scalar | readonly string[] | null;

/** A fact by its key and what it is compared with; `is_set` and `is_not_set` need nothing to compare with. */
export type FactTest = { key: string; comparison: Comparison; value?: Scalar };

/** Groups of tests: two levels are what people read without help. */
type Grouped<Test> = { match: Match; groups: readonly { match: Match; tests: readonly Test[] }[] };

/** Whether a condition holds, with what was found of each test in order: a reader sees also what did not count. */
export type GroupedVerdict<Finding> = { holds: boolean; findings: Finding[] };

/** A condition without groups holds always; a group without tests too. */
export function judgeGroups<Test, Finding extends { holds: boolean }>(
  { match, groups }: Grouped<Test>,
  find: (test: Test) => Finding,
): GroupedVerdict<Finding> {
  const judged = groups.map((group) => {
    const findings = group.tests.map(find);
    return { holds: combine(group.match, findings), findings };
  });
  return { holds: combine(match, judged), findings: judged.flatMap(({ findings }) => findings) };
}

function combine(match: Match, parts: readonly { holds: boolean }[]): boolean {
  if (parts.length === 0) return true;
  return match === "all" ? parts.every(({ holds }) => holds) : parts.some(({ holds }) => holds);
}

/** Whether a test of a fact names none, or nothing to compare it with: it would hold for everybody or for nobody. */
export function isIncomplete({ key, comparison, value }: FactTest): boolean {
  if (key.trim() === "") return true;
  return comparison !== "is_set" && comparison !== "is_not_set" && (value === undefined || value === "");
}

/** Whether a fact stands to a value as the comparison says. */
export function compare(fact: FactValue, comparison: Comparison, value: Scalar | undefined): boolean {
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

function isEmpty(fact: FactValue): boolean {
  return fact === null || fact === "" || (Array.isArray(fact) && fact.length === 0);
}

function isSame(fact: FactValue, value: Scalar | undefined): boolean {
  if (fact === null || value === undefined) return false;
  if (isList(fact)) return fact.some((item) => isSame(item, value));
  const [a, b] = [numberOf(fact), numberOf(value)];
  if (a !== null && b !== null) return a === b;
  return String(fact).toLowerCase() === String(value).toLowerCase();
}

function contains(fact: FactValue, value: Scalar | undefined): boolean {
  if (fact === null || value === undefined) return false;
  const part = String(value).toLowerCase();
  return (isList(fact) ? fact : [String(fact)]).some((item) => item.toLowerCase().includes(part));
}

/** Numbers by value, other texts (ISO dates among them) by their characters; NaN when there is nothing to compare. */
function order(fact: FactValue, value: Scalar | undefined): number {
  if (fact === null || value === undefined || isList(fact)) return NaN;
  const [a, b] = [numberOf(fact), numberOf(value)];
  if (a !== null && b !== null) return a - b;
  if (a !== null || b !== null) return NaN;
  const [left, right] = [String(fact), String(value)];
  return left < right ? -1 : Number(left > right);
}

function isList(fact: FactValue): fact is readonly string[] {
  return Array.isArray(fact);
}

/** A number, also when a form or a CSV file gave it as text. */
function numberOf(value: Scalar): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
