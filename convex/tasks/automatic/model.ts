import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { emit, emitIfWanted } from "../../events/model";
import { insertTask } from "../model/rows";

/** A task that a part of the product makes. */
export type AutomaticTask = Pick<
  Doc<"tasks">,
  "title" | "description" | "taskType" | "priority" | "dueAt" | "assigneeId"
> & {
  orgId: Id<"organisations">;
  /** What makes it, for the audit trail: "journey". */
  by: string;
  /** Unique per organisation: the same again makes nothing. */
  key: string;
  /** When what it follows from happened, UTC ms; absent: now. */
  at?: number;
  about: Pick<Doc<"tasks">["links"], "contactId" | "threadId" | "bookingId">;
};

/** Makes a task once per key, and tells who gets it and its conversation. */
export async function createAutomaticTask(
  ctx: MutationCtx,
  { orgId, by, key, about, at, ...task }: AutomaticTask,
): Promise<void> {
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .first();
  if (known !== null) return;
  const createdBy = { kind: "system", name: by } as const;
  const taskId = await insertTask(ctx, {
    ...task,
    orgId,
    key,
    status: "open",
    createdBy,
    links: { ...about, queueIds: [] },
    occurrences: 1,
    lastAt: at ?? Date.now(),
  });
  await record(ctx, { orgId, actor: createdBy, action: "task.created", subject: { table: "tasks", id: taskId } });
  const { assigneeId, title } = task;
  const told = { taskId, title, by: null, notes: "" };
  await emit(ctx, { orgId, kind: "task.created", subject: about, payload: told });
  if (assigneeId === undefined) return;
  await emit(ctx, { orgId, kind: "task.assigned", subject: {}, payload: { taskId, assigneeId, by: null } });
}

/**
 * Tells other systems of a task that stands beside a message or deadline, and not in a conversation's timeline: there is
 * no line of it.
 */
export async function tellMade(ctx: MutationCtx, taskId: Id<"tasks">): Promise<void> {
  const task = await ctx.db.get("tasks", taskId);
  if (task === null) return;
  const { orgId, title, links } = task;
  const { threadId, contactId, bookingId } = links;
  await emitIfWanted(ctx, {
    orgId,
    kind: "task.created",
    subject: { threadId, contactId, bookingId },
    payload: { taskId, title, by: null, notes: "" },
    knownBy: "inbox.onTask",
  });
}
