import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { mergedInto } from "../../inbox/merges/model/undo";
import { requireThread } from "../../inbox/model/rows";
import { createTask, ordersToChooseOf, presentTask, tasksOfThread, type NewTask, type vTask } from "../../tasks/model";

// Tasks of a conversation (product.md ): its checklist. One that was merged keeps its own; here they stand with
// those of the conversation it is in.

/** The tasks of a conversation: what is to be done first, by due time; then what was done, the latest first. */
export async function listThreadTasks(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
): Promise<Infer<typeof vTask>[]> {
  const thread = await requireThread(ctx, orgId, threadId);
  const places = [thread._id, ...(await mergedInto(ctx, thread._id))];
  const tasks = (await Promise.all(places.map((id) => tasksOfThread(ctx, orgId, id)))).flat();
  return await Promise.all(tasks.toSorted(inOrder).map((task) => presentTask(ctx, task)));
}

function inOrder(a: Doc<"tasks">, b: Doc<"tasks">): number {
  const isOver = (task: Doc<"tasks">) => task.status === "completed" || task.status === "cancelled";
  if (isOver(a) !== isOver(b)) return isOver(a) ? 1 : -1;
  if (isOver(a)) return (b.completedAt ?? b.lastAt) - (a.completedAt ?? a.lastAt);
  return (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity) || a._creationTime - b._creationTime;
}

/** Makes a task of a conversation, about its customer too. Throws as `createTask` does. */
export async function createThreadTask(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  threadId: Id<"threads">,
  { orderId, ...task }: Omit<NewTask, "about"> & { orderId?: Id<"orders"> },
): Promise<Id<"tasks">> {
  const { _id, contactId } = await requireThread(ctx, orgId, threadId);
  const about = { threadId: _id, contactId, orderId };
  return await createTask(ctx, { orgId, memberId: member._id }, { ...task, about });
}

/** The orders of a conversation's customer, by number. Throws `not_found` as `requireThread` does. */
export async function ordersOfThread(ctx: QueryCtx, orgId: Id<"organisations">, threadId: Id<"threads">) {
  const { contactId } = await requireThread(ctx, orgId, threadId);
  return await ordersToChooseOf(ctx, contactId ?? null);
}
