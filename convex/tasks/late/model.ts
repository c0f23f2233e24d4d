import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { MaybeMemberCtx } from "../../lib/threadAccess";
import { PENDING } from "../model";
import { callerMaySee } from "../sight/model";

/** Late tasks that are counted; a number of them says "99+" from there on. */
const COUNTED = 100;

/** How many tasks that wait are past their time, of those the caller may see; up to 100. Reads at most 100 of each status. */
export async function countLateTasks(
  ctx: QueryCtx & MaybeMemberCtx,
  orgId: Id<"organisations">,
  now: number,
): Promise<number> {
  let count = 0;
  for (const status of PENDING) {
    const late = await ctx.db
      .query("tasks")
      .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status).gt("dueAt", 0).lt("dueAt", now))
      .take(COUNTED);
    for (const task of late) if (await callerMaySee(ctx, task)) count++;
  }
  return Math.min(count, COUNTED);
}
