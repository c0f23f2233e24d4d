import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError, asAppError } from "../../lib/errors";
import { mayOpenThread, withoutCaller } from "../../lib/threadAccess";
import { isAway } from "../../lib/threadScope";
import { DAY_MS } from "../../lib/time";
import { requireMemberOf } from "../../orgs/model";
import { requireTeam } from "../../orgs/teams/model";
import { checkRunnable } from "../macros/model/plan";
import { checkTags } from "../model/fields";
import { requireFilter, threadsAmong } from "../model/ranges";
import { requireThread } from "../model/rows";
import { changeOne, revertOne } from "./changes/model";
import { checkReplyTarget } from "./replies/model";
import type { BulkAction } from "./schema";

// Orders about many threads (product.md 3.2, bulk bar): worked on in batches, undone in batches.

/** Threads one transaction changes or undoes: each costs up to some thirty reads and writes, with counts and clocks. */
const BATCH = 40;

/** Threads chosen one by one; who wants more says "all matching". */
const MAX_CHOSEN = 500;

/** One text that fits many people is short; the whole of it is kept with the order. */
const MAX_TEXT_CHARS = 10_000;

/** How long the values before are kept; the toast offers undo for seconds, a mistake is seen within the day. */
const KEPT_MS = DAY_MS;

/** Rows one pruning transaction removes. */
const PRUNE_BATCH = 200;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };
type Order = Pick<Doc<"bulkOperations">, "clientId" | "action" | "target">;

/**
 * Begins to change many threads: the first batch at once, the rest in a job. The same `clientId` again is the same
 * order. Throws `not_found` when a chosen thread or the new assignee is another organisation's, `invalid` for nothing
 * or too many chosen, for a suspended assignee, an archived team, a tag and a text that are none.
 */
export async function begin(ctx: MutationCtx, { orgId, member }: ByMember, order: Order) {
  const known = await ctx.db
    .query("bulkOperations")
    .withIndex("by_client", (q) => q.eq("memberId", member._id).eq("clientId", order.clientId))
    .unique();
  if (known !== null) return known._id;
  const action = await checkAction(ctx, orgId, order.action);
  await checkTarget(ctx, orgId, order.target);
  if (action.kind === "macro") await checkRunnable(ctx, { orgId, member }, action.steps);
  if (action.kind === "reply" || action.kind === "macro") await checkReplyTarget(ctx, { orgId, member }, order.target);
  const operationId = await ctx.db.insert("bulkOperations", {
    ...order,
    action,
    orgId,
    memberId: member._id,
    state: "running",
    cursor: null,
    seen: 0,
    changed: 0,
    refused: 0,
    undone: 0,
    orderedAt: Date.now(),
  });
  await audit(ctx, { orgId, memberId: member._id, operationId }, "threads.bulk_ordered", {
    action: action.kind,
    ...(action.kind === "macro" ? { macro: action.name } : {}),
  });
  await continueOperation(ctx, operationId);
  return operationId;
}

async function checkAction(ctx: QueryCtx, orgId: Id<"organisations">, action: BulkAction): Promise<BulkAction> {
  if (action.kind === "assign" && action.assigneeId !== null) {
    const { status, displayName } = await requireMemberOf(ctx, orgId, action.assigneeId);
    if (status === "suspended") throw appError("invalid", `${displayName} is suspended.`, { field: "assigneeId" });
  }
  if (action.kind === "team" && action.teamId !== null) {
    const { isArchived, name } = await requireTeam(ctx, orgId, action.teamId);
    if (isArchived) throw appError("invalid", `${name} is archived.`, { field: "teamId" });
  }
  if (action.kind === "reply") return { ...action, text: checkText(action.text) };
  if (action.kind !== "tag" && action.kind !== "untag") return action;
  const [tag] = checkTags([action.tag]);
  if (tag === undefined) throw appError("invalid", "Name the tag.", { field: "tag" });
  return { ...action, tag };
}

function checkText(said: string): string {
  const text = said.trim();
  if (text !== "" && text.length <= MAX_TEXT_CHARS) return text;
  throw appError("invalid", `Write 1 to ${MAX_TEXT_CHARS} characters.`, { field: "text" });
}

