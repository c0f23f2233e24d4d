import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Lane } from "../schema";

/** A wake-up this far past its time is taken for lost: the scheduler is late at times, but not by this much. */
const LOST_AFTER_MS = 30_000;

/** The dispatcher of one lane and shard. */
export type Queue = { lane: Lane; shard: number };

/** The oldest message of a queue that is still to be sent, or null. */
export async function earliestPending(ctx: QueryCtx, { lane, shard }: Queue): Promise<Doc<"messageQueue"> | null> {
  return await ctx.db
    .query("messageQueue")
    .withIndex("by_due", (q) => q.eq("lane", lane).eq("shard", shard).eq("state.kind", "pending"))
    .first();
}

/**
 * Makes sure the queue's dispatcher runs at `at` or before: schedules it when nothing is scheduled, moves the one
 * wake-up when `at` is earlier. The dispatcher is a mutation, so the scheduler runs it exactly once, restarts included.
 */
export async function ensureWakeUp(ctx: MutationCtx, queue: Queue, at: number): Promise<void> {
  const wakeUp = await wakeUpOf(ctx, queue);
  if (wakeUp !== null && wakeUp.at <= at) return;
  if (wakeUp !== null) await ctx.scheduler.cancel(wakeUp.jobId);
  await writeWakeUp(ctx, queue, at, wakeUp);
}

/** When the queue's dispatcher is scheduled to run, or null. */
export async function nextWakeUpAt(ctx: QueryCtx, queue: Queue): Promise<number | null> {
  return (await wakeUpOf(ctx, queue))?.at ?? null;
}

/** Called by the dispatcher when it starts: the wake-up that brought it here is used up. Later ones stay. */
export async function consumeWakeUp(ctx: MutationCtx, queue: Queue, now: number): Promise<void> {
  const wakeUp = await wakeUpOf(ctx, queue);
  if (wakeUp !== null && wakeUp.at <= now) await ctx.db.delete("wakeUps", wakeUp._id);
}

/**
 * Schedules the dispatcher again if its wake-up was lost: the job failed, vanished, or is long overdue. Returns true
 * when it had to.
 */
export async function restoreWakeUp(ctx: MutationCtx, queue: Queue, now: number): Promise<boolean> {
  const [earliest, wakeUp] = [await earliestPending(ctx, queue), await wakeUpOf(ctx, queue)];
  if (earliest === null) return false;
  const at = Math.max(now, earliest.dueAt);
  const isAlive = wakeUp !== null && wakeUp.at <= at && (await isWaiting(ctx, wakeUp, now));
  if (isAlive) return false;
  if (wakeUp !== null) await ctx.scheduler.cancel(wakeUp.jobId);
  await writeWakeUp(ctx, queue, at, wakeUp);
  return true;
}

async function isWaiting(ctx: QueryCtx, wakeUp: Doc<"wakeUps">, now: number): Promise<boolean> {
  const job = await ctx.db.system.get("_scheduled_functions", wakeUp.jobId);
  const isScheduled = job?.state.kind === "pending" || job?.state.kind === "inProgress";
  return isScheduled && wakeUp.at > now - LOST_AFTER_MS;
}

async function wakeUpOf(ctx: QueryCtx, { lane, shard }: Queue): Promise<Doc<"wakeUps"> | null> {
  return await ctx.db
    .query("wakeUps")
    .withIndex("by_lane_shard", (q) => q.eq("lane", lane).eq("shard", shard))
    .unique();
}

async function writeWakeUp(ctx: MutationCtx, queue: Queue, at: number, old: Doc<"wakeUps"> | null): Promise<void> {
  const { lane, shard } = queue;
  const jobId = await ctx.scheduler.runAt(at, internal.delivery.jobs.dispatch, { lane, shard });
  if (old === null) await ctx.db.insert("wakeUps", { lane, shard, at, jobId });
  else await ctx.db.patch("wakeUps", old._id, { at, jobId });
}
