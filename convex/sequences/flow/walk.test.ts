import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import type { FlowFacts } from "./facts";
import type { Condition, Flow, FlowNode } from "./schema";
import { leftBy } from "./leaving";
import { factsAt, flowOf, messageNode, named } from "./testing";
import { wakeAt, walk, wantedSteps, type NodeRecord, type Visit } from "./walk";

fc.configureGlobal({ seed: 20_261_121 });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const utc = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const START = utc("2026-06-20T09:00:00+02:00");
const BEGIN = START - 30 * DAY_MS;

const isVip: Condition = {
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "fact", key: "contact.tags", comparison: "is", value: "vip" }] }],
};

/** One person's journey: what the engine keeps, and nothing else. */
class Journey {
  records = new Map<string, NodeRecord>();
  facts: FlowFacts;

  constructor(
    readonly flow: Flow,
    more: Partial<FlowFacts> = {},
    public now = BEGIN,
  ) {
    this.facts = factsAt(START, { enrolledAt: BEGIN, ...more });
  }

  walk(): Visit[] {
    const { flow, facts, records, now } = this;
    const visits = walk({ flow, facts, records, turnAt: (_, at) => at, now });
    for (const visit of visits) {
      if (visit.kind === "passed" && visit.isNew)
        records.set(visit.node.stepId, { at: visit.at, outcome: visit.outcome });
    }
    return visits;
  }

  /** "message at minute", "branch→arm", each as it stands. */
  shown(): string[] {
    return this.walk().map((visit) => {
      switch (visit.kind) {
        case "message": {
          const at = visit.plan.kind === "send" ? visit.plan.dueAt - BEGIN : null;
          const when = at === null ? visit.plan.kind : `+${at / HOUR_MS}h`;
          return `${visit.node.stepId} ${when}${visit.isSure ? "" : "?"}`;
        }
        case "passed":
        case "ahead":
          return `${visit.node.stepId} ${visit.kind} ${visit.outcome}`;
        case "waiting":
          return `${visit.node.stepId} waiting`;
        case "ended":
          return visit.by;
      }
    });
  }
}

const rest = (stepId: string, hours: number, next: string | null): FlowNode => ({
  ...named(stepId),
  kind: "wait",
  rest: { kind: "for", minutes: hours * 60 },
  next,
});

const branch = (stepId: string, yes: string | null, no: string | null): FlowNode => ({
  ...named(stepId),
  kind: "branch",
  arms: [{ armId: "vip", name: "VIP", condition: isVip, next: yes }],
  otherwise: no,
});

describe("rests and messages", () => {
  it("plans what comes after a rest at once, with its time", () => {
    const journey = new Journey(
      flowOf(messageNode("hello", "day"), rest("day", 24, "more"), messageNode("more", null)),
    );
    expect(journey.shown()).toEqual(["hello +0h", "day ahead passed", "more +24h", "end"]);
    expect(wakeAt(journey.walk())).toBeNull();
  });

  it("keeps a message's own time, but sends it no sooner than the path gets there", () => {
    const own = { timing: { kind: "days", anchor: "start", offsetDays: -7 } as const, phase: "before" as const };
    const week = messageNode("week", null, own);
    expect(new Journey(flowOf(week)).shown()).toEqual([`week +${23 * 24}h`, "end"]);
    const late = new Journey(flowOf(rest("rest", 25 * 24, "week"), week));
    expect(late.shown()).toEqual(["rest ahead passed", `week +${25 * 24}h`, "end"]);
  });

  it("goes on with the others when a message waits for a check-in", () => {
    const timing = { kind: "minutes", anchor: "checked_in", offsetMinutes: 30 } as const;
    const journey = new Journey(flowOf(messageNode("in", "after", { timing }), messageNode("after", null)));
    expect(journey.shown()).toEqual(["in wait", "after +0h", "end"]);
  });

  it("waits for ever where a date is not known", () => {
    const birthday = { kind: "date", key: "contact.attributes.birthday", offsetDays: -1, at: "09:00" } as const;
    const node: FlowNode = { ...named("birthday"), kind: "wait", rest: birthday, next: null };
    expect(new Journey(flowOf(node)).shown()).toEqual(["birthday waiting"]);
    const known = new Journey(flowOf(node), { values: { "contact.attributes.birthday": "2026-06-01" } });
    expect(known.walk()[0]).toMatchObject({ at: utc("2026-05-31T07:00:00Z") });
  });

  it("rests until the first allowed weekday, on the local calendar across the clock change", () => {
    // 24 October 2026 is a Saturday; the clocks of Berlin go back in the night to Sunday.
    const begin = utc("2026-10-24T10:00:00+02:00");
    const local = { kind: "local", days: 1, at: "09:00", weekdays: [1, 3] } as const;
    const node: FlowNode = {
      ...named("monday"),
      kind: "wait",
      rest: { ...local, weekdays: [...local.weekdays] },
      next: null,
    };
    const journey = new Journey(flowOf(node), { enrolledAt: begin }, begin);
    expect(journey.walk()[0]).toMatchObject({ at: utc("2026-10-26T09:00:00+01:00") });
  });
});

