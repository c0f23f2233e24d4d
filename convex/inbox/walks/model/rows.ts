import type { QueryCtx } from "../../../_generated/server";
import type { WalkKind } from "../schema";

/** True when everything from before is put right, so that what the walk writes can be relied on. */
export async function isWalked(ctx: QueryCtx, kind: WalkKind): Promise<boolean> {
  return (await walkOf(ctx, kind))?.isDone === true;
}

/** How far a walk is; null before it began. */
export async function walkOf(ctx: QueryCtx, kind: WalkKind) {
  return await ctx.db
    .query("inboxWalks")
    .withIndex("by_kind", (q) => q.eq("kind", kind))
    .unique();
}
