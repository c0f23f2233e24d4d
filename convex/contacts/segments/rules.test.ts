import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../lib/time";
import { judgeSegment, needsOfRules, ruleProblem, scanSize, type SegmentFacts } from "./rules";
import type { SegmentRule, SegmentTest } from "./schema";

const NOW = Date.UTC(2026, 4, 12, 10);

const FACTS: SegmentFacts = {
  createdAt: NOW - 10 * DAY_MS,
  isGone: false,
  values: {
    "contact.language": "de-AT",
    "contact.tags": ["VIP"],
    "contact.account": "Yachtclub Kiel",
    "contact.accountKind": "partner",
    "contact.attributes.level": 3,
    "contact.attributes.joined": "2026-03-01",
    "contact.attributes.newsletter": true,
    "contact.attributes.size": "M",
  },
  consents: new Set(["marketing:email:", "marketing:sms:news"]),
  channels: new Set(["email"]),
  suppressed: new Set(["marketing:sms:"]),
};

const rule = (...tests: SegmentTest[]): SegmentRule => ({ match: "all", groups: [{ match: "all", tests }] });
const fact = (
  key: string,
  comparison: "is" | "is_not" | "contains" | "at_least" | "is_set",
  value?: string | number,
) => ({
  kind: "fact" as const,
  key,
  comparison,
  value,
});

describe("one test", () => {
  it.each<[SegmentTest, boolean]>([
    [fact("contact.tags", "is", "vip"), true],
    [fact("contact.tags", "is", "new"), false],
    [fact("contact.account", "contains", "yacht"), true],
    [fact("contact.accountKind", "is", "customer"), false],
    [fact("contact.attributes.level", "at_least", "3"), true],
    [fact("contact.attributes.joined", "at_least", "2026-04-01"), false],
    [fact("contact.attributes.newsletter", "is", "true"), true],
    [fact("contact.attributes.size", "is_not", "M"), false],
    [fact("contact.attributes.nothing", "is_set"), false],
    [{ kind: "consent", purpose: "marketing", channel: "email", isGiven: true }, true],
    [{ kind: "consent", purpose: "review", channel: "email", isGiven: true }, false],
    [{ kind: "consent", purpose: "marketing", channel: "sms", topic: "news", isGiven: true }, true],
    [{ kind: "consent", purpose: "marketing", channel: "sms", isGiven: true }, false],
    [{ kind: "channel", channel: "email", isAvailable: true }, true],
    [{ kind: "channel", channel: "whatsapp", isAvailable: false }, true],
    [{ kind: "suppressed", purpose: "marketing", channel: "sms", isSuppressed: true }, true],
    [{ kind: "suppressed", purpose: "marketing", channel: "email", isSuppressed: false }, true],
    [{ kind: "created", days: 11, isWithin: true }, true],
    // Made exactly so long ago: the days are over.
    [{ kind: "created", days: 10, isWithin: true }, false],
    [{ kind: "created", days: 10, isWithin: false }, true],
  ])("%j is %s", (test, holds) => {
    const { isIn, findings } = judgeSegment(rule(test), FACTS, NOW);
    expect([isIn, findings.map((finding) => finding.holds)]).toEqual([holds, [holds]]);
  });

  it("says what was found of a fact, also that nothing was", () => {
    const tests = [fact("contact.tags", "is", "vip"), fact("contact.attributes.nothing", "is_set")];
    const { findings } = judgeSegment(rule(...tests), FACTS, NOW);
    expect(findings.map(({ found }) => found)).toEqual([["VIP"], null]);
  });

  it("lets nobody in who is gone, whatever holds", () => {
    const { isIn, findings } = judgeSegment(rule(fact("contact.tags", "is", "vip")), { ...FACTS, isGone: true }, NOW);
    expect([isIn, findings[0]?.holds]).toEqual([false, true]);
  });
});

describe("groups", () => {
  const match = fc.constantFrom("all" as const, "any" as const);
  // A test whose answer is chosen: the person has e-mail.
  const test = fc.boolean().map((isAvailable): SegmentTest => ({ kind: "channel", channel: "email", isAvailable }));
  const groups = fc.array(fc.record({ match, tests: fc.array(test, { minLength: 1, maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 4,
  });

  it("are in as all or any of them say, with a finding for every test in order", () => {
    fc.assert(
      fc.property(fc.record({ match, groups }), (condition) => {
        const answers = condition.groups.map((group) =>
          group.tests.map((each) => each.kind === "channel" && each.isAvailable),
        );
        const held = condition.groups.map((group, i) => {
          const yes = (answers[i] ?? []).filter(Boolean).length;
          return group.match === "all" ? yes === group.tests.length : yes > 0;
        });
        const yes = held.filter(Boolean).length;
        const { isIn, findings } = judgeSegment(condition, FACTS, NOW);
        expect(isIn).toBe(condition.match === "all" ? yes === held.length : yes > 0);
        expect(findings.map(({ holds }) => holds)).toEqual(answers.flat());
      }),
    );
  });
});

describe("a rule", () => {
  it("needs complete tests, not too many", () => {
    const complete = fact("contact.tags", "is", "vip");
    expect(ruleProblem({ match: "all", groups: [] })).toBe("empty");
    expect(ruleProblem(rule())).toBe("empty");
    expect(ruleProblem(rule(complete))).toBeNull();
    expect(ruleProblem(rule(fact("contact.tags", "is", "")))).toBe("incomplete");
    expect(ruleProblem(rule(fact("", "is_set")))).toBe("incomplete");
    expect(ruleProblem(rule(fact("contact.tags", "is", "x".repeat(201))))).toBe("incomplete");
    const withEmpty: SegmentRule = { match: "any", groups: [...rule(complete).groups, { match: "all", tests: [] }] };
    expect(ruleProblem(withEmpty)).toBe("incomplete");
    expect(ruleProblem(rule(...Array.from({ length: 21 }, () => complete)))).toBe("too_many");
    for (const days of [0, -1, 1.5, NaN, 4_000]) {
      expect(ruleProblem(rule({ kind: "created", days, isWithin: true }))).toBe("bad_days");
    }
  });

  it("has read only what it asks for, and the more that is the fewer contacts a query looks at", () => {
    const cheap = needsOfRules([rule(fact("contact.tags", "is", "vip"))]);
    expect(cheap).toMatchObject({ hasAccount: false, hasAddresses: false });
    expect(scanSize(cheap, 500)).toBe(500);
    const dear = needsOfRules([
      rule(
        fact("contact.account", "is_set"),
        { kind: "consent", purpose: "marketing", channel: "email", isGiven: true },
        { kind: "consent", purpose: "marketing", channel: "email", isGiven: false },
        { kind: "consent", purpose: "marketing", channel: "email", topic: "news", isGiven: true },
        { kind: "suppressed", purpose: "marketing", channel: "sms", isSuppressed: false },
        { kind: "suppressed", purpose: "marketing", channel: "email", isSuppressed: false },
      ),
    ]);
    // 1 account, 1 list of addresses, 1 consent asked once, 1 to a topic (3 looks), 2 suppressions of 2 looks each.
    expect(scanSize(dear, 500)).toBe(Math.floor(2_000 / 10));
  });
});