async function checkTarget(ctx: QueryCtx, orgId: Id<"organisations">, target: Order["target"]): Promise<void> {
  if (target.kind === "matching") {
    await requireFilter(ctx, orgId, target.filter);
    return;
  }
  const { threadIds } = target;
  if (threadIds.length === 0 || threadIds.length > MAX_CHOSEN) {
    throw appError("invalid", `Choose 1 to ${MAX_CHOSEN} conversations.`, { field: "threadIds" });
  }
  for (const threadId of threadIds) await requireThread(ctx, orgId, threadId);
}

/** Works on one batch of a running order and schedules the next while there is one. */
export async function continueOperation(ctx: MutationCtx, operationId: Id<"bulkOperations">): Promise<void> {
  const operation = await ctx.db.get("bulkOperations", operationId);
  if (operation?.state !== "running") return;
  const member = await requireMemberOf(ctx, operation.orgId, operation.memberId);
  if (member.status !== "active") {
    await ctx.db.patch("bulkOperations", operationId, { state: "stopped" });
    return;
  }
  const { threads, seen, cursor, isDone } = await nextBatch(ctx, operation, member);
  const counted = { changed: 0, refused: 0 };
  for (const thread of threads) {
    const outcome = await changeUnlessRefused(ctx, operation, member, thread);
    if (outcome !== "same") counted[outcome] += 1;
  }
  await ctx.db.patch("bulkOperations", operationId, {
    state: isDone ? "done" : "running",
    cursor,
    seen: operation.seen + seen,
    changed: operation.changed + counted.changed,
    refused: operation.refused + counted.refused,
  });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.inbox.bulk.jobs.work, { operationId });
}

async function nextBatch(ctx: QueryCtx, operation: Doc<"bulkOperations">, member: Doc<"members">) {
  const { orgId, target, seen, cursor, _creationTime: orderedAt } = operation;
  if (target.kind === "threads") {
    const ids = target.threadIds.slice(seen, seen + BATCH);
    const rows = await Promise.all(ids.map(async (id) => await ctx.db.get("threads", id)));
    // One that was removed or merged meanwhile, or that the member may not see any more, has nothing left to change.
    const threads: Doc<"threads">[] = [];
    for (const thread of rows) {
      const isThere = thread !== null && !isAway(thread);
      if (isThere && (await mayOpenThread(ctx, member, thread))) threads.push(thread);
    }
    return { threads, seen: ids.length, cursor, isDone: seen + ids.length >= target.threadIds.length };
  }
  const paginationOpts = { cursor, numItems: BATCH };
  const { page, isDone, continueCursor } = await threadsAmong(
    ctx,
    { orgId, member },
    { ...target.filter, paginationOpts },
  );
  const threads = page.filter(({ _creationTime }) => _creationTime < orderedAt);
  return { threads, seen: threads.length, cursor: continueCursor, isDone };
}

async function changeUnlessRefused(
  ctx: MutationCtx,
  { _id: operationId, orgId, action }: Doc<"bulkOperations">,
  member: Doc<"members">,
  thread: Doc<"threads">,
): Promise<"changed" | "same" | "refused"> {
  try {
    const before = await changeOne(ctx, { orgId, member, operationId }, thread, action);
    if (before === null) return "same";
    await ctx.db.insert("bulkChanges", { orgId, operationId, threadId: thread._id, before });
    return "changed";
  } catch (thrown) {
    // The assignee left, the thread has too many tags: the others are changed all the same.
    if (asAppError(thrown) === null) throw thrown;
    return "refused";
  }
}

/**
 * Begins to put every thread of an order back as it was; what is left of a running one is not done. Threads that
 * somebody changed since are left alone. Again changes nothing. Throws `not_found` for another member's order and for
 * one that is pruned.
 */
