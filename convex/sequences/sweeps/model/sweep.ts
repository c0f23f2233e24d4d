import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { appError } from "../../../lib/errors";
import { Desk } from "../../model/desk";
import { whereabouts } from "../../model/figures";
import { carryOut } from "./people";
import type { SweepCounts, SweepTask } from "../schema";

/** People one transaction looks at: some thousand rows read, well below what a transaction may read. */
const BATCH = 50;

/** The newest change that everybody inside takes part in; null when there was none. */
export async function newestSweep(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Doc<"sequenceSweeps"> | null> {
  return await ctx.db
    .query("sequenceSweeps")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .order("desc")
    .first();
}

/** Throws `conflict` while people are still being brought over: two changes at once would be nobody's wish. */
export async function requireNoSweep(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<void> {
  const sweep = await newestSweep(ctx, sequenceId);
  if (sweep?.state === "running") throw appError("conflict", "An earlier change is still reaching the people inside.");
}

/** Begins to carry out a change for everybody inside. Returns null when nobody is. Throws `conflict` like requireNoSweep. */
export async function beginSweep(
  ctx: MutationCtx,
  { _id: sequenceId, orgId }: Doc<"sequences">,
  task: SweepTask,
): Promise<Id<"sequenceSweeps"> | null> {
  await requireNoSweep(ctx, sequenceId);
  const { people } = await whereabouts(ctx, sequenceId);
  if (people === 0) return null;
  const sweepId = await ctx.db.insert("sequenceSweeps", {
    orgId,
    sequenceId,
    task,
    state: "running",
    cursor: null,
    people,
    counts: { moved: 0, kept: 0, finished: 0, takenOut: 0 },
    startedAt: Date.now(),
  });
  await ctx.scheduler.runAfter(0, internal.sequences.sweeps.jobs.step, { sweepId });
  return sweepId;
}

/** Carries out the next batch and schedules the one after it, together: what was broken off begins again where it was. */
export async function sweepOn(ctx: MutationCtx, sweepId: Id<"sequenceSweeps">): Promise<void> {
  const sweep = await ctx.db.get("sequenceSweeps", sweepId);
  if (sweep === null || sweep.state === "done") return;
  const { sequenceId, task, cursor } = sweep;
  const { page, isDone, continueCursor } = await ctx.db
    .query("enrolments")
    .withIndex("by_sequence_state", (q) => q.eq("sequenceId", sequenceId).eq("state.kind", "active"))
    .paginate({ cursor, numItems: BATCH });
  const now = Date.now();
  const desk = new Desk();
  const counts: SweepCounts = { ...sweep.counts };
  for (const enrolment of page) {
    const became = await carryOut(ctx, task, enrolment, now, desk);
    if (became !== null) counts[became] += 1;
  }
  await desk.write(ctx);
  await ctx.db.patch("sequenceSweeps", sweepId, {
    counts,
    ...(isDone ? { state: "done", endedAt: now } : { cursor: continueCursor }),
  });
  if (isDone && task.kind === "resume") {
    await ctx.scheduler.runAfter(0, internal.sequences.running.jobs.endPause, { sequenceId, memberId: task.by });
  }
  if (!isDone) await ctx.scheduler.runAfter(0, internal.sequences.sweeps.jobs.step, { sweepId });
}
