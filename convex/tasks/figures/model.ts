import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** The task an event names; null when it does not exist (any more) or belongs to another organisation. For roll-ups. */
export async function taskForFigures(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  taskId: unknown,
): Promise<Doc<"tasks"> | null> {
  const id = typeof taskId === "string" ? ctx.db.normalizeId("tasks", taskId) : null;
  const task = id === null ? null : await ctx.db.get("tasks", id);
  return task === null || task.orgId !== orgId ? null : task;
}
