import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { leaves } from "../flow/leaving";
import { nextDecision, type Visit } from "../flow/walk";
import type { Standing } from "../planner";
import type { Tally } from "./figures";
import { runsOf } from "./runs";

// What is kept of where a person stands in a journey.

type Enrolment = Doc<"enrolments">;
type Run = Doc<"stepRuns">;

/** Where a path stands: whether it goes on, when and at which node it is looked at again, whether it was left. */
export type PathState = Pick<Enrolment, "isUnderWay" | "wakeAt" | "pendingStepId"> & {
  left?: string;
  /** Whether a rule may still end it. */
  listens: boolean;
};

/** Where the visits of a path end up. */
export function pathStateOf(visits: readonly Visit[], listens: boolean): PathState {
  const next = nextDecision(visits);
  const isUnderWay = (next !== null && next.at !== null) || visits.at(-1)?.kind === "waiting";
  return { isUnderWay, wakeAt: next?.at ?? undefined, pendingStepId: next?.stepId, left: leaves(visits), listens };
}

/** The same as it is kept: what has become of a message moves nobody by itself. */
export function pathStateKept({ isUnderWay, wakeAt, pendingStepId, state, isListening }: Enrolment): PathState {
  const left = state.kind === "exited" ? state.reason : undefined;
  return { isUnderWay, wakeAt, pendingStepId, left, listens: isListening ?? false };
}

/** `runs` when they were read and have not been changed since. */
type Circumstances = {
  booking: Doc<"bookings">;
  standing: Standing;
  tally: Tally;
  now: number;
  runs?: readonly Run[];
};

/**
 * Keeps where a person stands: at which step, whether the journey is over for them (because the booking is, they left, or
 * nothing is planned and the path has ended), and when it is looked at again. Returns the enrolment as it is then.
 */
export async function settleEnrolment(
  ctx: MutationCtx,
  enrolment: Enrolment,
  path: PathState,
  { booking, standing, tally, now, ...read }: Circumstances,
): Promise<Enrolment> {
  const runs = read.runs ?? (await runsOf(ctx, enrolment._id));
  const settled = settledState(runs, path, booking, standing, now);
  const state = settled.kind === enrolment.state.kind ? enrolment.state : settled;
  const { isUnderWay, wakeAt, pendingStepId } = path;
  const standsAt = state.kind === "active" ? standingPlace(runs, path) : undefined;
  const isListening = path.listens && state.kind === "active" ? true : undefined;
  const next = { state, isUnderWay, wakeAt, pendingStepId, standsAt, isListening };
  const isSame =
    state === enrolment.state &&
    (isUnderWay ?? false) === (enrolment.isUnderWay ?? false) &&
    wakeAt === enrolment.wakeAt &&
    pendingStepId === enrolment.pendingStepId &&
    standsAt === enrolment.standsAt &&
    isListening === enrolment.isListening;
  if (isSame) return enrolment;
  await ctx.db.patch("enrolments", enrolment._id, next);
  tally.enrolment(enrolment.state.kind, state.kind);
  tally.stand(enrolment.standsAt ?? null, standsAt ?? null);
  if (wakeAt !== undefined && wakeAt !== enrolment.wakeAt) {
    await ctx.scheduler.runAt(wakeAt, internal.sequences.jobs.wake, { enrolmentId: enrolment._id, at: wakeAt });
  }
  return { ...enrolment, ...next };
}

function settledState(
  runs: readonly Run[],
  path: PathState,
  booking: Doc<"bookings">,
  standing: Standing,
  now: number,
): Enrolment["state"] {
  if (path.left !== undefined) return { kind: "exited", at: now, reason: path.left };
  if (!standing.isOn) return { kind: "exited", at: now, reason: standing.reason };
  if (path.isUnderWay === true) return { kind: "active" };
  // What waits for a check-in or a no-show waits in vain once the booking is completed.
  const isOpen = runs.some(
    ({ state }) => state.kind === "planned" || (state.kind === "waiting" && booking.status !== "completed"),
  );
  return isOpen ? { kind: "active" } : { kind: "completed", at: now };
}

/** What comes next for a person: the first queued message or the next decision; else what waits for the booking. */
function standingPlace(runs: readonly Run[], { wakeAt, pendingStepId }: PathState): string | undefined {
  let first: Run | undefined;
  for (const run of runs) {
    if (run.state.kind === "planned" && (run.plannedAt ?? Infinity) < (first?.plannedAt ?? Infinity)) first = run;
  }
  const isDecisionFirst = pendingStepId !== undefined && (wakeAt ?? Infinity) <= (first?.plannedAt ?? Infinity);
  if (first !== undefined && !isDecisionFirst) return first.stepId;
  return pendingStepId ?? runs.find(({ state }) => state.kind === "waiting")?.stepId;
}
