import type { RuleConditions, RuleTarget } from "./schema";
import type { Miss, RuleHours } from "./sets";

// Which rule is for a new conversation. Pure.

/** What rules look at. */
export type RuleFacts = {
  channel: string;
  channelId: string | undefined;
  threadType: string;
  priority: string;
  tags: readonly string[];
  accountId: string | undefined;
  /** ISO 639; undefined: not known. */
  language: string | undefined;
  hours: RuleHours;
};

export type Rule = { name: string; isEnabled: boolean; conditions: RuleConditions; target: RuleTarget };

/** The first condition that does not hold, or null. A tag is one of several and compared without regard to case. */
export function missOf(conditions: RuleConditions, facts: RuleFacts): Miss | null {
  const { tag, ...plain } = conditions;
  const known: Record<keyof typeof plain, string | undefined> = facts;
  for (const key of Object.keys(plain) as (keyof typeof plain)[]) {
    if (plain[key] !== undefined && plain[key] !== known[key]) return key;
  }
  if (tag === undefined) return null;
  return facts.tags.some((one) => one.toLowerCase() === tag.toLowerCase()) ? null : "tag";
}

/**
 * The first enabled rule whose conditions hold and whose target can be given something, with the rules before it and
 * why each was passed. `closedTo` says why a target cannot be given anything, or null.
 */
export function firstMatch<R extends Rule>(
  rules: readonly R[],
  facts: RuleFacts,
  closedTo: (rule: R) => Miss | null,
): { rule: R | null; passed: { name: string; because: Miss }[] } {
  const passed: { name: string; because: Miss }[] = [];
  for (const rule of rules) {
    if (!rule.isEnabled) continue;
    const because = missOf(rule.conditions, facts) ?? closedTo(rule);
    if (because === null) return { rule, passed };
    passed.push({ name: rule.name, because });
  }
  return { rule: null, passed };
}

/** "de" of "de-DE" or "DE"; undefined for nothing. */
export function languageOf(locale: string | undefined): string | undefined {
  return locale?.split("-")[0]?.toLowerCase() || undefined;
}