export async function undo(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  operationId: Id<"bulkOperations">,
): Promise<void> {
  const operation = await requireOperation(ctx, { orgId, member }, operationId);
  if (operation.state === "undoing" || operation.state === "undone") return;
  await ctx.db.patch("bulkOperations", operationId, { state: "undoing" });
  await audit(ctx, { orgId, memberId: member._id, operationId }, "threads.bulk_undone", {
    action: operation.action.kind,
  });
  await continueUndo(ctx, operationId);
}

/** Undoes one batch and schedules the next while there is one. */
export async function continueUndo(ctx: MutationCtx, operationId: Id<"bulkOperations">): Promise<void> {
  const operation = await ctx.db.get("bulkOperations", operationId);
  if (operation?.state !== "undoing") return;
  const { orgId, action } = operation;
  const member = await requireMemberOf(ctx, orgId, operation.memberId);
  const changes = await ctx.db
    .query("bulkChanges")
    .withIndex("by_operation", (q) => q.eq("operationId", operationId))
    .take(BATCH);
  let undone = 0;
  for (const change of changes) {
    if (await revertUnlessRefused(ctx, { orgId, member, operationId }, action, change)) undone++;
    await ctx.db.delete("bulkChanges", change._id);
  }
  const isDone = changes.length < BATCH;
  await ctx.db.patch("bulkOperations", operationId, {
    undone: operation.undone + undone,
    state: isDone ? "undone" : "undoing",
  });
  if (!isDone) await ctx.scheduler.runAfter(0, internal.inbox.bulk.jobs.undo, { operationId });
}

async function revertUnlessRefused(
  ctx: MutationCtx,
  by: ByMember & { operationId: Id<"bulkOperations"> },
  action: BulkAction,
  { threadId, before }: Doc<"bulkChanges">,
): Promise<boolean> {
  const thread = await ctx.db.get("threads", threadId);
  if (thread === null || thread.mergedIntoId !== undefined) return false;
  try {
    // Also of what the member gave out of their own sight.
    return await revertOne(withoutCaller(ctx), by, thread, { action, before });
  } catch (thrown) {
    // Who had it is suspended by now: it stays where it is.
    if (asAppError(thrown) === null) throw thrown;
    return false;
  }
}

/** How far one's own order is. Throws `not_found` for another member's and for one that is pruned. */
export async function progress(ctx: QueryCtx, by: ByMember, operationId: Id<"bulkOperations">) {
  const { action, target, state, seen, changed, refused, undone } = await requireOperation(ctx, by, operationId);
  const total = target.kind === "threads" ? target.threadIds.length : null;
  const macro = action.kind === "macro" ? action.name : null;
  const writesDrafts = action.kind === "macro" && action.steps.some((step) => step.kind === "reply" && !step.send);
  return { action: action.kind, macro, writesDrafts, state, total, seen, changed, refused, undone };
}

async function requireOperation(ctx: QueryCtx, { orgId, member }: ByMember, operationId: Id<"bulkOperations">) {
  const operation = await ctx.db.get("bulkOperations", operationId);
  if (operation === null || operation.orgId !== orgId || operation.memberId !== member._id) {
    throw appError("not_found", "This order does not exist any more.");
  }
  return operation;
}

/** Removes what can no longer be undone, one batch. Returns whether there is more. */
export async function prune(ctx: MutationCtx, now: number): Promise<boolean> {
  const operation = await ctx.db
    .query("bulkOperations")
    .withIndex("by_ordered", (q) => q.lt("orderedAt", now - KEPT_MS))
    .first();
  if (operation === null) return false;
  const changes = await ctx.db
    .query("bulkChanges")
    .withIndex("by_operation", (q) => q.eq("operationId", operation._id))
    .take(PRUNE_BATCH);
  for (const change of changes) await ctx.db.delete("bulkChanges", change._id);
  if (changes.length < PRUNE_BATCH) await ctx.db.delete("bulkOperations", operation._id);
  return true;
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId, operationId }: ByOperation,
  action: AuditAction,
  details: AuditDetails,
): Promise<void> {
  const actor = { kind: "member", memberId } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "bulkOperations", id: operationId }, details });
}

type ByOperation = { orgId: Id<"organisations">; memberId: Id<"members">; operationId: Id<"bulkOperations"> };
