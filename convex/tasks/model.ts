import { mergedStream, stream } from "convex-helpers/server/stream";
import {
  type DataModelFromSchemaDefinition,
  defineSchema,
  type GenericDatabaseReader,
  type PaginationOptions,
  type PaginationResult,
} from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { record } from "../audit/model";
import { vActor } from "../audit/schema";
import { getOrder, ordersOfContact, requireOrderOf } from "../contacts/orders/model";
import { emit, emitIfWanted } from "../events/model";
import { vPriority } from "../lib/closedSets";
import { appError } from "../lib/errors";
import { requireMemberOf } from "../orgs/model";
import { usualDue } from "./due/model";
import { checkReminder, planReminder } from "./reminders/model";
import { callerMaySee } from "./sight/model";
import { taskTables, vTaskLinks, vTaskStatus, vTaskType, type TaskStatus, type TaskView } from "./schema";
import { insertTask, patchTask } from "./model/rows";

const taskSchema = defineSchema(taskTables);

const MAX_TITLE_CHARS = 200;
const MAX_DESCRIPTION_CHARS = 5_000;

const NO_SUCH_TASK = "This task does not exist.";

/** A task as screens show it. */
export const vTask = v.object({
  id: v.id("tasks"),
  title: v.string(),
  description: v.string(),
  taskType: vTaskType,
  priority: vPriority,
  status: vTaskStatus,
  assignee: v.union(v.object({ memberId: v.id("members"), name: v.string() }), v.null()),
  createdBy: vActor,
  links: vTaskLinks,
  /** What it is about; null for none, and for one that was removed. */
  order: v.union(v.null(), v.object({ number: v.string(), status: v.optional(v.string()) })),
  createdAt: v.number(),
  dueAt: v.optional(v.number()),
  remindMinutes: v.optional(v.number()),
  remindAt: v.optional(v.number()),
  completedAt: v.optional(v.number()),
  completionNotes: v.optional(v.string()),
  occurrences: v.number(),
  lastAt: v.number(),
});

type AskedTasks = { status: TaskStatus; assigneeId?: Id<"members">; paginationOpts: PaginationOptions };

/** A page of tasks as the screen lists them. */
export async function listTasks(ctx: QueryCtx, orgId: Id<"organisations">, asked: AskedTasks) {
  return await presentPage(ctx, await pageOfTasks(ctx, orgId, asked));
}

/** The rows of a page that the caller may see: it may be short for members who see only some conversations. */
export async function presentPage(ctx: QueryCtx, result: PaginationResult<Doc<"tasks">>) {
  const shown: Doc<"tasks">[] = [];
  for (const task of result.page) if (await callerMaySee(ctx, task)) shown.push(task);
  return { ...result, page: await Promise.all(shown.map((task) => presentTask(ctx, task))) };
}

/** A page of tasks in a status, the earliest due first; with `assigneeId` one member's. */
export async function pageOfTasks(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { status, assigneeId, paginationOpts }: AskedTasks,
) {
  const rows =
    assigneeId === undefined
      ? ctx.db.query("tasks").withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status))
      : ctx.db
          .query("tasks")
          .withIndex("by_assignee", (q) => q.eq("orgId", orgId).eq("assigneeId", assigneeId).eq("status", status));
  return await rows.paginate(paginationOpts);
}

/** A page of tasks in a status, the latest first; with `assigneeId` one member's. */
export async function listLatestTasks(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { status, assigneeId, paginationOpts }: AskedTasks,
) {
  const tasks = ctx.db.query("tasks");
  const rows =
    assigneeId === undefined
      ? tasks.withIndex("by_org_latest", (q) => q.eq("orgId", orgId).eq("status", status))
      : tasks.withIndex("by_assignee_latest", (q) =>
          q.eq("orgId", orgId).eq("assigneeId", assigneeId).eq("status", status),
        );
  return await presentPage(ctx, await rows.order("desc").paginate(paginationOpts));
}

type AskedView = { view: TaskView; paginationOpts: PaginationOptions };

