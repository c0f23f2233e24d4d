import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { emit } from "../../events/model";
import { appError } from "../../lib/errors";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { getDefaultCalendar } from "../../orgs/model";
import { reminderInstant } from "./rule";
import { patchTask } from "../model/rows";

/** Longer before is no reminder but a task of its own. */
const MAX_MINUTES = 14 * 24 * 60;

/** Throws `invalid` for a reminder that is none. */
export function checkReminder(minutes: number | null | undefined): void {
  if (minutes === undefined || minutes === null) return;
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= MAX_MINUTES) return;
  throw appError("invalid", "A reminder comes up to 14 days before.", { field: "remindMinutes" });
}

/** Plans the reminder of a task anew after it was made or changed; earlier ones find themselves superseded. */
export async function planReminder(ctx: MutationCtx, task: Doc<"tasks">): Promise<void> {
  const remindAt = await instantOf(ctx, task);
  if (remindAt === task.remindAt) return;
  await patchTask(ctx, task._id, { remindAt });
  if (remindAt === undefined) return;
  await ctx.scheduler.runAt(remindAt, internal.tasks.jobs.remind, { taskId: task._id, at: remindAt });
}

async function instantOf(ctx: MutationCtx, task: Doc<"tasks">): Promise<number | undefined> {
  const { dueAt, remindMinutes: minutesBefore, completedAt, status } = task;
  const isOver = completedAt !== undefined || status === "cancelled";
  if (dueAt === undefined || minutesBefore === undefined || isOver) return undefined;
  const calendar = (await getDefaultCalendar(ctx, task.orgId)) ?? ALWAYS_OPEN;
  return reminderInstant(calendar, { dueAt, minutesBefore }, Date.now()) ?? undefined;
}

/** Its time has come: whoever does the task is told. A superseded one does nothing. */
export async function remind(ctx: MutationCtx, taskId: Id<"tasks">, at: number): Promise<void> {
  const task = await ctx.db.get("tasks", taskId);
  if (task?.remindAt !== at) return;
  await patchTask(ctx, taskId, { remindAt: undefined });
  const { orgId, links } = task;
  await emit(ctx, { orgId, kind: "task.reminder", subject: { threadId: links.threadId }, payload: { taskId, at } });
}
