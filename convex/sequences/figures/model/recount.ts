import { internal } from "../../../_generated/api";
import type { Doc } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { requireMessage } from "../../../delivery/model";
import { Tally } from "../../model/figures";
import { keepOutcomes } from "./outcomes";

/** Runs looked at in one transaction: each reads its message and the reports about it. */
const BATCH = 50;

/**
 * Counts the reasons and outcomes of what was there before they were counted, a batch at a time: the cursor moves on in
 * the transaction of its batch, so that nothing is counted twice whatever happens. Does nothing once all is counted.
 */
export async function recountNext(ctx: MutationCtx, now: number): Promise<void> {
  const sequence = await ctx.db
    .query("sequences")
    .withIndex("by_counted", (q) => q.eq("isCounted", undefined))
    .first();
  if (sequence === null) return;
  const { cursor, since } = sequence.recount ?? { cursor: null, since: now };
  const page = await ctx.db
    .query("stepRuns")
    .withIndex("by_sequence_step", (q) => q.eq("sequenceId", sequence._id))
    .paginate({ cursor, numItems: BATCH });
  for (const run of page.page) await recount(ctx, run, since);
  const done = { isCounted: true, recount: undefined };
  const patch = page.isDone ? done : { recount: { cursor: page.continueCursor, since } };
  await ctx.db.patch("sequences", sequence._id, patch);
  await ctx.scheduler.runAfter(0, internal.sequences.figures.jobs.recount, {});
}

async function recount(ctx: MutationCtx, run: Doc<"stepRuns">, since: number): Promise<void> {
  const { state } = run;
  const enrolment = await ctx.db.get("enrolments", run.enrolmentId);
  if (enrolment === null) return;
  const tally = new Tally();
  const isFromBefore = "at" in state && state.at < since;
  if (isFromBefore) tally.reasonFromBefore(run.stepId, state);
  const message =
    state.kind === "sent" || state.kind === "failed" ? await requireMessage(ctx, run.orgId, state.queueId) : null;
  if (message !== null) await keepOutcomes(ctx, run, message, tally);
  await tally.write(ctx, enrolment);
}
