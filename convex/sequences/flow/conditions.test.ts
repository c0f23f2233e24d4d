import { describe, expect, it } from "vitest";
import type { Comparison } from "../../lib/conditions";
import { firstReply, holdsFor, judgeCondition } from "./conditions";
import type { Test } from "./schema";
import { factsAt } from "./testing";

const FACTS = factsAt(0, {
  values: {
    "booking.title": "Jollen-Grundkurs",
    "booking.attributes.people": 4,
    "contact.attributes.level": "3",
    "contact.attributes.joined": "2026-03-01",
    "contact.tags": ["VIP", "Stammkunde"],
    "contact.language": null,
    "contact.note": "",
  },
  consents: new Set(["marketing:email"]),
  channels: new Set(["email"]),
  outcomes: { hello: { sent: 10, opened: 20 } },
  replies: [
    { at: 100, text: "Danke, ich komme nicht." },
    { at: 200, text: "JA, doch!" },
  ],
});

const fact = (key: string, comparison: Comparison, value?: string | number | boolean): Test => ({
  kind: "fact",
  key,
  comparison,
  value,
});

describe("facts", () => {
  it.each<[Test, boolean]>([
    [fact("booking.title", "is", "jollen-grundkurs"), true],
    [fact("booking.title", "contains", "GRUND"), true],
    [fact("booking.title", "contains_not", "grund"), false],
    [fact("booking.attributes.people", "at_least", 4), true],
    [fact("booking.attributes.people", "at_most", 3), false],
    // A form gives numbers as text.
    [fact("contact.attributes.level", "is", 3), true],
    [fact("contact.attributes.level", "at_least", 10), false],
    [fact("contact.attributes.joined", "at_least", "2026-01-31"), true],
    [fact("contact.tags", "is", "vip"), true],
    [fact("contact.tags", "is_not", "new"), true],
    [fact("contact.language", "is_set"), false],
    [fact("contact.language", "is_not", "de"), true],
    [fact("contact.note", "is_not_set"), true],
    // Nothing is neither more nor less than something.
    [fact("contact.unknown", "at_least", 0), false],
    [fact("contact.unknown", "at_most", 0), false],
    [fact("booking.title", "at_least", 5), false],
  ])("%j is %s", (test, holds) => {
    expect(holdsFor(test, FACTS)).toBe(holds);
  });
});

describe("the rest of what is known", () => {
  it.each<[Test, boolean]>([
    [{ kind: "consent", purpose: "marketing", channel: "email", isGiven: true }, true],
    [{ kind: "consent", purpose: "marketing", channel: "sms", isGiven: true }, false],
    [{ kind: "channel", channel: "sms", isAvailable: false }, true],
    [{ kind: "outcome", stepId: "hello", outcome: "opened", hasHappened: true }, true],
    [{ kind: "outcome", stepId: "hello", outcome: "clicked", hasHappened: true }, false],
    [{ kind: "outcome", stepId: "never", outcome: "sent", hasHappened: false }, true],
    [{ kind: "reply", words: [], hasHappened: true }, true],
    [{ kind: "reply", words: ["stop"], hasHappened: false }, true],
  ])("%j is %s", (test, holds) => {
    expect(holdsFor(test, FACTS)).toBe(holds);
  });

  it("finds whole words of a reply, in any case, from a moment on", () => {
    expect(firstReply(FACTS, ["ja"], 0)).toBe(200);
    expect(firstReply(FACTS, ["komme"], 0)).toBe(100);
    expect(firstReply(FACTS, ["komm"], 0)).toBeNull();
    expect(firstReply(FACTS, ["komme nicht"], 0)).toBe(100);
    expect(firstReply(FACTS, [], 101)).toBe(200);
  });
});

describe("groups", () => {
  const yes = fact("contact.tags", "is", "VIP");
  const no = fact("contact.tags", "is", "new");

  it("holds for all or any, and without a group always", () => {
    const of = (match: "all" | "any", ...groups: ["all" | "any", Test[]][]) =>
      judgeCondition({ match, groups: groups.map(([each, tests]) => ({ match: each, tests })) }, FACTS).holds;
    expect(of("all")).toBe(true);
    expect(of("all", ["any", [yes, no]], ["all", [yes]])).toBe(true);
    expect(of("all", ["any", [yes, no]], ["all", [yes, no]])).toBe(false);
    expect(of("any", ["all", [yes, no]], ["any", [no, yes]])).toBe(true);
    expect(of("any", ["all", [no]], ["all", []])).toBe(true);
  });

  it("says of every test what it found", () => {
    const verdict = judgeCondition({ match: "any", groups: [{ match: "all", tests: [yes, no] }] }, FACTS);
    expect(verdict.findings).toEqual([
      { test: yes, holds: true },
      { test: no, holds: false },
    ]);
  });
});
