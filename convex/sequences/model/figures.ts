import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { hash32 } from "../../delivery/hash";
import { NODES_LIMIT } from "../flow/problems";
import type { Channel } from "../../lib/closedSets";
import {
  type Counts,
  figuresFrom,
  HERE,
  isSuccessPart,
  kindOf,
  reasonKey,
  type SequenceCounts,
} from "../figures/counts";
import type { Figures, StepOutcome } from "../figures/schema";
import type { StepRunState } from "../schema";

// Counts of step runs and enrolments by state, kept in the transaction of every change: screens never count rows.

/** Rows per step: parallel bookings of one sequence write different ones. Reading a figure adds up as many. */
const SHARDS = 4;
/** The nodes of a sequence, in all its versions, and its enrolments, times the shards. */
const ROWS_LIMIT = (3 * NODES_LIMIT + 1) * SHARDS;

/** Of a message its state, of a decision the arm taken. */
type RunState = StepRunState | `arm:${string}`;
type EnrolmentKind = Doc<"enrolments">["state"]["kind"];

/** Changes of counts collected while people of one sequence are written, so that each row is touched once. */
export class Tally {
  private readonly changes = new Map<string | null, Map<string, number>>();

  /** A run of `stepId` went from one state to another; `null` before its first. */
  run(stepId: string, from: RunState | null, to: RunState): void {
    this.add(stepId, from === null ? null : kindOf(from), kindOf(to));
    const [before, after] = [from === null ? null : reasonKey(from), reasonKey(to)];
    if (before === after) return;
    if (before !== null) this.count(stepId, before, -1);
    if (after !== null) this.count(stepId, after, 1);
  }

  /** Skipped for its reason before reasons were counted. */
  reasonFromBefore(stepId: string, state: StepRunState): void {
    const key = reasonKey(state);
    if (key !== null) this.count(stepId, key, 1);
  }

  /** Something has become of a sent message, or turned out not to. */
  outcome(stepId: string, outcome: StepOutcome, channel: Channel | undefined, change: 1 | -1): void {
    this.count(stepId, outcome, change);
    if (channel !== undefined && isSuccessPart(outcome)) this.count(stepId, `${outcome}:${channel}`, change);
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

  /** How many more have entered than there were. */
  get entries(): number {
    return [...(this.changes.get(null)?.values() ?? [])].reduce((sum, change) => sum + change, 0);
  }

  /** Writes what was collected into the shard of an enrolment, one of those it is about. */
  async write(ctx: MutationCtx, enrolment: Doc<"enrolments">): Promise<void> {
    const { orgId, sequenceId } = enrolment;
    const shard = hash32(enrolment._id) % SHARDS;
    for (const [stepId, changes] of this.changes) {
      if ([...changes.values()].every((change) => change === 0)) continue;
      const row = await ctx.db
        .query("sequenceFigures")
        .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId).eq("stepId", stepId).eq("shard", shard))
        .unique();
      const counts = { ...row?.counts };
      for (const [state, change] of changes) counts[state] = (counts[state] ?? 0) + change;
      if (row === null) await ctx.db.insert("sequenceFigures", { orgId, sequenceId, stepId, shard, counts });
      else await ctx.db.patch("sequenceFigures", row._id, { counts });
    }
    this.changes.clear();
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

/** How many have ever entered a sequence, whatever became of them. */
export async function entriesOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<number> {
  const rows = await ctx.db
    .query("sequenceFigures")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId).eq("stepId", null))
    .take(SHARDS);
  return rows.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
}

async function rowsOf(ctx: QueryCtx, sequenceId: Id<"sequences">) {
  return await ctx.db
    .query("sequenceFigures")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .take(ROWS_LIMIT);
}

/** The figures of a sequence and of each of its steps, by step id. */
export async function figuresOf(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
): Promise<{ total: Figures; byStep: Map<string, Figures> }> {
  const { total, steps } = figuresFrom(await countsOf(ctx, sequenceId));
  return { total, byStep: new Map(steps.map(({ stepId, figures }) => [stepId, figures])) };
}

/** The counts of a sequence, shards added up: of its people, and of each step. */
export async function countsOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<SequenceCounts> {
  const people: Counts = {};
  const byStep = new Map<string, Counts>();
  for (const { stepId, counts } of await rowsOf(ctx, sequenceId)) {
    const sums = stepId === null ? people : (byStep.get(stepId) ?? {});
    if (stepId !== null) byStep.set(stepId, sums);
    for (const [key, count] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + count;
  }
  return { people, byStep };
}
