import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";

// The only file that writes the table `tasks`: each row says when it changed last.

type Fields = Omit<WithoutSystemFields<Doc<"tasks">>, "changedAt">;

/** Makes the row of a task. */
export async function insertTask(ctx: MutationCtx, fields: Fields): Promise<Id<"tasks">> {
  return await ctx.db.insert("tasks", { ...fields, changedAt: Date.now() });
}

/** Changes the row of a task. */
export async function patchTask(
  ctx: MutationCtx,
  taskId: Id<"tasks">,
  patch: Partial<Omit<Fields, "orgId">>,
): Promise<void> {
  await ctx.db.patch("tasks", taskId, { ...patch, changedAt: Date.now() });
}
