import type { Id } from "../../_generated/dataModel";
import type { FlowFacts } from "../flow/facts";
import { leftBy } from "../flow/leaving";
import type { Flow } from "../flow/schema";
import { wakeAt, walk, wantedSteps, type NodeRecord, type Visit, type WalkInput } from "../flow/walk";
import { planEnrolment, type Action, type ExistingRun } from "../planner";
import type { StepRunState } from "../schema";
import type { Settings } from "../settings/schema";

// A person's whole way through a journey, run again in thought: from one instant at which something happened to the next,
// with the walk and the planner of the engine (product.md O-5). Pure.

/** What was known from an instant on (UTC ms). Outcomes, replies and complaints may be those of the whole time. */
export type Moment = { from: number; facts: FlowFacts };

export type CourseInput = {
  flow: Flow;
  settings: Settings;
  /** Oldest first; the first is the entry. */
  moments: readonly Moment[];
  /** Decisions that fell in reality at steps that are the same in this journey: taken as found, not anew. */
  found: ReadonlyMap<string, NodeRecord>;
  detour: NonNullable<WalkInput["detour"]>;
  /** UTC ms. */
  until: number;
};

/** A message of the replay. */
export type ReplayedRun = ExistingRun<number>;

/** Instants at which a replay looks; a journey of a year that asks every day stays far below. */
const LOOKS_LIMIT = 1_000;

/** Nothing is queued in thought. */
const NO_MESSAGE = "" as Id<"messageQueue">;

/** All messages of the way, as they stand at `until`. */
export function replayCourse(input: CourseInput): ReplayedRun[] {
  const course: Course = { runs: [], dueAt: new Map(), records: new Map() };
  let now = input.moments[0]?.from ?? null;
  for (let looks = 0; now !== null && now <= input.until && looks < LOOKS_LIMIT; looks += 1) {
    now = look(input, course, now);
  }
  return course.runs;
}

type Course = {
  runs: ReplayedRun[];
  /** When what is planned leaves, by run. */
  dueAt: Map<number, number>;
  records: Map<string, NodeRecord>;
};

/** What the engine does at an instant. Returns the next one at which there is something to do, or null. */
function look(input: CourseInput, course: Course, now: number): number | null {
  const { flow, settings, found, detour } = input;
  const known = momentAt(input.moments, now).facts;
  const facts = { ...known, ...knownAt(known, course, now) };
  const records = new Map([...course.records, ...[...found].filter(([, { at }]) => at <= now)]);
  const { takenOutAt = Infinity, ...rest } = detour;
  const taken = takenOutAt <= now ? { takenOutAt } : {};
  const visits = walk({ flow, settings, facts, records, now, turnAt: (_, at) => at, detour: { ...rest, ...taken } });
  keep(course, visits);
  const wanted = wantedSteps(visits);
  for (const action of planEnrolment({ wanted, runs: course.runs, standing: facts.standing, left: leftBy(visits) })) {
    carryOut(course, action);
  }
  send(course, now);
  return nextInstant(input, course, visits, now);
}

function momentAt(moments: readonly Moment[], now: number): Moment {
  const moment = moments.findLast(({ from }) => from <= now) ?? moments[0];
  if (moment === undefined) throw new Error("A replay needs a beginning.");
  return moment;
}

/** What had become known by then: of messages, only of those that have left here too. */
function knownAt({ outcomes, replies, complainedAt = null }: FlowFacts, { runs }: Course, now: number) {
  const sent = new Map(
    runs.flatMap(({ stepId, state }) => (state.kind === "sent" ? [[stepId, state.at] as const] : [])),
  );
  const seen = Object.entries(outcomes).flatMap(([stepId, times]) => {
    const sentAt = sent.get(stepId);
    if (sentAt === undefined) return [];
    const past = Object.entries(times).filter(([, at]) => at <= now);
    return [[stepId, { ...Object.fromEntries(past), sent: sentAt }] as const];
  });
  const unseen = [...sent].flatMap(([stepId, at]) => (stepId in outcomes ? [] : [[stepId, { sent: at }] as const]));
  return {
    outcomes: Object.fromEntries([...seen, ...unseen]),
    replies: replies.filter(({ at }) => at <= now),
    complainedAt: complainedAt !== null && complainedAt <= now ? complainedAt : null,
  };
}

function keep({ records }: Course, visits: readonly Visit[]): void {
  for (const visit of visits) {
    if (visit.kind === "passed" && visit.isNew) {
      records.set(visit.node.stepId, { at: visit.at, outcome: visit.outcome });
    }
  }
}

function carryOut(course: Course, action: Action<number>): void {
  const { runs, dueAt } = course;
  const put = (
    runId: number | undefined,
    fields: Pick<ReplayedRun, "plannedAt" | "state">,
    of?: { stepId: string; occurrence: number },
  ) => {
    const known = runs.findIndex((run) => run.runId === runId);
    const run = runs[known];
    if (run !== undefined) runs[known] = { ...run, ...fields };
    else if (of !== undefined)
      runs.push({ runId: runs.length, stepId: of.stepId, occurrence: of.occurrence, ...fields });
    return run?.runId ?? runs.length - 1;
  };
  switch (action.kind) {
    case "plan": {
      const id = put(action.runId, { plannedAt: action.at, state: PLANNED }, action);
      dueAt.set(id, action.dueAt);
      return;
    }
    case "wait":
      put(undefined, { plannedAt: null, state: { kind: "waiting", anchor: action.anchor } }, action);
      return;
    case "skip": {
      const { at, reason } = action;
      put(action.runId, { plannedAt: at, state: { kind: "skipped", at, reason } }, action);
      return;
    }
    case "move":
      put(action.runId, { plannedAt: action.at, state: PLANNED });
      dueAt.set(action.runId, action.dueAt);
      return;
    case "stop": {
      const { at, reason } = action;
      const off = { at: at ?? 0, reason };
      const state: StepRunState = action.as === "skipped" ? { kind: "skipped", ...off } : { kind: "cancelled", ...off };
      put(action.runId, { plannedAt: at, state });
    }
  }
}

const PLANNED: StepRunState = { kind: "planned", queueId: NO_MESSAGE };

function send({ runs, dueAt }: Course, now: number): void {
  runs.forEach((run, i) => {
    const at = dueAt.get(run.runId) ?? Infinity;
    if (run.state.kind === "planned" && at <= now)
      runs[i] = { ...run, state: { kind: "sent", at, queueId: NO_MESSAGE } };
  });
}

/** When a fact comes, a decision falls, or a message leaves. */
function nextInstant(
  { moments, found, detour }: CourseInput,
  { runs, dueAt }: Course,
  visits: readonly Visit[],
  now: number,
): number | null {
  const { outcomes, replies, complainedAt } = momentAt(moments, now).facts;
  const instants = [
    ...moments.map(({ from }) => from),
    ...[...found.values()].map(({ at }) => at),
    ...runs.flatMap(({ runId, state }) => (state.kind === "planned" ? [dueAt.get(runId) ?? Infinity] : [])),
    ...Object.values(outcomes).flatMap((times) => Object.values(times)),
    ...replies.map(({ at }) => at),
    wakeAt(visits) ?? Infinity,
    complainedAt ?? Infinity,
    detour.takenOutAt ?? Infinity,
  ];
  const next = Math.min(...instants.filter((at) => at > now));
  return Number.isFinite(next) ? next : null;
}
