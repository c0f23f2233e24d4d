import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import type { Id } from "../_generated/dataModel";
import type { FlowFacts } from "./flow/facts";
import { flowFromSteps } from "./flow/fromSteps";
import { walk, wantedSteps } from "./flow/walk";
import { type ExistingRun, planEnrolment, type Standing } from "./planner";
import type { Step } from "./schema";
import { type Anchors, planStep } from "./timing";

fc.configureGlobal({ seed: 20_261_025 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = { zone: "Europe/Berlin", passedOver: null };
const utc = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const iso = (at: number | null) => (at === null ? null : Temporal.Instant.fromEpochMilliseconds(at).toString());

function step(stepId: string, timing: Step["timing"], overrides: Partial<Step> = {}): Step {
  const phase = timing.anchor === "start" ? "before" : "after";
  return {
    stepId,
    name: stepId,
    phase,
    timing,
    templateId: "t" as Id<"templates">,
    channel: "email",
    purpose: "transactional",
    latePolicy: { kind: "skip" },
    repeatAfterMove: false,
    ...overrides,
  };
}

const STEPS: Step[] = [
  step("d7", { kind: "days", anchor: "start", offsetDays: -7 }),
  step("d3", { kind: "days", anchor: "start", offsetDays: -3 }, { repeatAfterMove: true }),
  step("d1", { kind: "days", anchor: "start", offsetDays: -1, at: "10:00" }),
  step("during", { kind: "days", anchor: "start", offsetDays: 0, at: "12:00" }, { phase: "during" }),
  step("after", { kind: "days", anchor: "end", offsetDays: 1, at: "10:00" }),
];
const BRANCHES: Step[] = [
  step("checked_in", { kind: "minutes", anchor: "checked_in", offsetMinutes: 30 }, { phase: "during" }),
  step("sorry", { kind: "minutes", anchor: "cancelled", offsetMinutes: 0 }),
  step("missed", { kind: "minutes", anchor: "no_show", offsetMinutes: 60 }),
];

/** One person's journey in memory: what the database and the queue would hold. */
class World {
  runs: (ExistingRun<number> & { dueAt: number | null })[] = [];
  anchors: Anchors;
  standing: Standing = { isOn: true };
  readonly enrolledAt: number;

  constructor(
    readonly steps: Step[],
    startsAt: number,
    public now: number,
  ) {
    this.enrolledAt = now;
    this.anchors = { start: startsAt, end: startsAt + 4 * HOUR_MS, created: now, ...NOTHING_YET };
  }

  sync() {
    const { steps, runs, anchors, standing, now } = this;
    const facts = { ...NO_FACTS, anchors, standing, enrolledAt: this.enrolledAt };
    const visits = walk({ flow: flowFromSteps(steps), facts, records: new Map(), turnAt: (_, at) => at, now });
    const actions = planEnrolment({ wanted: wantedSteps(visits), runs, standing });
    for (const action of actions) {
      const known = "runId" in action ? this.runs.find(({ runId }) => runId === action.runId) : undefined;
      const run = known ?? this.add(action);
      if (action.kind === "plan") Object.assign(run, { plannedAt: action.at, dueAt: action.dueAt, state: PLANNED });
      if (action.kind === "move") Object.assign(run, { plannedAt: action.at, dueAt: action.dueAt });
      if (action.kind === "wait") run.state = { kind: "waiting", anchor: action.anchor };
      if (action.kind === "skip" || action.kind === "stop") {
        const kind = action.kind === "stop" ? action.as : "skipped";
        Object.assign(run, { plannedAt: action.at, dueAt: null, state: { kind, at: now, reason: action.reason } });
      }
    }
    return actions;
  }

  private add(action: object) {
    const { stepId, occurrence } = action as { stepId: string; occurrence: number };
    const run = { runId: this.runs.length, stepId, occurrence, plannedAt: null, dueAt: null, state: PLANNED };
    this.runs.push(run);
    return run as World["runs"][number];
  }

  /** Moves the clock; what falls due is sent. */
  tick(to: number) {
    this.now = to;
    for (const run of this.runs) {
      if (run.state.kind === "planned" && run.dueAt !== null && run.dueAt <= to) {
        run.state = { kind: "sent", at: run.dueAt, queueId: QUEUE_ID };
      }
    }
  }

  move(startsAt: number) {
    this.anchors = { ...this.anchors, start: startsAt, end: startsAt + 4 * HOUR_MS, ...NOTHING_YET };
    this.standing = { isOn: true };
  }

  cancel() {
    this.anchors = { ...this.anchors, cancelled: this.now };
    this.standing = { isOn: false, reason: "booking_cancelled" };
  }

  /** "d7 planned 2026-…" per run, in order. */
  shown() {
    return this.runs.map(({ stepId, state, plannedAt }) => {
      const reason = "reason" in state ? `:${state.reason}` : "";
      return `${stepId} ${state.kind}${reason} ${iso(plannedAt)}`;
    });
  }
}

const NO_FACTS: Omit<FlowFacts, "anchors" | "standing" | "enrolledAt"> = {
  zone: ZONE,
  values: {},
  consents: new Set(),
  channels: new Set(),
  outcomes: {},
  replies: [],
  seed: "",
};
const QUEUE_ID = "q" as Id<"messageQueue">;
const PLANNED: ExistingRun<number>["state"] = { kind: "planned", queueId: QUEUE_ID };
const NOTHING_YET = { checked_in: null, completed: null, cancelled: null, no_show: null };
const SATURDAY = utc("2026-06-20T09:00:00+02:00");

describe("enrolment", () => {
  it("plans every step in time", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    expect(world.shown()).toEqual([
      "d7 planned 2026-06-13T07:00:00Z",
      "d3 planned 2026-06-17T07:00:00Z",
      "d1 planned 2026-06-19T08:00:00Z",
      "during planned 2026-06-20T10:00:00Z",
      "after planned 2026-06-21T08:00:00Z",
    ]);
  });

  it("skips what has passed when the booking is made an hour before the start", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - HOUR_MS);
    world.sync();
    expect(world.shown()).toEqual([
      "d7 skipped:past_at_enrolment 2026-06-13T07:00:00Z",
      "d3 skipped:past_at_enrolment 2026-06-17T07:00:00Z",
      "d1 skipped:past_at_enrolment 2026-06-19T08:00:00Z",
      "during planned 2026-06-20T10:00:00Z",
      "after planned 2026-06-21T08:00:00Z",
    ]);
  });
});

