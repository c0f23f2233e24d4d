import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";

/** A task that a part of the product makes. */
export type AutomaticTask = Pick<Doc<"tasks">, "title" | "description" | "taskType" | "priority" | "dueAt"> & {
  orgId: Id<"organisations">;
  /** What makes it, for the audit trail: "journey". */
  by: string;
  /** Unique per organisation: the same again makes nothing. */
  key: string;
  about: Pick<Doc<"tasks">["links"], "contactId" | "threadId" | "bookingId">;
};

/** Makes a task that nobody is assigned to yet, once per key. */
export async function createAutomaticTask(
  ctx: MutationCtx,
  { orgId, by, key, about, ...task }: AutomaticTask,
): Promise<void> {
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .first();
  if (known !== null) return;
  const createdBy = { kind: "system", name: by } as const;
  const taskId = await ctx.db.insert("tasks", {
    ...task,
    orgId,
    key,
    status: "open",
    createdBy,
    links: { ...about, queueIds: [] },
    occurrences: 1,
    lastAt: Date.now(),
  });
  await record(ctx, { orgId, actor: createdBy, action: "task.created", subject: { table: "tasks", id: taskId } });
}
