import type { Channel, Purpose } from "../../lib/closedSets";
import { compare, isIncomplete, judgeGroups, type FactValue } from "../../lib/conditions";
import { DAY_MS } from "../../lib/time";
import type { SegmentFinding, SegmentRule, SegmentTest } from "./schema";

// Who is in a segment and why, and which rules can stand. Pure: the screen and the server ask the same.

const GROUPS_LIMIT = 10;
/** In all groups together: what every contact of a scan is asked. */
const TESTS_LIMIT = 20;
const MAX_TEXT = 200;
/** Ten years. */
const MAX_DAYS = 3_650;

/** What is known of one contact, gathered by the caller as far as it is asked for. */
export type SegmentFacts = {
  /** UTC ms. */
  createdAt: number;
  /** Erased, or part of another contact: in no segment. */
  isGone: boolean;
  /** By key, such as "contact.tags" or "contact.attributes.level". */
  values: Readonly<Record<string, FactValue>>;
  /** Every consent in force among those asked for, by `keyOf`. */
  consents: ReadonlySet<string>;
  /** Channels on which the person can be reached. */
  channels: ReadonlySet<Channel>;
  /** What the person's addresses are blocked for among what is asked for, by `keyOf`. */
  suppressed: ReadonlySet<string>;
};

export type SegmentVerdict = { isIn: boolean; findings: SegmentFinding[] };

/** Whether somebody is in a segment at an instant (UTC ms), with the answer to every test in order. */
export function judgeSegment(rule: SegmentRule, facts: SegmentFacts, now: number): SegmentVerdict {
  const { holds, findings } = judgeGroups(rule, (test) => findingOf(test, facts, now));
  return { isIn: holds && !facts.isGone, findings };
}

function findingOf(test: SegmentTest, facts: SegmentFacts, now: number): SegmentFinding {
  switch (test.kind) {
    case "fact": {
      const found = facts.values[test.key] ?? null;
      const holds = compare(found, test.comparison, test.value);
      return { test, holds, found: typeof found === "object" && found !== null ? [...found] : found };
    }
    case "consent":
      return { test, holds: facts.consents.has(keyOf(test)) === test.isGiven };
    case "channel":
      return { test, holds: facts.channels.has(test.channel) === test.isAvailable };
    case "suppressed":
      return { test, holds: facts.suppressed.has(keyOf(test)) === test.isSuppressed };
    case "created":
      return { test, holds: facts.createdAt > now - test.days * DAY_MS === test.isWithin };
  }
}

/** What a consent or a block is about. */
function keyOf({ purpose, channel, topic = "" }: { purpose: Purpose; channel: Channel; topic?: string }): string {
  return `${purpose}:${channel}:${topic}`;
}

/** Why a rule cannot stand. */
export type RuleProblem = "empty" | "incomplete" | "too_many" | "bad_days";

/** The first thing that is wrong with a rule, or null. A rule that asks nothing would be everybody, by a slip. */
export function ruleProblem({ groups }: SegmentRule): RuleProblem | null {
  const tests = groups.flatMap((group) => group.tests);
  if (tests.length === 0) return "empty";
  if (groups.length > GROUPS_LIMIT || tests.length > TESTS_LIMIT) return "too_many";
  if (groups.some((group) => group.tests.length === 0) || tests.some(isUnfinished)) return "incomplete";
  return tests.some((test) => test.kind === "created" && !isDays(test.days)) ? "bad_days" : null;
}

function isUnfinished(test: SegmentTest): boolean {
  if (test.kind === "consent") return (test.topic ?? "").length > MAX_TEXT;
  if (test.kind !== "fact") return false;
  const isLong = test.key.length > MAX_TEXT || String(test.value ?? "").length > MAX_TEXT;
  return isLong || isIncomplete(test);
}

function isDays(days: number): boolean {
  return Number.isInteger(days) && days >= 1 && days <= MAX_DAYS;
}

/** What has to be read of a contact to judge it. */
export type SegmentNeeds = {
  hasAccount: boolean;
  hasAddresses: boolean;
  consents: ReadonlyMap<string, Extract<SegmentTest, { kind: "consent" }>>;
  suppressions: ReadonlyMap<string, Extract<SegmentTest, { kind: "suppressed" }>>;
};

/** What rules ask for, together. */
export function needsOfRules(rules: readonly SegmentRule[]): SegmentNeeds {
  const tests = rules.flatMap(({ groups }) => groups.flatMap((group) => group.tests));
  const consents = tests.flatMap((test) => (test.kind === "consent" ? [[keyOf(test), test] as const] : []));
  const suppressions = tests.flatMap((test) => (test.kind === "suppressed" ? [[keyOf(test), test] as const] : []));
  return {
    hasAccount: tests.some((test) => test.kind === "fact" && test.key.startsWith("contact.account")),
    hasAddresses: tests.some(({ kind }) => kind === "channel" || kind === "suppressed"),
    consents: new Map(consents),
    suppressions: new Map(suppressions),
  };
}

/** Half of the reads one query may make (Convex: 4,096). */
const READS = 2_000;

/** How many contacts one query may look at, at most `most`: the more each is asked, the fewer. */
export function scanSize({ hasAccount, hasAddresses, consents, suppressions }: SegmentNeeds, most: number): number {
  const topics = [...consents.values()].filter(({ topic }) => topic !== undefined).length;
  // A topic asks for anything said, for itself and its purpose; advertising for the address and for what is left of
  // erased people.
  const each = Number(hasAccount) + Number(hasAddresses) + consents.size + 2 * topics + 2 * suppressions.size;
  return each === 0 ? most : Math.max(1, Math.min(most, Math.floor(READS / each)));
}
