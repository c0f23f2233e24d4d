import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { circlesIn, reachableFrom } from "./edges";
import { type FlowSurroundings, problemsOf, type TemplateFacts } from "./problems";
import type { Condition, Flow, FlowNode, MessageNode } from "./schema";
import { flowOf, messageNode, named } from "./testing";

fc.configureGlobal({ seed: 20_261_121 });

const TEMPLATE: TemplateFacts = {
  channels: new Set(["email", "sms", "whatsapp"]),
  bareVariables: [],
  whatsappApproval: null,
};
const around = (template: Partial<TemplateFacts> = {}): FlowSurroundings => ({
  templates: new Map([["t", { ...TEMPLATE, ...template }]]),
  sequenceIds: new Set(["other"]),
  segmentIds: new Set(["vips"]),
});

/** "error code@node", in order. */
const shown = (flow: Flow, surroundings = around()) =>
  problemsOf(flow, surroundings).map(({ level, code, stepId }) => `${level} ${code}@${stepId ?? ""}`);

const message = (more: Partial<MessageNode> = {}) => messageNode("m", null, more);
const then = (node: FlowNode) => flowOf(message(), node);
const outcome = (stepId: string): Condition => ({
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "outcome", stepId, outcome: "opened", hasHappened: true }] }],
});
const branch = (condition: Condition): FlowNode => ({
  ...named("b"),
  kind: "branch",
  arms: [{ armId: "yes", name: "Yes", condition, next: null }],
  otherwise: null,
});

it("finds nothing wrong with a journey that runs", () => {
  const timing = { kind: "days", anchor: "start", offsetDays: -7, at: "09:30" } as const;
  expect(shown(flowOf(message({ timing, phase: "before" })))).toEqual([]);
});

describe("the shape", () => {
  it.each<[string, Flow, string[]]>([
    ["nothing in it", flowOf(), ["error empty@"]],
    ["a way to nowhere", flowOf(messageNode("m", "gone")), ["error leads_nowhere@m"]],
    ["an entrance to nowhere", { ...flowOf(message()), onCancelled: "gone" }, ["error leads_nowhere@"]],
    ["a circle", flowOf(messageNode("m", "j"), { ...named("j"), kind: "jump", next: "m" }), ["error circle@m"]],
    ["one id twice", flowOf(message(), message()), ["error id_twice@m"]],
    ["a node no path comes to", flowOf(message(), messageNode("x", null)), ["warning unreachable@x"]],
    ["no name", flowOf(message({ name: " " })), ["error nameless@m"]],
  ])("%s", (_, flow, problems) => {
    expect(shown(flow)).toEqual(problems);
  });
});

describe("the ids of arms", () => {
  const arms = (...ids: string[]) =>
    ids.map((armId) => ({ armId, name: armId, percent: 100 / ids.length, next: null }));
  it.each<[string[], string[]]>([
    [["a", "b"], []],
    [["a", "a"], ["error id_twice@s"]],
    [["a", "b c"], ["error bad_id@s"]],
    [["a", ""], ["error bad_id@s"]],
    [["a", "x".repeat(65)], ["error bad_id@s"]],
    [["a", "otherwise"], ["error bad_id@s"]],
  ])("%j", (ids, problems) => {
    expect(
      shown(then({ ...named("s"), kind: "split", arms: arms(...ids) })).filter((p) => p.startsWith("error")),
    ).toEqual(problems);
  });
});

describe("times", () => {
  it.each<[string, Partial<MessageNode>, string[]]>([
    ["half a day", { timing: { kind: "days", anchor: "start", offsetDays: 1.5 } }, ["error not_whole@m"]],
    ["25 o'clock", { timing: { kind: "days", anchor: "end", offsetDays: 1, at: "25:00" } }, ["error bad_clock_time@m"]],
    ["400 days after", { timing: { kind: "days", anchor: "end", offsetDays: 400 } }, []],
    ["three years after", { timing: { kind: "days", anchor: "end", offsetDays: 1096 } }, ["error too_long@m"]],
    [
      "a preparation after the start",
      { phase: "before", timing: { kind: "minutes", anchor: "start", offsetMinutes: 1 } },
      ["error never_before_start@m"],
    ],
  ])("%s", (_, more, problems) => {
    expect(shown(flowOf(message(more)))).toEqual(problems);
  });

  it("refuses rests backwards, odd weekdays and waits without an end", () => {
    const rest = (rest: Extract<FlowNode, { kind: "wait" }>["rest"]) =>
      shown(flowOf(messageNode("m", "w"), { ...named("w"), kind: "wait", rest, next: null }));
    expect(rest({ kind: "for", minutes: -5 })).toEqual(["error not_whole@w"]);
    expect(rest({ kind: "local", days: 0, at: "09:00", weekdays: [8] })).toEqual(["error bad_weekday@w"]);
    const endless = { kind: "wait_for", awaited: { kind: "reply", words: [] }, timeoutMinutes: 0 } as const;
    const node: FlowNode = {
      ...named("w"),
      ...endless,
      awaited: { kind: "reply", words: [] },
      next: null,
      otherwise: null,
    };
    expect(shown(flowOf(messageNode("m", "w"), node))).toEqual(["error time_out_missing@w"]);
  });
});

