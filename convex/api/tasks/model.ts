import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { ordersOfContact } from "../../contacts/orders/model";
import { requireThread } from "../../inbox/model/rows";
import { appError } from "../../lib/errors";
import { changeOf } from "../../lib/followed";
import { keyOf } from "../../lib/orderNumbers";
import { requireMemberOf } from "../../orgs/model";
import { changeTask, createTask as makeTask, pageOfTasks, presentTask, requireTask } from "../../tasks/model";
import { pageOfChangedTasks } from "../../tasks/model/followed";
import type { TaskStatus } from "../../tasks/schema";
import { once, requireMatch, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { actingMember, idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiNewTask, ApiTask, ApiTaskChange } from "./schema";

/** More orders than a person has who is looked after by hand. */
const MAX_ORDERS_LOOKED_AT = 500;

type AskedTasks = { status?: TaskStatus; assigneeId?: string; updatedSince?: number; limit: number; cursor?: string };

/** A page of tasks in a status, the earliest due first; or, the longest unchanged first, what changed since an instant. */
export async function listTasks(
  ctx: QueryCtx,
  caller: ApiCaller,
  { status, assigneeId: asked, updatedSince: since, ...page }: AskedTasks,
) {
  const assigneeId = asked === undefined ? undefined : memberOf(ctx, asked);
  const paginationOpts = paginationOf(page);
  const result =
    since === undefined
      ? await pageOfTasks(ctx, caller.orgId, { status: status ?? "open", assigneeId, paginationOpts })
      : await pageOfChangedTasks(ctx, await actingMember(ctx, caller), { since, status, assigneeId }, paginationOpts);
  return pageOf(await Promise.all(result.page.map((task) => viewOf(ctx, task))), result);
}

/** One task. Throws `not_found`. */
export async function readTask(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiTask> {
  return await viewOf(ctx, await taskById(ctx, orgId, id));
}

/** Makes a task. Throws `invalid`, or `not_found` with the field that names nothing of this organisation. */
export async function createTask(
  ctx: MutationCtx,
  caller: ApiCaller,
  { type, assigneeId, threadId: thread, contactId: contact, order, ...task }: ApiNewTask,
  write: Write,
): Promise<Answer<ApiTask>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const threadId =
      thread === undefined ? undefined : idOf(ctx, "threads", thread, "This conversation does not exist.", "threadId");
    const contactId =
      contact === undefined ? undefined : idOf(ctx, "contacts", contact, "This contact does not exist.", "contactId");
    const customer = threadId === undefined ? undefined : (await requireThread(ctx, orgId, threadId)).contactId;
    if (contactId !== undefined) await requireContact(ctx, orgId, contactId);
    const taskId = await makeTask(ctx, caller, {
      ...task,
      taskType: type,
      assigneeId: assigneeId === undefined ? undefined : memberOf(ctx, assigneeId),
      about: { threadId, contactId: contactId ?? customer, orderId: await orderOf(ctx, contactId ?? customer, order) },
    });
    return { status: 201, body: await viewOf(ctx, await requireTask(ctx, orgId, taskId)) };
  });
}

/** Changes a task. Throws like `createTask`, and `conflict` when `If-Match` names an older state. */
export async function updateTask(
  ctx: MutationCtx,
  caller: ApiCaller,
  id: string,
  { type, assigneeId, order, ...change }: ApiTaskChange,
  write: Write,
): Promise<Answer<ApiTask>> {
  return await once(ctx, caller, write, async () => {
    const task = await taskById(ctx, caller.orgId, id);
    await requireMatch(write, await viewOf(ctx, task));
    await changeTask(ctx, caller, task._id, {
      ...change,
      ...(type === undefined ? {} : { taskType: type }),
      ...(order === undefined
        ? {}
        : { orderId: order === null ? null : await orderOf(ctx, task.links.contactId, order) }),
      ...(assigneeId === undefined ? {} : { assigneeId: assigneeId === null ? null : memberOf(ctx, assigneeId) }),
    });
    return { status: 200, body: await viewOf(ctx, await requireTask(ctx, caller.orgId, task._id)) };
  });
}

/** One of a contact's orders by its number. Throws `not_found` with the field. */
async function orderOf(ctx: QueryCtx, contactId: string | undefined, number: string | undefined) {
  if (number === undefined) return undefined;
  const id = contactId === undefined ? null : ctx.db.normalizeId("contacts", contactId);
  const orders = id === null ? [] : await ordersOfContact(ctx, id, MAX_ORDERS_LOOKED_AT);
  const found = orders.find(({ key }) => key === keyOf(number));
  if (found === undefined) throw appError("not_found", "This is no order of this contact.", { field: "order" });
  return found._id;
}

const memberOf = (ctx: QueryCtx, id: string) => idOf(ctx, "members", id, "This member does not exist.", "assigneeId");

async function taskById(ctx: QueryCtx, orgId: ApiCaller["orgId"], id: string): Promise<Doc<"tasks">> {
  return await requireTask(ctx, orgId, idOf(ctx, "tasks", id, "This task does not exist."));
}

async function viewOf(ctx: QueryCtx, row: Doc<"tasks">): Promise<ApiTask> {
  const { createdBy, links, ...task } = await presentTask(ctx, row);
  return {
    id: task.id,
    title: task.title,
    description: task.description,
    type: task.taskType,
    priority: task.priority,
    status: task.status,
    assignee: task.assignee,
    createdBy: { kind: createdBy.kind, name: await nameOf(ctx, row) },
    threadId: links.threadId ?? null,
    contactId: links.contactId ?? null,
    orderId: links.orderId ?? null,
    orderNumber: task.order?.number ?? null,
    dueAt: task.dueAt ?? null,
    completedAt: task.completedAt ?? null,
    completionNotes: task.completionNotes ?? null,
    createdAt: task.createdAt,
    updatedAt: changeOf(row),
  };
}

async function nameOf(ctx: QueryCtx, { orgId, createdBy }: Doc<"tasks">): Promise<string | null> {
  switch (createdBy.kind) {
    case "member":
      return (await requireMemberOf(ctx, orgId, createdBy.memberId)).displayName;
    case "contact":
      return (await requireContact(ctx, orgId, createdBy.contactId)).name;
    case "system":
      return createdBy.name;
  }
}