describe("moves (rule 5)", () => {
  it("re-plans unsent steps and repeats a sent one only when it is marked so", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.tick(SATURDAY - 2 * DAY_MS);
    world.move(SATURDAY + 14 * DAY_MS);
    world.sync();
    expect(world.shown()).toEqual([
      "d7 sent 2026-06-13T07:00:00Z",
      "d3 sent 2026-06-17T07:00:00Z",
      "d1 planned 2026-07-03T08:00:00Z",
      "during planned 2026-07-04T10:00:00Z",
      "after planned 2026-07-05T08:00:00Z",
      "d3 planned 2026-07-01T07:00:00Z",
    ]);
  });

  it("moves twice without planning twice", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.move(SATURDAY + DAY_MS);
    world.sync();
    world.move(SATURDAY + 2 * DAY_MS);
    world.sync();
    expect(world.runs).toHaveLength(5);
    expect(iso(world.runs[0]?.plannedAt ?? null)).toBe("2026-06-15T07:00:00Z");
  });

  it("drops steps whose new time has passed, with the reason", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.move(SATURDAY - 60 * DAY_MS);
    world.sync();
    expect(new Set(world.runs.map(({ state }) => "reason" in state && state.reason))).toEqual(
      new Set(["past_after_move"]),
    );
  });

  it("plans a step that was skipped for lateness once the booking moves out", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - HOUR_MS);
    world.sync();
    world.move(SATURDAY + 30 * DAY_MS);
    world.sync();
    expect(world.shown().filter((line) => line.startsWith("d7"))).toEqual([
      "d7 skipped:past_at_enrolment 2026-06-13T07:00:00Z",
      "d7 planned 2026-07-13T07:00:00Z",
    ]);
  });

  it("leaves a message alone whose moment has just come", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.now = utc("2026-06-13T07:00:01Z");
    expect(world.sync()).toEqual([]);
  });
});