describe("decisions", () => {
  const flow = flowOf(
    rest("day", 24, "who"),
    branch("who", "champagne", "tea"),
    messageNode("champagne", null),
    messageNode("tea", null),
  );

  it("shows the arm that it would take, and plans nothing on it before it is decided", () => {
    const journey = new Journey(flow);
    expect(journey.shown()).toEqual(["day ahead passed", "who ahead otherwise", "tea +24h?", "end"]);
    expect(wantedSteps(journey.walk())).toEqual([]);
    expect(wakeAt(journey.walk())).toBe(BEGIN + DAY_MS);
  });

  it("decides once, when the path gets there", () => {
    const journey = new Journey(flow);
    journey.now += DAY_MS;
    expect(journey.shown()).toEqual(["day passed passed", "who passed otherwise", "tea +24h", "end"]);
    journey.facts = { ...journey.facts, values: { "contact.tags": ["vip"] } };
    journey.now += HOUR_MS;
    expect(journey.shown()).toContain("who passed otherwise");
  });

  it("decides anew when the booking moves and the moment comes again", () => {
    const until: FlowNode = {
      ...named("until"),
      kind: "wait",
      rest: { kind: "days", anchor: "start", offsetDays: -3 },
      next: "who",
    };
    const journey = new Journey({ ...flow, first: "until", nodes: [...flow.nodes, until] });
    journey.now = START - 2 * DAY_MS;
    expect(journey.shown()).toContain("who passed otherwise");
    const { anchors } = journey.facts;
    const values = { "contact.tags": ["vip"] };
    journey.facts = { ...journey.facts, values, anchors: { ...anchors, start: START + 30 * DAY_MS } };
    expect(journey.shown()).toContain("who ahead vip");
  });

  it("splits by what stays the same, in the proportions wished for", () => {
    const arms = [
      { armId: "a", name: "A", percent: 70, next: null },
      { armId: "b", name: "B", percent: 30, next: null },
    ];
    const counts = { a: 0, b: 0 };
    for (let i = 0; i < 2000; i++) {
      const seed = `enrolment ${i}`;
      const of = () => new Journey(flowOf({ ...named("split"), kind: "split", arms }), { seed }).walk()[0];
      expect(of()).toEqual(of());
      const visit = of();
      if (visit?.kind === "passed") counts[visit.outcome as "a" | "b"]++;
    }
    expect(counts.a / 2000).toBeCloseTo(0.7, 1);
    expect(counts.a + counts.b).toBe(2000);
  });
});

describe("waiting for something", () => {
  const awaited = { kind: "reply", words: [] as string[] } as const;
  const flow = flowOf(
    { ...named("answer"), kind: "wait_for", awaited, timeoutMinutes: 48 * 60, next: "thanks", otherwise: "nudge" },
    messageNode("thanks", null),
    messageNode("nudge", null),
  );

  it("goes on when it happens, at that moment", () => {
    const journey = new Journey(flow);
    expect(journey.shown()).toEqual(["answer waiting"]);
    expect(wakeAt(journey.walk())).toBe(BEGIN + 2 * DAY_MS);
    journey.now += 6 * HOUR_MS;
    journey.facts = { ...journey.facts, replies: [{ at: BEGIN + 5 * HOUR_MS, text: "Gern" }] };
    const visits = journey.walk();
    expect(visits[0]).toMatchObject({ kind: "passed", at: BEGIN + 5 * HOUR_MS, outcome: "happened" });
    expect(visits[1]).toMatchObject({ plan: { kind: "send", at: BEGIN + 5 * HOUR_MS, dueAt: journey.now } });
  });

  it("goes the other way when the time is over, also if the answer comes later", () => {
    const journey = new Journey(flow);
    journey.now += 2 * DAY_MS;
    expect(journey.shown()).toEqual(["answer passed otherwise", "nudge +48h", "end"]);
    journey.facts = { ...journey.facts, replies: [{ at: BEGIN + 49 * HOUR_MS, text: "Gern" }] };
    expect(journey.shown()[0]).toBe("answer passed otherwise");
  });

  it("counts an answer that came in time, even if it is learnt of late", () => {
    const journey = new Journey(flow, { replies: [{ at: BEGIN + 47 * HOUR_MS, text: "Gern" }] }, BEGIN + 3 * DAY_MS);
    expect(journey.shown()[0]).toBe("answer passed happened");
  });
});