/** A page of a view, the earliest due first. */
export async function listView(ctx: QueryCtx, by: ByMember, { view, paginationOpts }: AskedView) {
  const { orgId } = by;
  if (view === "completed" || view === "cancelled") {
    return await listTasks(ctx, orgId, { status: view, paginationOpts });
  }
  // Streams want the schema they read in; the tasks' own is the part of it that lies in this rank.
  const db = ctx.db as unknown as GenericDatabaseReader<DataModelFromSchemaDefinition<typeof taskSchema>>;
  const tasks = PENDING.map((status) => {
    const rows = stream(db, taskSchema).query("tasks");
    if (view === "mine") {
      return rows.withIndex("by_assignee", (q) =>
        q.eq("orgId", orgId).eq("assigneeId", by.memberId).eq("status", status),
      );
    }
    return rows.withIndex("by_org_status", (q) => {
      const waiting = q.eq("orgId", orgId).eq("status", status);
      return view === "overdue" ? waiting.gt("dueAt", 0).lt("dueAt", Date.now()) : waiting;
    });
  });
  const merged = await mergedStream(tasks, ["dueAt"]).paginate(paginationOpts);
  return await presentPage(ctx, merged as PaginationResult<Doc<"tasks">>);
}

/** Statuses in which a task still waits for somebody. */
export const PENDING: readonly TaskStatus[] = ["open", "in_progress", "waiting"];

/**
 * Pending tasks of all organisations with a due time after `after` and not after `upTo`, at most `limit` of each status;
 * `seenTo` is up to which due time these are all. For the sweep that tells their holders.
 */
