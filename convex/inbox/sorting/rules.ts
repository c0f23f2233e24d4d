import type { SortingConditions, SortingEffect } from "./schema";
import type { SortingMiss } from "./sets";

// What a new conversation is by what it says and who began it. Pure; no patterns of users are ever run.

/** Letters of a text that are looked at: more is a document, not a question. */
const MAX_LOOKED_AT = 50_000;

/** What arrived, as rules look at it. */
export type SortingFacts = {
  channel: string;
  channelId?: string | undefined;
  subject: string;
  text: string;
  /** Normalised. */
  sender: string;
  accountId: string | undefined;
  /** ISO 639; undefined: not known. */
  language: string | undefined;
  hasFiles: boolean;
};

export type SortingRule = {
  name: string;
  isEnabled: boolean;
  conditions: SortingConditions;
  effect: SortingEffect;
  goesOn: boolean;
};

/** Words with one blank between and around them, without case, accents and punctuation; "" where there are none. */
export function wordsOf(text: string): string {
  const bare = text
    .slice(0, MAX_LOOKED_AT)
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ß", "ss");
  const words = bare.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? "" : ` ${words.join(" ")} `;
}

/** True when a text has one of the phrases as whole words. */
export function hasOneOf(phrases: readonly string[], text: string): boolean {
  const said = wordsOf(text);
  return phrases.map(wordsOf).some((phrase) => phrase !== "" && said.includes(phrase));
}

/** True when a sender is one of those named: an address, a number, or a domain with everything below it. */
export function isFromOneOf(named: readonly string[], sender: string): boolean {
  const domain = sender.split("@")[1];
  return named.some(
    (one) => sender === one || (domain !== undefined && (domain === one || domain.endsWith(`.${one}`))),
  );
}

/** The first condition that does not hold, or null. */
export function missOf(conditions: SortingConditions, facts: SortingFacts): SortingMiss | null {
  const { words, wordsIn, senders, ...plain } = conditions;
  for (const key of ["channel", "channelId", "accountId", "language", "hasFiles"] as const) {
    if (plain[key] !== undefined && plain[key] !== facts[key]) return key;
  }
  if (senders !== undefined && !isFromOneOf(senders, facts.sender)) return "senders";
  if (words === undefined) return null;
  const places = wordsIn === undefined ? [facts.subject, facts.text] : [facts[wordsIn]];
  return places.some((place) => hasOneOf(words, place)) ? null : "words";
}

/** What the rules make of a conversation: which ones took it, and why each one before the last did not. */
export type Sorted<R extends SortingRule> = {
  taken: R[];
  passed: { rule: R; because: SortingMiss }[];
  effect: SortingEffect;
};

/**
 * Asks the enabled rules in their order up to the first that fits and does not go on. What an earlier one says of type and
 * priority holds; tags add up.
 */
export function sortBy<R extends SortingRule>(rules: readonly R[], facts: SortingFacts): Sorted<R> {
  const taken: R[] = [];
  const passed: Sorted<R>["passed"] = [];
  for (const rule of rules) {
    if (!rule.isEnabled) continue;
    const because = missOf(rule.conditions, facts);
    if (because !== null) passed.push({ rule, because });
    else taken.push(rule);
    if (because === null && !rule.goesOn) break;
  }
  return { taken, passed, effect: effectOf(taken.map(({ effect }) => effect)) };
}

function effectOf(effects: readonly SortingEffect[]): SortingEffect {
  return {
    threadType: effects.find(({ threadType }) => threadType !== undefined)?.threadType,
    priority: effects.find(({ priority }) => priority !== undefined)?.priority,
    tags: [...new Set(effects.flatMap(({ tags }) => tags))],
  };
}
