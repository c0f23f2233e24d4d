import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { SECOND_MS } from "../../lib/time";

// Events that come by the hundred from one source, such as delivery reports, wait together: one job reads all there are in
// one transaction, where a job for each would spend most of its time on itself.

/** How long a source's first event waits for others. Nobody sees a tenth of a second of a report. */
const GATHER_MS = 50;

/** Events one transaction takes: each costs some ten reads and a few writes, and a function may compute for a second. */
const MAX_AT_ONCE = 50;

/** A wake-up this far past its time is taken for lost: its job failed. */
const LOST_AFTER_MS = 30 * SECOND_MS;

/** The queue of an event: its kind decides who reads it, and one source's events are read in order. */
export function queueOf({ kind, sourceId }: Pick<Doc<"rawEvents">, "kind" | "sourceId">): string {
  return `${kind}:${sourceId}`;
}

/** Makes sure that the queue is read soon. */
export async function wakeQueue(ctx: MutationCtx, queue: string, gatherMs = GATHER_MS): Promise<void> {
  const wakeUp = await wakeUpOf(ctx, queue);
  const now = Date.now();
  if (wakeUp !== null && wakeUp.at > now - LOST_AFTER_MS) return;
  const at = now + gatherMs;
  await ctx.scheduler.runAt(at, internal.intake.jobs.processWaiting, { queue });
  if (wakeUp === null) await ctx.db.insert("intakeWakeUps", { queue, at });
  else await ctx.db.patch("intakeWakeUps", wakeUp._id, { at });
}

/** The events that have waited longest. */
export async function waitingIn(ctx: MutationCtx, queue: string): Promise<Doc<"rawEvents">[]> {
  return await ctx.db
    .query("rawEvents")
    .withIndex("by_queue", (q) => q.eq("queue", queue))
    .take(MAX_AT_ONCE);
}

/** Called by the job of the queue when it is done: it comes again for the rest, or the next event wakes it. */
export async function endWakeUp(ctx: MutationCtx, queue: string, read: number): Promise<void> {
  const wakeUp = await wakeUpOf(ctx, queue);
  if (read > 0 && (await waitingIn(ctx, queue)).length > 0) {
    await ctx.scheduler.runAfter(0, internal.intake.jobs.processWaiting, { queue });
    if (wakeUp !== null) await ctx.db.patch("intakeWakeUps", wakeUp._id, { at: Date.now() });
  } else if (wakeUp !== null) {
    await ctx.db.delete("intakeWakeUps", wakeUp._id);
  }
}

async function wakeUpOf(ctx: MutationCtx, queue: string): Promise<Doc<"intakeWakeUps"> | null> {
  return await ctx.db
    .query("intakeWakeUps")
    .withIndex("by_queue", (q) => q.eq("queue", queue))
    .unique();
}
