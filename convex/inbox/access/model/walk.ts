import { internal } from "../../../_generated/api";
import type { MutationCtx } from "../../../_generated/server";
import { MINUTE_MS } from "../../../lib/time";
import { countPlace } from "./placeCounts";

// Conversations of a database from before the counts of places (decision 0010) are counted once, batch after batch.

/** Conversations one transaction looks at; all of them may lie in the same place, so that the row is written as often. */
const BATCH = 200;
/** A walk that did nothing for so long was cut short. */
const LOST_AFTER_MS = 2 * MINUTE_MS;

/** Begins the walk, or takes one up that was cut short. Nothing happens while one goes on and when it is done. */
export async function lookAfterWalk(ctx: MutationCtx, now: number): Promise<void> {
  const walk = await ctx.db.query("placeWalks").first();
  if (walk?.isDone === true || (walk !== null && now - walk.workedAt < LOST_AFTER_MS)) return;
  if (walk === null) await ctx.db.insert("placeWalks", { after: 0, isDone: false, workedAt: now });
  await walkOn(ctx, now);
}

/** Counts one batch and schedules the next while there is one. */
export async function walkOn(ctx: MutationCtx, now: number): Promise<void> {
  const walk = await ctx.db.query("placeWalks").first();
  if (walk === null || walk.isDone) return;
  const threads = await ctx.db
    .query("threads")
    .withIndex("by_creation_time", (q) => q.gt("_creationTime", walk.after))
    .take(BATCH);
  for (const thread of threads) {
    if (thread.isPlaced === true) continue;
    await countPlace(ctx, null, thread);
    await ctx.db.patch("threads", thread._id, { isPlaced: true });
  }
  const isDone = threads.length < BATCH;
  await ctx.db.patch("placeWalks", walk._id, {
    after: threads.at(-1)?._creationTime ?? walk.after,
    isDone,
    workedAt: now,
  });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.inbox.access.jobs.walk, {});
}
