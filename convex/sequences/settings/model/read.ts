import type { Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { DEFAULT_SETTINGS } from "../rules";
import type { Settings } from "../schema";

/** The rules of a whole journey. */
export async function settingsOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Settings> {
  const row = await rowOf(ctx, sequenceId);
  return row?.settings ?? DEFAULT_SETTINGS;
}

/** What is kept of them; null when nobody has set any. */
export async function rowOf(ctx: QueryCtx, sequenceId: Id<"sequences">) {
  return await ctx.db
    .query("sequenceSettings")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .unique();
}