describe("a message that fails (product.md B-30)", () => {
  const flow = flowOf(
    messageNode("first", "rest", { onFailure: "leave" }),
    { ...named("rest"), kind: "wait", rest: { kind: "for", minutes: 60 }, next: "second" },
    messageNode("second", null),
  );

  it("ends the journey where the author said so, and the rest is taken back", () => {
    const journey = new Journey(flow);
    expect(journey.shown()).toEqual(["first +0h", "rest ahead passed", "second +1h", "end"]);
    journey.facts = { ...journey.facts, outcomes: { first: { failed: BEGIN + MINUTE_MS } } };
    expect(journey.shown()).toEqual(["first +0h", "message_failed"]);
    expect(leftBy(journey.walk())).toMatchObject({ reason: "left_journey" });
    expect(wantedSteps(journey.walk()).map(({ step }) => step.stepId)).toEqual(["first"]);
  });

  it("changes nothing otherwise", () => {
    const goesOn = flowOf(messageNode("first", "second", { onFailure: "continue" }), messageNode("second", null));
    const journey = new Journey(goesOn, { outcomes: { first: { failed: BEGIN } } });
    expect(journey.shown()).toEqual(["first +0h", "second +0h", "end"]);
  });
});

describe("ways in and out", () => {
  it("begins another path when the booking is cancelled", () => {
    const flow: Flow = { ...flowOf(messageNode("hello", null), messageNode("sorry", null)), onCancelled: "sorry" };
    const journey = new Journey(flow);
    const { anchors } = journey.facts;
    journey.now += DAY_MS;
    journey.facts = {
      ...journey.facts,
      standing: { isOn: false, reason: "booking_cancelled" },
      anchors: { ...anchors, cancelled: journey.now },
    };
    expect(journey.shown()).toEqual(["sorry +24h", "end"]);
  });

  it.each<[string, Flow]>([
    ["loop", flowOf(messageNode("a", "b"), { ...named("b"), kind: "jump", next: "a" })],
    ["missing_node", flowOf(messageNode("a", "gone"))],
    ["exit", flowOf({ ...named("out"), kind: "exit" })],
    ["goal", flowOf({ ...named("won"), kind: "goal" })],
  ])("ends with %s", (by, flow) => {
    expect(new Journey(flow).shown().at(-1)).toBe(by);
  });

  it("records a goal once it is reached, and wakes up for it", () => {
    const flow = flowOf(rest("day", 24, "won"), { ...named("won"), kind: "goal" });
    const journey = new Journey(flow);
    expect(journey.shown()).toEqual(["day ahead passed", "won ahead goal", "goal"]);
    expect(wakeAt(journey.walk())).toBe(BEGIN + DAY_MS);
    journey.now += DAY_MS;
    expect(journey.walk()[1]).toMatchObject({ kind: "passed", outcome: "goal", isNew: true });
    expect(journey.walk()[1]).toMatchObject({ kind: "passed", outcome: "goal", isNew: false });
    expect(wakeAt(journey.walk())).toBeNull();
  });

  it("does not want what would come after a sure exit, but what comes before it", () => {
    const own = (stepId: string, offsetDays: number, next: string) =>
      messageNode(stepId, next, { timing: { kind: "days", anchor: "start", offsetDays } });
    const checkIn = messageNode("in", "day", { timing: { kind: "minutes", anchor: "checked_in", offsetMinutes: 0 } });
    const out: FlowNode = { ...named("out"), kind: "exit" };
    const day = rest("day", 24 * 10, "out");
    const journey = new Journey(flowOf(own("soon", -25, "late"), own("late", -3, "in"), checkIn, day, out));
    const ids = () => wantedSteps(journey.walk()).map(({ step }) => step.stepId);
    expect(ids()).toEqual(["soon", "in"]);
    expect(leftBy(journey.walk())?.reason).toBe("left_journey");
    journey.now += 10 * DAY_MS;
    expect(ids()).toEqual(["soon"]);
  });

  it("wants what lies after an exit as long as the way to it is not sure", () => {
    const late = messageNode("late", "day", { timing: { kind: "days", anchor: "start", offsetDays: -3 } });
    const out: FlowNode = { ...named("out"), kind: "exit" };
    const journey = new Journey(flowOf(late, rest("day", 24, "who"), branch("who", "out", "out"), out));
    expect(wantedSteps(journey.walk()).map(({ step }) => step.stepId)).toEqual(["late"]);
    expect(leftBy(journey.walk())).toBeUndefined();
    journey.now += DAY_MS;
    expect(wantedSteps(journey.walk())).toEqual([]);
  });

  it("does a deed once, whatever moves", () => {
    const deed: FlowNode = { ...named("tag"), kind: "deed", deed: { kind: "add_tag", tag: "seen" }, next: null };
    const journey = new Journey(flowOf(deed));
    expect(journey.walk()[0]).toMatchObject({ kind: "passed", isNew: true });
    journey.facts = { ...journey.facts, enrolledAt: BEGIN + DAY_MS };
    expect(journey.walk()[0]).toMatchObject({ kind: "passed", isNew: false });
  });
});

