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
