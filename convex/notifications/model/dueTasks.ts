import type { MutationCtx } from "../../_generated/server";
import { requireMemberOf } from "../../orgs/model";
import { tasksFallingDue } from "../../tasks/model";
import { tell } from "./store";

/** Tasks of one status looked at in one transaction. */
const BATCH = 100;

/**
 * Tells the holders of tasks whose due time passed since the last sweep; the first sweep of a deployment only begins.
 * Returns true when there may be more.
 */
export async function tellOfDueTasks(ctx: MutationCtx, now: number): Promise<boolean> {
  const sweep = await ctx.db.query("notificationSweeps").first();
  if (sweep === null) {
    await ctx.db.insert("notificationSweeps", { upTo: now });
    return false;
  }
  const { tasks, seenTo } = await tasksFallingDue(ctx, { after: sweep.upTo, upTo: now, limit: BATCH });
  for (const { _id: taskId, orgId, assigneeId, dueAt } of tasks) {
    if (assigneeId === undefined) continue;
    const member = await requireMemberOf(ctx, orgId, assigneeId);
    const target = { kind: "task", taskId } as const;
    await tell(ctx, member, { kind: "task_due", target, key: `task:${taskId}`, cause: String(dueAt) }, now);
  }
  if (seenTo > sweep.upTo) await ctx.db.patch("notificationSweeps", sweep._id, { upTo: seenTo });
  return seenTo < now;
}
