import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Id } from "../../_generated/dataModel";
import { CHANNELS, PRIORITIES, THREAD_TYPES } from "../../lib/closedSets";
import { firstMatch, languageOf, missOf, type Rule, type RuleFacts } from "./rules";
import { RULE_HOURS, type Miss } from "./sets";

const target = { kind: "member" as const, memberId: "m1" as Id<"members"> };
const TAGS = ["vip", "Sale"];
const LANGUAGES = ["de", "nl"];
const accounts = fc.constantFrom("a1" as Id<"accounts">, "a2" as Id<"accounts">);
const channelIds = fc.constantFrom("c1" as Id<"channels">, "c2" as Id<"channels">);
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const facts: fc.Arbitrary<RuleFacts> = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  channelId: fc.option(channelIds, { nil: undefined }),
  threadType: fc.constantFrom(...THREAD_TYPES),
  priority: fc.constantFrom(...PRIORITIES),
  tags: fc.uniqueArray(fc.constantFrom("VIP", "sale")),
  accountId: fc.option(accounts, { nil: undefined }),
  language: fc.option(fc.constantFrom(...LANGUAGES), { nil: undefined }),
  hours: fc.constantFrom(...RULE_HOURS),
});

const rule: fc.Arbitrary<Rule> = fc.record({
  name: fc.string(),
  isEnabled: fc.boolean(),
  target: fc.constant(target),
  conditions: fc.record({
    channel: few(fc.constantFrom(...CHANNELS)),
    channelId: few(channelIds),
    threadType: few(fc.constantFrom(...THREAD_TYPES)),
    priority: few(fc.constantFrom(...PRIORITIES)),
    tag: few(fc.constantFrom(...TAGS)),
    accountId: few(accounts),
    language: few(fc.constantFrom(...LANGUAGES)),
    hours: few(fc.constantFrom(...RULE_HOURS)),
  }),
});

/** The same said the long way round. */
function holds({ conditions: c }: Rule, f: RuleFacts): boolean {
  return (
    (c.channel ?? f.channel) === f.channel &&
    (c.channelId ?? f.channelId) === f.channelId &&
    (c.threadType ?? f.threadType) === f.threadType &&
    (c.priority ?? f.priority) === f.priority &&
    (c.tag === undefined || f.tags.map((tag) => tag.toLowerCase()).includes(c.tag.toLowerCase())) &&
    (c.accountId ?? f.accountId) === f.accountId &&
    (c.language ?? f.language) === f.language &&
    (c.hours ?? f.hours) === f.hours
  );
}

describe("assignment rules", () => {
  it("give by the first enabled one that fits and can be followed", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), facts, fc.nat(3), (rules, given, closedEvery) => {
        const closedTo = (one: Rule): Miss | null =>
          closedEvery > 0 && rules.indexOf(one) % closedEvery === 1 ? "target_away" : null;
        const found = firstMatch(rules, given, closedTo);
        const expected = rules.find((one) => one.isEnabled && holds(one, given) && closedTo(one) === null) ?? null;
        expect(found.rule).toBe(expected);
        const before = expected === null ? rules : rules.slice(0, rules.indexOf(expected));
        const passed = before.filter((one) => one.isEnabled);
        expect(found.passed.map(({ name }) => name)).toEqual(passed.map(({ name }) => name));
        expect(found.passed.map(({ because }) => because)).toEqual(
          passed.map((one) => (holds(one, given) ? "target_away" : missOf(one.conditions, given))),
        );
      }),
    );
  });

  it("without conditions are for everything", () => {
    fc.assert(fc.property(facts, (given) => missOf({}, given) === null));
  });

  it("know a language by any locale of it", () => {
    expect(["de-DE", "DE", "de", "", undefined].map(languageOf)).toEqual(["de", "de", "de", undefined, undefined]);
  });
});
