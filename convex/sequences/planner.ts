import type { Anchor, SkipReason, Step, StepRunState } from "./schema";
import type { StepPlan } from "./timing";

// What has to change so that the runs of one enrolment agree with its booking. Pure: the booking's state and the runs
// that exist go in, actions come out. Nothing depends on which event was the cause, so events may come late, twice or in
// the wrong order; planning again with nothing changed gives no actions.

type OffReason = Extract<SkipReason, "booking_cancelled" | "booking_no_show" | "booking_taken_back">;

/** Whether the booking still takes place for this person, and if not, why (product.md 4.2 rule 6). */
export type Standing = { isOn: true } | { isOn: false; reason: OffReason };

/** A step run as stored. `plannedAt` is the instant by the contract, null while waiting. */
export type ExistingRun<RunId> = {
  runId: RunId;
  stepId: string;
  occurrence: number;
  plannedAt: number | null;
  state: StepRunState;
};

/** A message that the journey wants, and when. */
export type WantedStep = { step: Pick<Step, "stepId" | "repeatAfterMove">; plan: StepPlan };

export type PlannerInput<RunId> = {
  /** In the order of the journey. */
  wanted: readonly WantedStep[];
  runs: readonly ExistingRun<RunId>[];
  standing: Standing;
  /** Why what the journey no longer wants is taken back, when the person has left it. */
  left?: Left;
};

/** How somebody left a journey before its end. */
export type Left = {
  reason: Extract<SkipReason, "goal_reached" | "left_journey" | "step_removed">;
  explanation: string;
};

/** `runId` absent: a new run. */
export type Action<RunId> =
  /** Queue a message: as a new run, or for one that was waiting for its anchor. */
  | { kind: "plan"; stepId: string; occurrence: number; runId?: RunId; at: number; dueAt: number; explanation: string }
  | { kind: "wait"; stepId: string; occurrence: number; anchor: Anchor; explanation: string }
  /** Record why a step does not run: as a new run, or for one that was waiting. */
  | {
      kind: "skip";
      stepId: string;
      occurrence: number;
      runId?: RunId;
      at: number;
      reason: SkipReason;
      explanation: string;
    }
  /** A queued message leaves at another time. */
  | { kind: "move"; runId: RunId; at: number; dueAt: number; explanation: string }
  /** A queued message is taken back: `skipped` when only this step falls away, `cancelled` with the whole booking. */
  | {
      kind: "stop";
      runId: RunId;
      as: "skipped" | "cancelled";
      at: number | null;
      reason: SkipReason;
      explanation: string;
    };

/** Reasons a later change of the booking, of the path or of its rules may undo; everything else was final. */
const UNDONE_BY_A_MOVE: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "past_at_enrolment",
  "past_after_move",
  "would_pass_start",
]);
const UNDONE_BY_REINSTATEMENT: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "booking_cancelled",
  "booking_no_show",
  "not_on_path",
  "goal_reached",
  "left_journey",
  "step_removed",
  "quiet_hours",
]);

/** The actions for one enrolment: its messages in the order of the journey, then those it no longer wants. */
export function planEnrolment<RunId>({ wanted, runs, standing, left }: PlannerInput<RunId>): Action<RunId>[] {
  const latest = latestRuns(runs);
  const actions = wanted.map(({ step, plan }) => planWanted(step, plan, latest.get(step.stepId) ?? null));
  const ids = new Set(wanted.map(({ step }) => step.stepId));
  const others = [...latest.values()].filter(({ stepId }) => !ids.has(stepId));
  return [...actions, ...others.map((run) => takeBack(run, standing, left))].filter((action) => action !== null);
}

function latestRuns<RunId>(runs: readonly ExistingRun<RunId>[]): Map<string, ExistingRun<RunId>> {
  const latest = new Map<string, ExistingRun<RunId>>();
  for (const run of runs) {
    const known = latest.get(run.stepId);
    if (known === undefined || known.occurrence < run.occurrence) latest.set(run.stepId, run);
  }
  return latest;
}

