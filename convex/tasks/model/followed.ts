import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { pageOfFollowed } from "../../lib/followed";
import { callerMaySee } from "../sight/model";

type Wanted = { since: number; status?: Doc<"tasks">["status"]; assigneeId?: Doc<"tasks">["assigneeId"] };

/** A page of tasks that changed since an instant (UTC ms) and that a member may see, as lib/followed.ts has them. */
export async function pageOfChangedTasks(
  ctx: QueryCtx,
  member: Doc<"members">,
  { since, status, assigneeId }: Wanted,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<Doc<"tasks">>> {
  const { orgId } = member;
  const before = () =>
    ctx.db
      .query("tasks")
      .withIndex("by_org_changed", (q) => q.eq("orgId", orgId).eq("changedAt", undefined).gte("_creationTime", since));
  const changed = ctx.db
    .query("tasks")
    .withIndex("by_org_changed", (q) => q.eq("orgId", orgId).gte("changedAt", since));
  const ranges = { hasBefore: async () => (await before().first()) !== null, before: before(), changed };
  const result = await pageOfFollowed(ranges, paginationOpts);
  const page: Doc<"tasks">[] = [];
  for (const task of result.page) {
    const isWanted = (status ?? task.status) === task.status && (assigneeId ?? task.assigneeId) === task.assigneeId;
    if (isWanted && (await callerMaySee({ db: ctx.db, member }, task))) page.push(task);
  }
  return { ...result, page };
}
