import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { callerSeesWorkOf, type MaybeMemberCtx } from "../../lib/threadAccess";

// Tasks about a conversation are for who may open it, and for who has to do them (product.md A-51).

/** True when whoever calls may see the task; in jobs always. */
export async function callerMaySee(ctx: MaybeMemberCtx, { assigneeId, links }: Doc<"tasks">): Promise<boolean> {
  return (ctx.member !== undefined && assigneeId === ctx.member._id) || (await callerSeesWorkOf(ctx, links.threadId));
}

/** True when a member may see the task, whoever calls; false for one that is gone. */
export async function maySeeTask(ctx: QueryCtx, member: Doc<"members">, taskId: Id<"tasks">): Promise<boolean> {
  const task = await ctx.db.get("tasks", taskId);
  return task !== null && (await callerMaySee({ db: ctx.db, member }, task));
}