export async function tasksFallingDue(
  ctx: QueryCtx,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<{ tasks: Doc<"tasks">[]; seenTo: number }> {
  const tasks: Doc<"tasks">[] = [];
  let seenTo = upTo;
  for (const status of PENDING) {
    const rows = await ctx.db
      .query("tasks")
      .withIndex("by_status_due", (q) => q.eq("status", status).gt("dueAt", after).lte("dueAt", upTo))
      .take(limit);
    const last = rows.length === limit ? rows.at(-1)?.dueAt : undefined;
    // More may share the last due time; where all do, going on counts more than those beyond the batch.
    if (last !== undefined) seenTo = Math.min(seenTo, Math.max(last - 1, after + 1));
    tasks.push(...rows);
  }
  return { tasks, seenTo };
}

/** A member's pending tasks due at `upTo` or before, at most `limit`, the earliest first. */
export async function tasksDueOf(
  ctx: QueryCtx,
  { orgId, _id: assigneeId }: Doc<"members">,
  upTo: number,
  limit: number,
): Promise<(Doc<"tasks"> & { dueAt: number })[]> {
  const perStatus = PENDING.map((status) =>
    ctx.db
      .query("tasks")
      .withIndex("by_assignee", (q) =>
        q.eq("orgId", orgId).eq("assigneeId", assigneeId).eq("status", status).gt("dueAt", 0).lte("dueAt", upTo),
      )
      .take(limit),
  );
  return (await Promise.all(perStatus))
    .flat()
    .flatMap((task) => (task.dueAt === undefined ? [] : [{ ...task, dueAt: task.dueAt }]))
    .sort((a, b) => a.dueAt - b.dueAt)
    .slice(0, limit);
}

/** The task, if `orgId` owns it and the member who calls may see it. Throws `not_found` otherwise. */
export async function requireTask(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  taskId: Id<"tasks">,
): Promise<Doc<"tasks">> {
  const task = await ownTask(ctx, orgId, taskId);
  if (await callerMaySee(ctx, task)) return task;
  throw appError("not_found", NO_SUCH_TASK);
}

/** The same whoever calls. */
async function ownTask(ctx: QueryCtx, orgId: Id<"organisations">, taskId: Id<"tasks">): Promise<Doc<"tasks">> {
  const task = await ctx.db.get("tasks", taskId);
  if (task === null || task.orgId !== orgId) throw appError("not_found", NO_SUCH_TASK);
  return task;
}

/** A task with the name of who does it. */
export async function presentTask(ctx: QueryCtx, task: Doc<"tasks">): Promise<Infer<typeof vTask>> {
  const { _id, _creationTime, orgId, assigneeId, key: _key, changedAt: _changedAt, ...shown } = task;
  const member = assigneeId === undefined ? null : await requireMemberOf(ctx, orgId, assigneeId);
  const assignee = member === null ? null : { memberId: member._id, name: member.displayName };
  const { orderId } = task.links;
  const known = orderId === undefined ? null : await getOrder(ctx, orderId);
  const order = known === null ? null : { number: known.number, status: known.status };
  return { id: _id, createdAt: _creationTime, ...shown, assignee, order };
}

export const vOrderToChoose = v.object({
  id: v.id("orders"),
  number: v.string(),
  status: v.union(v.string(), v.null()),
});
type OrderToChoose = Infer<typeof vOrderToChoose>;

/** Orders a task can be about that one list offers. */
const MAX_ORDERS = 100;

/** The orders of the contact a task is about, by number; at most 100. Throws `not_found` as `requireTask` does. */
export async function ordersToChoose(ctx: QueryCtx, orgId: Id<"organisations">, taskId: Id<"tasks">) {
  const { links } = await requireTask(ctx, orgId, taskId);
  return await ordersToChooseOf(ctx, ctx.db.normalizeId("contacts", links.contactId ?? ""));
}

/** The orders of a contact, by number; at most 100. The caller has checked whose contact it is; null: none. */
export async function ordersToChooseOf(ctx: QueryCtx, contactId: Id<"contacts"> | null): Promise<OrderToChoose[]> {
  const orders = contactId === null ? [] : await ordersOfContact(ctx, contactId, MAX_ORDERS);
  return orders.map(({ _id: id, number, status = null }) => ({ id, number, status }));
}

type ByMember = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** What a member enters. */
export type NewTask = Pick<
  Doc<"tasks">,
  "title" | "description" | "taskType" | "priority" | "assigneeId" | "remindMinutes" | "key"
> & {
  /** UTC ms; absent: by priority (due/), null: none. */
  dueAt?: number | null;
  /** What the task is about; the caller has checked whose it is. */
  about?: Pick<Doc<"tasks">["links"], "contactId" | "threadId" | "bookingId" | "orderId">;
};

/**
 * Makes a task. Throws `invalid` for a title that is none, `not_found` for a member of another organisation and an order of
 * another contact.
 */
export async function createTask(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  { about = {}, dueAt, ...task }: NewTask,
): Promise<Id<"tasks">> {
  const words = checkWords(task);
  checkReminder(task.remindMinutes);
  if (task.assigneeId !== undefined) await requireMemberOf(ctx, orgId, task.assigneeId);
  if (about.orderId !== undefined) await requireOrderOf(ctx, about.contactId, about.orderId);
  const createdBy = { kind: "member", memberId } as const;
  const taskId = await insertTask(ctx, {
    ...task,
    ...words,
    dueAt: dueAt === undefined ? await usualDue(ctx, orgId, task.priority) : (dueAt ?? undefined),
    orgId,
    status: "open",
    createdBy,
    links: { ...about, queueIds: [] },
    occurrences: 1,
    lastAt: Date.now(),
  });
  await record(ctx, { orgId, actor: createdBy, action: "task.created", subject: { table: "tasks", id: taskId } });
  await tellAssigned(ctx, { orgId, memberId }, taskId, task.assigneeId);
  const made = await requireTask(ctx, orgId, taskId);
  await planReminder(ctx, made);
  await tellOfTask(ctx, "task.created", made, memberId);
  return taskId;
}

async function tellOfTask(
  ctx: MutationCtx,
  kind: "task.created" | "task.completed",
  { _id: taskId, orgId, title, completionNotes, links: { threadId, contactId, bookingId } }: Doc<"tasks">,
  by: Id<"members">,
): Promise<void> {
  const payload = { taskId, title, by, notes: kind === "task.completed" ? (completionNotes ?? "") : "" };
  await emit(ctx, { orgId, kind, subject: { threadId, contactId, bookingId }, payload });
}

async function tellChanged(ctx: MutationCtx, before: Doc<"tasks">, after: Doc<"tasks">, by: Id<"members">) {
  const { _id: taskId, orgId, title, status, priority, links } = after;
  const { threadId, contactId, bookingId } = links;
  const payload = { taskId, title, status, statusBefore: before.status, priority, by };
  await emitIfWanted(ctx, { orgId, kind: "task.updated", subject: { threadId, contactId, bookingId }, payload });
}

/** Tasks of one conversation, done ones included; more is a project and has its own screen. */
const MAX_OF_THREAD = 200;

/** The tasks about a conversation, the oldest first, at most 200. Events and links carry its id as text. */
export async function tasksOfThread(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: string,
): Promise<Doc<"tasks">[]> {
  return await ctx.db
    .query("tasks")
    .withIndex("by_thread", (q) => q.eq("orgId", orgId).eq("links.threadId", threadId))
    .take(MAX_OF_THREAD);
}

/** The conversation is gone for good: its tasks stay, about nothing. */
export async function unlinkThread(ctx: MutationCtx, orgId: Id<"organisations">, threadId: string): Promise<void> {
  for (const { _id, links } of await tasksOfThread(ctx, orgId, threadId)) {
    await patchTask(ctx, _id, { links: { ...links, threadId: undefined } });
  }
}

async function tellAssigned(
  ctx: MutationCtx,
  { orgId, memberId: by }: ByMember,
  taskId: Id<"tasks">,
  assigneeId: Id<"members"> | null | undefined,
): Promise<void> {
  if (assigneeId === undefined || assigneeId === null) return;
  await emit(ctx, { orgId, kind: "task.assigned", subject: {}, payload: { taskId, assigneeId, by } });
}

function checkWords<Words extends { title?: string; description?: string }>(words: Words): Words {
  const title = words.title?.trim();
  if (title !== undefined && (title === "" || title.length > MAX_TITLE_CHARS)) {
    throw appError("invalid", `A title has 1 to ${MAX_TITLE_CHARS} characters.`, { field: "title" });
  }
  if ((words.description?.length ?? 0) > MAX_DESCRIPTION_CHARS) {
    throw appError("invalid", `At most ${MAX_DESCRIPTION_CHARS} characters.`, { field: "description" });
  }
  return title === undefined ? words : { ...words, title };
}

export type TaskChange = Partial<
  Pick<Doc<"tasks">, "title" | "description" | "taskType" | "priority" | "completionNotes">
> & {
  status?: TaskStatus;
  /** null: nobody. */
  assigneeId?: Id<"members"> | null;
  /** UTC ms; null: no due time. */
  dueAt?: number | null;
  /** null: no reminder. */
  remindMinutes?: number | null;
  /** One of its contact's; null: none. */
  orderId?: Id<"orders"> | null;
};

/** Says how far one's own task is. Throws `forbidden` for somebody else's or nobody's. */
export async function workOn(
  ctx: MutationCtx,
  by: ByMember,
  taskId: Id<"tasks">,
  how: Pick<TaskChange, "status" | "completionNotes">,
): Promise<void> {
  const { assigneeId } = await requireTask(ctx, by.orgId, taskId);
  if (assigneeId !== by.memberId) throw appError("forbidden", "Only who has the task says how far it is.");
  await changeTask(ctx, by, taskId, how);
}

/** Changes what a task says, who does it, how urgent it is, how far it is. Throws like `createTask`. */
export async function changeTask(
  ctx: MutationCtx,
  { orgId, memberId }: ByMember,
  taskId: Id<"tasks">,
  change: TaskChange,
): Promise<void> {
  const task = await requireTask(ctx, orgId, taskId);
  const { status = task.status, assigneeId, dueAt, remindMinutes, orderId, ...rest } = change;
  checkReminder(remindMinutes);
  if (assigneeId !== undefined && assigneeId !== null) await requireMemberOf(ctx, orgId, assigneeId);
  if (orderId !== undefined && orderId !== null) await requireOrderOf(ctx, task.links.contactId, orderId);
  const isDone = status === "completed";
  await patchTask(ctx, taskId, {
    ...checkWords(rest),
    status,
    completedAt: isDone ? (task.completedAt ?? Date.now()) : undefined,
    ...(assigneeId === undefined ? {} : { assigneeId: assigneeId ?? undefined }),
    ...(dueAt === undefined ? {} : { dueAt: dueAt ?? undefined }),
    ...(orderId === undefined ? {} : { links: { ...task.links, orderId: orderId ?? undefined } }),
    ...(remindMinutes === undefined ? {} : { remindMinutes: remindMinutes ?? undefined }),
  });
  const after = await ownTask(ctx, orgId, taskId);
  await planReminder(ctx, after);
  if (isDone && task.status !== "completed") await tellOfTask(ctx, "task.completed", after, memberId);
  await tellChanged(ctx, task, after, memberId);
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "task.changed",
    subject: { table: "tasks", id: taskId },
    details: { status, assigneeId: assigneeId ?? null, priority: change.priority ?? task.priority },
  });
  if (assigneeId !== task.assigneeId) await tellAssigned(ctx, { orgId, memberId }, taskId, assigneeId);
}
