import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { hash32 } from "../../delivery/hash";
import { NODES_LIMIT } from "../flow/problems";
import type { StepRunState } from "../schema";

// Counts of step runs and enrolments by state, kept in the transaction of every change: screens never count rows.

/** Rows per step: parallel bookings of one sequence write different ones. Reading a figure adds up as many. */
const SHARDS = 4;
/** The nodes of a sequence, in all its versions, and its enrolments, times the shards. */
const ROWS_LIMIT = (3 * NODES_LIMIT + 1) * SHARDS;

/** People who stand at a step: it is what comes next for them. */
const HERE = "here";

/** Of a message its state, of a decision the arm taken. */
type RunKind = StepRunState["kind"] | `arm:${string}`;
type EnrolmentKind = Doc<"enrolments">["state"]["kind"];

/** Changes of counts collected while one enrolment is written, so that each row is touched once. */
export class Tally {
  private readonly changes = new Map<string | null, Map<string, number>>();

  /** A run of `stepId` went from one state to another; `null` before its first. */
  run(stepId: string, from: RunKind | null, to: RunKind): void {
    this.add(stepId, from, to);
  }

  /** Somebody who stood at one step stands at another now; null: nowhere. */
  stand(from: string | null, to: string | null): void {
    if (from === to) return;
    if (from !== null) this.count(from, HERE, -1);
    if (to !== null) this.count(to, HERE, 1);
  }

  enrolment(from: EnrolmentKind | null, to: EnrolmentKind): void {
    this.add(null, from, to);
  }

  private add(stepId: string | null, from: string | null, to: string): void {
    if (from === to) return;
    if (from !== null) this.count(stepId, from, -1);
    this.count(stepId, to, 1);
  }

  private count(stepId: string | null, kind: string, change: number): void {
    const counts = this.changes.get(stepId) ?? new Map<string, number>();
    this.changes.set(stepId, counts);
    counts.set(kind, (counts.get(kind) ?? 0) + change);
  }

  /** Writes what was collected into the shard of the enrolment. */
  async write(ctx: MutationCtx, enrolment: Doc<"enrolments">): Promise<void> {
    const { orgId, sequenceId } = enrolment;
    const shard = hash32(enrolment._id) % SHARDS;
    for (const [stepId, changes] of this.changes) {
      const row = await ctx.db
        .query("sequenceFigures")
        .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId).eq("stepId", stepId).eq("shard", shard))
        .unique();
      const counts = { ...row?.counts };
      for (const [state, change] of changes) counts[state] = (counts[state] ?? 0) + change;
      if (row === null) await ctx.db.insert("sequenceFigures", { orgId, sequenceId, stepId, shard, counts });
      else await ctx.db.patch("sequenceFigures", row._id, { counts });
    }
  }
}

/** Where the people of a sequence are, by step: who stands there, and for whom its message is queued or waits. */
export async function whereabouts(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
): Promise<{ people: number; byStep: Map<string, { here: number; planned: number }> }> {
  const byStep = new Map<string, { here: number; planned: number }>();
  let people = 0;
  for (const { stepId, counts } of await rowsOf(ctx, sequenceId)) {
    if (stepId === null) {
      people += counts["active"] ?? 0;
      continue;
    }
    const { here, planned } = byStep.get(stepId) ?? { here: 0, planned: 0 };
    const queued = (counts["planned"] ?? 0) + (counts["waiting"] ?? 0);
    byStep.set(stepId, { here: here + (counts[HERE] ?? 0), planned: planned + queued });
  }
  return { people, byStep };
}

async function rowsOf(ctx: QueryCtx, sequenceId: Id<"sequences">) {
  return await ctx.db
    .query("sequenceFigures")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .take(ROWS_LIMIT);
}

/** What the screens show: `planned` includes steps that wait for their anchor, `skipped` those stopped by a cancellation. */
export type Figures = { active: number; planned: number; sent: number; skipped: number; failed: number };

/** The figures of a sequence and of each of its steps, by step id. */
export async function figuresOf(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
): Promise<{ total: Figures; byStep: Map<string, Figures> }> {
  const rows = await rowsOf(ctx, sequenceId);
  const total = noFigures();
  const byStep = new Map<string, Figures>();
  for (const { stepId, counts } of rows) {
    if (stepId === null) {
      total.active += counts["active"] ?? 0;
      continue;
    }
    const step = byStep.get(stepId) ?? noFigures();
    byStep.set(stepId, step);
    for (const figures of [total, step]) addRuns(figures, counts);
  }
  return { total, byStep };
}

/** All zero: a sequence or step nothing has happened in yet. */
export function noFigures(): Figures {
  return { active: 0, planned: 0, sent: 0, skipped: 0, failed: 0 };
}

function addRuns(figures: Figures, counts: Record<string, number>): void {
  figures.planned += (counts["planned"] ?? 0) + (counts["waiting"] ?? 0);
  figures.sent += counts["sent"] ?? 0;
  figures.skipped += (counts["skipped"] ?? 0) + (counts["cancelled"] ?? 0);
  figures.failed += counts["failed"] ?? 0;
}
