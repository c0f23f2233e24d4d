import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** Reports of every organisation created after one instant and not after another, oldest first. For roll-ups. */
export async function receiptsBetween(
  ctx: QueryCtx,
  after: number,
  until: number,
  limit: number,
): Promise<Doc<"receipts">[]> {
  return await ctx.db
    .query("receipts")
    .withIndex("by_creation_time", (q) => q.gt("_creationTime", after).lte("_creationTime", until))
    .take(limit);
}