const EXPLANATIONS: Record<OffReason, string> = {
  booking_cancelled: "The booking was cancelled",
  booking_no_show: "Nobody came",
  booking_taken_back: "The import of the booking was taken back",
};

const ANOTHER_WAY = { reason: "not_on_path", explanation: "The journey went another way" } as const;

/** An unsent message that the journey does not want any more: the booking is off, or the path goes another way. */
function takeBack<RunId>(
  run: ExistingRun<RunId>,
  standing: Standing,
  left: Left | typeof ANOTHER_WAY = ANOTHER_WAY,
): Action<RunId> | null {
  if (run.state.kind !== "planned" && run.state.kind !== "waiting") return null;
  const { runId, plannedAt: at } = run;
  if (standing.isOn) {
    return { kind: "stop", runId, as: "skipped", at, ...left };
  }
  const { reason } = standing;
  return { kind: "stop", runId, as: "cancelled", at, reason, explanation: EXPLANATIONS[reason] };
}

function planWanted<RunId>(
  step: WantedStep["step"],
  plan: StepPlan,
  run: ExistingRun<RunId> | null,
): Action<RunId> | null {
  if (run === null) return begin(step, 0, plan);
  switch (run.state.kind) {
    case "waiting":
      return plan.kind === "wait" ? null : begin(step, run.occurrence, plan, run.runId);
    case "planned":
      return replan(run, plan);
    case "sent":
      return isRepeated(step, run, plan) ? begin(step, run.occurrence + 1, plan) : null;
    case "failed":
      return plan.kind === "send" && plan.at !== run.plannedAt ? begin(step, run.occurrence + 1, plan) : null;
    case "skipped":
    case "cancelled":
      return isRevived(run, run.state.reason, plan) ? begin(step, run.occurrence + 1, plan) : null;
  }
}

function begin<RunId>(step: WantedStep["step"], occurrence: number, plan: StepPlan, runId?: RunId): Action<RunId> {
  const { stepId } = step;
  const { explanation } = plan;
  switch (plan.kind) {
    case "send":
      return { kind: "plan", stepId, occurrence, runId, at: plan.at, dueAt: plan.dueAt, explanation };
    case "skip":
      return { kind: "skip", stepId, occurrence, runId, at: plan.at, reason: plan.reason, explanation };
    case "wait":
      return { kind: "wait", stepId, occurrence, anchor: plan.anchor, explanation };
  }
}

/** Rule 5 for an unsent step: it moves with the booking, or falls away when its new time has passed. */
function replan<RunId>(run: ExistingRun<RunId>, plan: StepPlan): Action<RunId> | null {
  const { runId } = run;
  // An anchor that has happened does not unhappen but by a move; the run then waits as it stands until it is stopped.
  if (plan.kind === "wait") {
    return { kind: "stop", runId, as: "skipped", at: null, reason: "past_after_move", explanation: plan.explanation };
  }
  // Unmoved: also when its moment has just come and the message is about to leave.
  if (plan.at === run.plannedAt) return null;
  const { at, explanation } = plan;
  if (plan.kind === "send") return { kind: "move", runId, at, dueAt: plan.dueAt, explanation };
  const reason = plan.reason === "past_at_enrolment" ? "past_after_move" : plan.reason;
  return { kind: "stop", runId, as: "skipped", at, reason, explanation };
}

/** Rule 5 for a sent step: never again, unless it is marked so and its new time is still ahead. */
function isRepeated<RunId>(step: WantedStep["step"], run: ExistingRun<RunId>, plan: StepPlan): boolean {
  return step.repeatAfterMove && plan.kind === "send" && plan.at !== run.plannedAt;
}

function isRevived<RunId>(run: ExistingRun<RunId>, reason: SkipReason, plan: StepPlan): boolean {
  if (UNDONE_BY_REINSTATEMENT.has(reason)) return plan.kind !== "skip";
  return UNDONE_BY_A_MOVE.has(reason) && plan.kind === "send" && plan.at !== run.plannedAt;
}
