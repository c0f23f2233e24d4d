import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { changeTask, createTask } from "../model";

// Tasks that a conversation asks for (product.md A-68): the inbox lies beside this domain and says so by an event.

/**
 * Makes the task an event asks for, once for its key, or cancels it while nobody began it. Throws when the one to cancel
 * is not there yet: events may overtake each other, and a reaction that throws runs again.
 */
export async function followAsked(ctx: MutationCtx, { orgId, payload, subject }: Doc<"domainEvents">): Promise<void> {
  const memberId = ctx.db.normalizeId("members", String(payload.by));
  if (memberId === null) return;
  const by = { orgId, memberId };
  const key = String(payload.key);
  const known = await ctx.db
    .query("tasks")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .first();
  if (payload.isWanted !== true) {
    if (known === null) throw new Error("The task to cancel is not there yet.");
    if (known.status === "open") await changeTask(ctx, by, known._id, { status: "cancelled" });
    return;
  }
  if (known !== null) return;
  const { threadId, contactId } = subject;
  await createTask(ctx, by, {
    title: String(payload.title),
    description: "",
    taskType: "follow_up",
    priority: "normal",
    assigneeId: ctx.db.normalizeId("members", String(payload.assigneeId)) ?? undefined,
    dueAt: typeof payload.dueAt === "number" ? payload.dueAt : undefined,
    about: { threadId, contactId },
    key,
  });
}
