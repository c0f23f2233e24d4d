import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNELS, PRIORITIES, THREAD_TYPES } from "../lib/closedSets";
import type { Id } from "../_generated/dataModel";
import { calendarFor, channelHoursCount, policyFor, specificity, type PolicyRule } from "./policies";
import type { SlaConditions, ThreadFacts } from "./schema";

const ACCOUNT = "acme" as Id<"accounts">;
const FACTS: ThreadFacts = {
  number: 1,
  channel: "email",
  priority: "high",
  threadType: "complaint",
  status: "open",
  accountId: ACCOUNT,
};
const policy = (conditions: SlaConditions, more: Partial<PolicyRule> = {}): PolicyRule => ({
  isEnabled: true,
  position: 0,
  conditions,
  targets: { first_response: 60 },
  ...more,
});

describe("calendarFor", () => {
  it("goes by the policy's hours, then the team's, then the organisation's", () => {
    expect(calendarFor("policy's", "team's")).toEqual({ calendarId: "policy's", calendarOf: "policy" });
    expect(calendarFor(undefined, "team's")).toEqual({ calendarId: "team's", calendarOf: "team" });
    expect(calendarFor(undefined, undefined)).toEqual({ calendarId: undefined, calendarOf: undefined });
  });
});

describe("policyFor", () => {
  it("goes by organisation, then type, then priority, then channel", () => {
    const byAccount = policy({ accountId: ACCOUNT });
    const byType = policy({ threadType: "complaint" });
    const byPriority = policy({ priority: "high" });
    const byChannel = policy({ channel: "email" });
    const allButAccount = policy({ threadType: "complaint", priority: "high", channel: "email" });
    const forAll = policy({});
    const ranked = [byAccount, allButAccount, byType, byPriority, byChannel, forAll];
    for (const [index, best] of ranked.entries()) {
      expect(policyFor(ranked.slice(index).toReversed(), FACTS, "first_response")).toBe(best);
    }
  });

  it("leaves out those that are off, for others, or silent about the clock", () => {
    expect(policyFor([policy({}, { isEnabled: false })], FACTS, "first_response")).toBeNull();
    expect(policyFor([policy({ channel: "sms" })], FACTS, "first_response")).toBeNull();
    expect(
      policyFor([policy({ accountId: ACCOUNT })], { ...FACTS, accountId: undefined }, "first_response"),
    ).toBeNull();
    const general = policy({}, { targets: { resolution: 600 } });
    expect(policyFor([policy({ channel: "email" }), general], FACTS, "resolution")).toBe(general);
  });

  it("takes the one placed first among equals, whatever the order they come in", () => {
    const first = policy({ channel: "email" }, { position: 1 });
    const second = policy({ channel: "email" }, { position: 2 });
    expect(policyFor([second, first], FACTS, "first_response")).toBe(first);
    expect(policyFor([first, second], FACTS, "first_response")).toBe(first);
  });

  it("never prefers a less particular one", () => {
    const conditions: fc.Arbitrary<SlaConditions> = fc.record(
      {
        channel: fc.constantFrom(...CHANNELS.slice(0, 2)),
        priority: fc.constantFrom(...PRIORITIES.slice(1, 3)),
        threadType: fc.constantFrom(...THREAD_TYPES.slice(4, 6)),
        accountId: fc.constant(ACCOUNT),
      },
      { requiredKeys: [] },
    );
    const policies = fc.array(
      fc
        .tuple(conditions, fc.nat(5), fc.boolean())
        .map(([all, position, isEnabled]) => policy(all, { position, isEnabled })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(policies, (all) => {
        const chosen = policyFor(all, FACTS, "first_response");
        const fitting = all.filter((each) => policyFor([each], FACTS, "first_response") !== null);
        expect(chosen === null).toBe(fitting.length === 0);
        if (chosen === null) return;
        for (const other of fitting) {
          const rank = specificity(other.conditions);
          expect(rank).toBeLessThanOrEqual(specificity(chosen.conditions));
          if (rank === specificity(chosen.conditions)) expect(chosen.position).toBeLessThanOrEqual(other.position);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("a channel's own hours", () => {
  it("yield to a policy with a condition only", () => {
    expect(channelHoursCount(null)).toBe(true);
    expect(channelHoursCount(policy({}))).toBe(true);
    expect(channelHoursCount(policy({ channel: "email" }))).toBe(false);
  });
});
