import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { recordReceipt, type NewReceipt } from "../model";
import { nextLookMs } from "../waiting";

/** Early reports one sweep looks at; each costs a handful of reads. */
const SWEEP_BATCH = 100;

/** Looks up to this far ahead get a job of their own; the others wait for the minutely sweep. */
const OWN_JOB_MS = 20_000;

/**
 * Keeps a report about a message nobody knows and looks again later: the answer to the send may not be recorded yet
 * (product.md 2.2). A repetition changes nothing.
 */
export async function keepEarly(ctx: MutationCtx, receipt: NewReceipt): Promise<void> {
  const { orgId, dedupeKey } = receipt;
  const known = await ctx.db
    .query("earlyReceipts")
    .withIndex("by_dedupe", (q) => q.eq("orgId", orgId).eq("dedupeKey", dedupeKey))
    .first();
  if (known !== null) return;
  const delayMs = nextLookMs(1) ?? 0;
  const earlyId = await ctx.db.insert("earlyReceipts", { ...receipt, tries: 1, nextTryAt: Date.now() + delayMs });
  await ctx.scheduler.runAfter(delayMs, internal.tracking.receipts.jobs.lookAgain, { earlyId });
}

/** Looks once more for the message of an early report; applies it, waits on, or gives up and deletes it. */
export async function lookAgain(ctx: MutationCtx, earlyId: Id<"earlyReceipts">): Promise<void> {
  const early = await ctx.db.get("earlyReceipts", earlyId);
  if (early === null) return;
  const outcome = await recordReceipt(ctx, asReceipt(early));
  const tries = early.tries + 1;
  const delayMs = outcome === "unmatched" ? nextLookMs(tries) : null;
  if (delayMs === null) {
    await ctx.db.delete("earlyReceipts", earlyId);
    return;
  }
  await ctx.db.patch("earlyReceipts", earlyId, { tries, nextTryAt: Date.now() + delayMs });
  if (delayMs <= OWN_JOB_MS)
    await ctx.scheduler.runAfter(delayMs, internal.tracking.receipts.jobs.lookAgain, { earlyId });
}

/** Looks for the messages of the reports that are due. Returns true when there may be more. */
export async function sweepEarly(ctx: MutationCtx): Promise<boolean> {
  const due = await ctx.db
    .query("earlyReceipts")
    .withIndex("by_next_try", (q) => q.lte("nextTryAt", Date.now()))
    .take(SWEEP_BATCH);
  for (const { _id } of due) await lookAgain(ctx, _id);
  return due.length === SWEEP_BATCH;
}

function asReceipt({
  _id,
  _creationTime,
  tries: _tries,
  nextTryAt: _nextTryAt,
  ...receipt
}: Doc<"earlyReceipts">): NewReceipt {
  return receipt;
}