describe("cancellation (rule 6)", () => {
  it("takes back what is unsent, also after-steps, and keeps what was sent", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.tick(SATURDAY - 5 * DAY_MS);
    world.cancel();
    world.sync();
    expect(world.runs.map(({ state }) => state.kind)).toEqual([
      "sent",
      "cancelled",
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
  });

  it("starts the branch that hangs on it and only that", () => {
    const world = new World(BRANCHES, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    expect(world.shown()).toEqual(["checked_in waiting null"]);
    world.cancel();
    world.sync();
    expect(world.runs.map(({ stepId, state }) => `${stepId} ${state.kind}`)).toEqual([
      "checked_in cancelled",
      "sorry planned",
    ]);
  });

  it("plans anew when the source brings the booking back", () => {
    const world = new World(STEPS, SATURDAY, SATURDAY - 30 * DAY_MS);
    world.sync();
    world.cancel();
    world.sync();
    world.move(SATURDAY);
    world.sync();
    expect(world.runs.filter(({ state }) => state.kind === "planned").map(({ occurrence }) => occurrence)).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });
});

type Happening = { after: number; what: "move" | "cancel" | "check_in" | "no_show" | "nothing"; to: number };

describe("whatever happens in whatever order", () => {
  const happenings = fc.array(
    fc.record<Happening>({
      after: fc.integer({ min: 0, max: 12 * 24 }),
      what: fc.constantFrom("move", "move", "cancel", "check_in", "no_show", "nothing"),
      to: fc.integer({ min: -20 * 24, max: 40 * 24 }),
    }),
    { maxLength: 8 },
  );

  function play(world: World, { after, what, to }: Happening) {
    world.tick(world.now + after * HOUR_MS);
    if (what === "move") world.move(world.now + to * HOUR_MS);
    if (what === "cancel") world.cancel();
    if (what === "check_in") world.anchors = { ...world.anchors, checked_in: world.now };
    if (what === "no_show") {
      world.anchors = { ...world.anchors, no_show: world.now };
      world.standing = { isOn: false, reason: "booking_no_show" };
    }
    world.sync();
  }

  it("holds the contract", () => {
    fc.assert(
      fc.property(fc.integer({ min: -24, max: 40 * 24 }), happenings, (lead, history) => {
        const world = new World([...STEPS, ...BRANCHES], SATURDAY, SATURDAY - lead * HOUR_MS);
        world.sync();
        for (const happening of history) {
          play(world, happening);
          expect(world.sync()).toEqual([]);
          checkRuns(world);
        }
      }),
      { numRuns: 400 },
    );
  });

  function checkRuns(world: World) {
    for (const { stepId, timing, repeatAfterMove } of world.steps) {
      const runs = world.runs.filter((run) => run.stepId === stepId);
      expect(runs.map(({ occurrence }) => occurrence)).toEqual(runs.map((_, index) => index));
      const step = world.steps.find((candidate) => candidate.stepId === stepId)!;
      const open = runs.filter(({ state }) => state.kind === "planned");
      expect(open.length).toBeLessThanOrEqual(1);
      if (!repeatAfterMove) expect(runs.filter(({ state }) => state.kind === "sent").length).toBeLessThanOrEqual(1);
      const isOfBranch = timing.anchor === "cancelled" || timing.anchor === "no_show";
      if (!world.standing.isOn && !isOfBranch) expect(open).toEqual([]);
      for (const run of open) {
        const plan = planStep(step, world.anchors, ZONE, world.now);
        expect(plan.kind === "wait" ? null : plan.at).toBe(run.plannedAt);
      }
    }
  }
});