describe("any journey", () => {
  const NODES = 8;
  const ids = Array.from({ length: NODES }, (_, i) => `n${i}`);
  const next = fc.option(fc.constantFrom(...ids), { nil: null });
  const node = (stepId: string): fc.Arbitrary<FlowNode> =>
    fc.oneof(
      fc.record({ next }).map((rest) => messageNode(stepId, rest.next)),
      fc.record({ next, hours: fc.integer({ min: 0, max: 100 }) }).map(({ hours, next }) => rest(stepId, hours, next)),
      fc.record({ yes: next, no: next }).map(({ yes, no }) => branch(stepId, yes, no)),
      fc.constantFrom("exit", "goal").map((kind): FlowNode => ({ ...named(stepId), kind })),
      fc
        .record({ next, offsetDays: fc.integer({ min: -29, max: 5 }) })
        .map(({ offsetDays, next }) =>
          messageNode(stepId, next, { timing: { kind: "days", anchor: "start", offsetDays } }),
        ),
      fc.record({ next, otherwise: next, minutes: fc.integer({ min: 1, max: 3000 }) }).map((fields): FlowNode => ({
        ...named(stepId),
        kind: "wait_for",
        awaited: { kind: "reply", words: [] },
        timeoutMinutes: fields.minutes,
        next: fields.next,
        otherwise: fields.otherwise,
      })),
    );
  const flows = fc.tuple(...ids.map(node)).map((nodes) => flowOf(...nodes));
  const replies = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 3 });

  it("ends, or says what it waits for; walking again adds nothing", () => {
    fc.assert(
      fc.property(flows, replies, fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 5 }), (flow, hours, steps) => {
        const all = hours.sort((a, b) => a - b).map((hour) => ({ at: BEGIN + hour * HOUR_MS, text: "ok" }));
        const journey = new Journey(flow);
        for (const step of [0, ...steps]) {
          journey.now += step * HOUR_MS;
          journey.facts = { ...journey.facts, replies: all.filter(({ at }) => at <= journey.now) };
          journey.walk();
          const again = journey.walk();
          expect(again.some((visit) => visit.kind === "passed" && visit.isNew)).toBe(false);
          expect(["ended", "waiting"]).toContain(again.at(-1)?.kind);
          const wake = wakeAt(again);
          if (wake !== null) expect(wake).toBeGreaterThan(journey.now);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("wants nothing after it has been left, and takes back nothing that comes before", () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 0, max: 700 }), (flow, hours) => {
        const visits = new Journey(flow, {}, BEGIN + hours * HOUR_MS).walk();
        const end = visits.at(-1);
        const all = visits.filter((visit) => visit.kind === "message").filter(({ isSure }) => isSure);
        const wanted = new Set(wantedSteps(visits).map(({ step }) => step.stepId));
        const isLeft = end?.kind === "ended" && leftBy(visits) !== undefined;
        for (const { node, plan } of all) {
          if (plan.kind !== "wait") expect(wanted.has(node.stepId)).toBe(!isLeft || plan.at <= end.at);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("waking up at each decision gives the same path as looking once at the end", () => {
    fc.assert(
      fc.property(flows, replies, (flow, hours) => {
        const all = hours.sort((a, b) => a - b).map((hour) => ({ at: BEGIN + hour * HOUR_MS, text: "ok" }));
        const end = BEGIN + 1000 * HOUR_MS;
        const awake = new Journey(flow);
        for (let wake: number | null = BEGIN; wake !== null && wake <= end;) {
          awake.now = wake;
          awake.facts = { ...awake.facts, replies: all.filter(({ at }) => at <= awake.now) };
          wake = wakeAt(awake.walk());
          const nextReply = all.find(({ at }) => at > awake.now)?.at;
          if (nextReply !== undefined && (wake === null || nextReply < wake)) wake = nextReply;
        }
        awake.now = end;
        const asleep = new Journey(flow, { replies: all }, end);
        const paths = [awake, asleep].map((journey) =>
          journey.walk().map((visit) => ("node" in visit ? visit.node.stepId : visit.by)),
        );
        expect(paths[0]).toEqual(paths[1]);
      }),
      { numRuns: 300 },
    );
  });
});
