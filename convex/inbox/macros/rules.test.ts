import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inOrder,
  MAX_STEPS,
  offeredOrder,
  outcomeOf,
  planSteps,
  shapeProblem,
  STEP_KINDS,
  type MacroFacts,
} from "./rules";
import type { MacroStep } from "./schema";

const facts: MacroFacts = {
  status: "open",
  threadType: "customer_support",
  priority: "normal",
  tags: ["alt"],
  teamId: null,
  assigneeId: "anna",
  snoozedUntil: undefined,
  isFollowing: false,
  unreachable: null,
  hasGaps: false,
  me: "ich",
};
const plan = (steps: MacroStep[], part: Partial<MacroFacts> = {}) => planSteps(steps, { ...facts, ...part });
const outcomes = (steps: MacroStep[], part: Partial<MacroFacts> = {}) =>
  plan(steps, part).map(({ outcome }) => outcome);
const reply = (send: boolean) => ({ kind: "reply", templateId: "t" as never, send }) as const;

describe("the plan of a macro", () => {
  it("sees each step on what those before it leave", () => {
    const steps: MacroStep[] = [
      { kind: "tag", tag: "neu" },
      { kind: "tag", tag: "neu" },
      { kind: "untag", tag: "alt" },
      { kind: "untag", tag: "alt" },
      { kind: "assign", assigneeId: "me" },
      { kind: "assign", assigneeId: "ich" as never },
    ];
    expect(outcomes(steps)).toEqual(["change", "same", "change", "same", "change", "same"]);
  });

  it("says what is there already", () => {
    const steps: MacroStep[] = [
      { kind: "type", threadType: "customer_support" },
      { kind: "priority", priority: "normal" },
      { kind: "team", teamId: null },
      { kind: "status", status: "open" },
    ];
    expect(outcomes(steps)).toEqual(["same", "same", "same", "same"]);
    expect(outcomeOf(plan(steps))).toBe("same");
    expect(outcomeOf(plan([...steps, { kind: "follow" }]))).toBe("change");
    expect(outcomes([{ kind: "follow" }], { isFollowing: true })).toEqual(["same"]);
  });

  it("refuses to send what has gaps or reaches nobody, but lets it be a draft", () => {
    expect(plan([reply(true)], { hasGaps: true })).toEqual([{ outcome: "refused", reason: "gaps" }]);
    expect(plan([reply(true)], { unreachable: "no_address" })).toEqual([{ outcome: "refused", reason: "no_address" }]);
    expect(outcomes([reply(false)], { hasGaps: true, unreachable: "window_closed" })).toEqual(["change"]);
  });

  it("refuses to put off what is closed, also when it closes it itself", () => {
    const snooze: MacroStep = { kind: "snooze", days: 1 };
    expect(plan([snooze], { status: "closed" })).toEqual([{ outcome: "refused", reason: "closed" }]);
    expect(outcomes([{ kind: "status", status: "open" }, snooze], { status: "closed" })).toEqual(["change", "change"]);
    expect(shapeProblem([{ kind: "status", status: "closed" }, snooze])?.problem).toBe("closed_snooze");
  });
});

describe("the shape of a macro", () => {
  const note: MacroStep = { kind: "note", text: "x" };
  it("has steps, each kind once but tags and tasks, with words and days that can be", () => {
    expect(shapeProblem([])?.problem).toBe("empty");
    expect(shapeProblem([note, note])).toEqual({ index: 1, problem: "twice" });
    expect(shapeProblem([{ kind: "note", text: "  " }])?.problem).toBe("words");
    expect(shapeProblem([{ kind: "snooze", days: 0 }])?.problem).toBe("days");
    expect(shapeProblem([{ kind: "snooze", days: 1.5 }])?.problem).toBe("days");
    const tags = Array.from({ length: MAX_STEPS }, (_, n): MacroStep => ({ kind: "tag", tag: `t${n}` }));
    expect(shapeProblem(tags)).toBeNull();
    expect(shapeProblem([...tags, note])?.problem).toBe("too_many");
  });

  it("is carried out in one order, however it was written down", () => {
    const all: MacroStep[] = [{ kind: "snooze", days: null }, { kind: "status", status: "open" }, note, reply(true)];
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length });
    fc.assert(
      fc.property(shuffled, (steps) => {
        expect(inOrder(steps).map(({ kind }) => kind)).toEqual(["reply", "note", "status", "snooze"]);
      }),
    );
    expect(STEP_KINDS.at(-1)).toBe("snooze");
  });
});

it("offers first what is made for the conversation, last what is made for others", () => {
  const context = (channels: string[], threadTypes: string[] = []) => ({ channels, threadTypes }) as never;
  const macros = [
    { name: "sms", context: context(["sms"]) },
    { name: "any", context: context([]) },
    { name: "mail", context: context(["email"]) },
    { name: "mail complaint", context: context(["email"], ["complaint"]) },
  ];
  const at = { channel: "email", threadType: "complaint" } as const;
  expect(offeredOrder(macros, at).map(({ name }) => name)).toEqual(["mail", "mail complaint", "any", "sms"]);
});
