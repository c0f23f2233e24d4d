import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { wholeInstants } from "../../lib/wholeInstants";

/** More rows than the transactions of one millisecond can write. */
const MAX_OF_INSTANT = 2_000;

/**
 * Ended attempts of every organisation created after one instant and not after another, oldest first; `limit` or a few more
 * while there are as many (lib/wholeInstants). For roll-ups.
 */
export async function attemptsBetween(
  ctx: QueryCtx,
  after: number,
  until: number,
  limit: number,
): Promise<Doc<"attempts">[]> {
  const rows = {
    after: (instant: number, most: number) =>
      ctx.db
        .query("attempts")
        .withIndex("by_creation_time", (q) => q.gt("_creationTime", instant).lte("_creationTime", until))
        .take(most),
    at: (instant: number) =>
      ctx.db
        .query("attempts")
        .withIndex("by_creation_time", (q) => q.eq("_creationTime", instant))
        .take(MAX_OF_INSTANT),
  };
  return await wholeInstants(rows, after, limit);
}

/** More tries than one message ever has. */
const MAX_TRIES = 50;

/** What sending a message cost until now, in millionths of the currency unit. For roll-ups. */
export async function costOfMessage(ctx: QueryCtx, queueId: string): Promise<number> {
  const id = ctx.db.normalizeId("messageQueue", queueId);
  if (id === null) return 0;
  const tries = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", id))
    .take(MAX_TRIES);
  return tries.reduce((sum, { priceMicros = 0 }) => sum + priceMicros, 0);
}