describe("templates", () => {
  it.each<[string, Partial<TemplateFacts>, Partial<MessageNode>, string[]]>([
    ["no text at all", { channels: new Set() }, {}, ["error template_empty@m"]],
    ["no text for the channel", { channels: new Set(["email"]) }, { channel: "sms" }, ["error wrong_channel@m"]],
    [
      "WhatsApp without approval",
      { whatsappApproval: "pending" },
      { channel: "whatsapp" },
      ["error whatsapp_not_approved@m"],
    ],
    ["WhatsApp with approval", { whatsappApproval: "approved" }, { channel: "whatsapp" }, []],
    ["a variable without fallback", { bareVariables: ["firstName"] }, {}, ["warning variable_without_value@m"]],
  ])("%s", (_, template, more, problems) => {
    expect(shown(flowOf(message(more)), around(template))).toEqual(problems);
  });

  it("lets WhatsApp answer a reply without approval, with a warning (product.md B-35)", () => {
    const answer: FlowNode = {
      ...named("w"),
      kind: "wait_for",
      awaited: { kind: "reply", words: [] },
      timeoutMinutes: 60,
      next: "m",
      otherwise: null,
    };
    expect(shown(flowOf(answer, message({ channel: "whatsapp" })), around({ whatsappApproval: "none" }))).toEqual([
      "warning whatsapp_window@m",
    ]);
  });

  it("says when the template is gone", () => {
    expect(shown(flowOf(message()), { templates: new Map(), sequenceIds: new Set(), segmentIds: new Set() })).toEqual([
      "error template_gone@m",
    ]);
  });
});

describe("decisions and deeds", () => {
  it("wants arms that add up", () => {
    const arm = (armId: string, percent: number) => ({ armId, name: armId, percent, next: null });
    const split = (...arms: ReturnType<typeof arm>[]): FlowNode => ({ ...named("s"), kind: "split", arms });
    const of = (node: FlowNode) => shown(flowOf(messageNode("m", "s"), node));
    expect(of(split(arm("a", 33.3), arm("b", 66.7)))).toEqual([]);
    expect(of(split(arm("a", 50), arm("b", 40)))).toEqual(["error percent_not_100@s"]);
    expect(of(split(arm("a", 100)))).toEqual(["error no_arms@s"]);
  });

  it("asks for the outcome of a message only after it, and warns when no time is left for it", () => {
    const rest: FlowNode = { ...named("w"), kind: "wait", rest: { kind: "for", minutes: 60 }, next: "b" };
    expect(shown(flowOf(messageNode("m", "w"), rest, branch(outcome("m"))))).toEqual([]);
    expect(shown(flowOf(messageNode("m", "b"), branch(outcome("m"))))).toEqual(["warning outcome_too_early@b"]);
    const before: FlowNode = { ...branch(outcome("m")), kind: "branch", otherwise: "m" } as FlowNode;
    expect(shown(flowOf(before, message()))).toEqual(["error outcome_too_early@b"]);
    expect(shown(flowOf(messageNode("m", "b"), branch(outcome("gone"))))).toEqual(["error unknown_step@b"]);
  });

  it("wants conditions and deeds that say something", () => {
    expect(shown(flowOf(messageNode("m", "b"), branch({ match: "all", groups: [] })))).toEqual([
      "error empty_condition@b",
    ]);
    const tag: FlowNode = { ...named("d"), kind: "deed", deed: { kind: "add_tag", tag: " " }, next: null };
    expect(shown(flowOf(messageNode("m", "d"), tag))).toEqual(["error nothing_to_do@d"]);
  });

  it("marks what no path comes to, too", () => {
    expect(shown(then(branch(outcome("m"))))).toEqual(["error outcome_too_early@b", "warning unreachable@b"]);
  });
});

describe("circles", () => {
  it("are found just where a path can come back to where it was", () => {
    const ids = ["a", "b", "c", "d", "e"];
    const next = fc.option(fc.constantFrom(...ids), { nil: null });
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => fc.tuple(next, next))), (exits) => {
        const nodes = ids.map((id, i): FlowNode => {
          const [yes = null, no = null] = exits[i] ?? [];
          return {
            ...named(id),
            kind: "branch",
            arms: [{ armId: "yes", name: "", condition: outcome(""), next: yes }],
            otherwise: no,
          };
        });
        const flow = flowOf(...nodes);
        const reachable = reachableFrom(flow, ["a"]);
        const comesBack = ids.some((id) => {
          const [yes, no] = exits[ids.indexOf(id)] ?? [];
          const after = [yes, no].filter((to) => to !== null && to !== undefined);
          return reachable.has(id) && reachableFrom(flow, after).has(id);
        });
        expect(circlesIn(flow).length > 0).toBe(comesBack);
      }),
      { numRuns: 500 },
    );
  });

  it("do not fill the stack in a very long line", () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => messageNode(`n${i}`, i === 19_999 ? null : `n${i + 1}`));
    expect(circlesIn(flowOf(...nodes))).toEqual([]);
  });
});
