import type { PaginationOptions } from "convex/server";
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { requireContact } from "../../contacts/model";
import { emitIfWanted } from "../../events/model";
import { appError } from "../../lib/errors";
import { isInSight } from "../../lib/threadAccess";
import { DAY_MS } from "../../lib/time";
import { requireMemberOf } from "../../orgs/model";
import { getDraft } from "../model/drafts";
import { liveThread, ownThread, patchThread, requireThread } from "../model/rows";
import { heldOf } from "../sending/model/holds";
import { takeBack } from "../sending/model";
import type { DeletedThread, vDeletionNotice } from "./schema";

// Deleting conversations. A deleted one keeps its row and its words for thirty days, but stands in no list, search and
// count and is nobody's to open (lib/threadAccess.ts, `isOpen` of its row); then `model/purge.ts` removes it for good.

/** So long a deleted conversation can be restored. */
const RESTORABLE_MS = 30 * DAY_MS;
/** Being removed: no longer restorable, and past due for the sweep. */
const REMOVING = 0;
/** Answers of one conversation that have not left; people write one or two. */
const MAX_HELD = 50;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** Deletes a conversation; of one that was merged, the one it is in. Throws `not_found` also for one that is deleted already. */
export async function deleteThread(ctx: MutationCtx, by: ByMember, threadId: Id<"threads">): Promise<void> {
  await deleteOne(ctx, by, await requireThread(ctx, by.orgId, threadId));
}

/**
 * The same for one the caller has loaded: its clocks stop, and answers that have not left become their authors' drafts.
 * Its tasks stay. Again changes nothing: false.
 */
export async function deleteOne(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  thread: Doc<"threads">,
): Promise<boolean> {
  if (thread.deleted !== undefined) return false;
  await takeBackHeld(ctx, member, thread);
  // Taking an answer back changes what the list shows of it.
  const now = await ownThread(ctx, orgId, thread._id);
  const at = Date.now();
  const deleted = { at, by: member._id, wasSpam: now.isSpam, snoozedUntil: now.snoozedUntil };
  await patchThread(ctx, now, { deleted, restorableUntil: at + RESTORABLE_MS, isSpam: undefined });
  await tell(ctx, member, thread, "thread.deleted");
  return true;
}

async function takeBackHeld(ctx: MutationCtx, member: Doc<"members">, thread: Doc<"threads">): Promise<void> {
  const waiting = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", thread._id).gt("at", Date.now()))
    .take(MAX_HELD);
  const actor = { kind: "member", memberId: member._id } as const;
  const why = { actor, action: "thread.planned_cancelled", reason: "thread_deleted" } as const;
  for (const message of waiting) {
    if ((await heldOf(ctx, message._id)) === null) continue;
    await takeBack(ctx, await ownThread(ctx, thread.orgId, thread._id), message, why);
  }
}

/** Brings a deleted conversation back as it was. Throws `not_found` where it is gone. Again changes nothing. */
export async function restoreThread(ctx: MutationCtx, by: ByMember, threadId: Id<"threads">): Promise<void> {
  const thread = await ownRow(ctx, by, threadId);
  if (!(await restoreOne(ctx, by, thread)) && thread.deleted !== undefined) {
    throw appError("not_found", "This conversation is being removed for good.");
  }
}

/** The same for one the caller has loaded. False where it is not deleted, or is being removed for good. */
export async function restoreOne(ctx: MutationCtx, { member }: ByMember, thread: Doc<"threads">): Promise<boolean> {
  const { deleted, restorableUntil = REMOVING } = thread;
  const now = Date.now();
  if (deleted === undefined || restorableUntil <= now) return false;
  const { wasSpam, snoozedUntil } = deleted;
  const sleepsOn = snoozedUntil === null || (snoozedUntil !== undefined && snoozedUntil > now);
  await patchThread(ctx, thread, {
    deleted: undefined,
    restorableUntil: undefined,
    isSpam: wasSpam,
    ...(sleepsOn ? { snoozedUntil } : {}),
  });
  await tell(ctx, member, thread, "thread.restored");
  return true;
}

/** Removes a deleted conversation for good, before its time. Throws `not_found` where it is none. Again changes nothing. */
export async function orderPurge(ctx: MutationCtx, by: ByMember, threadId: Id<"threads">): Promise<void> {
  const thread = await ownRow(ctx, by, threadId);
  if (thread.deleted === undefined) throw appError("not_found", "This conversation is not deleted.");
  if (thread.restorableUntil === REMOVING) return;
  await patchThread(ctx, thread, { restorableUntil: REMOVING });
  await record(ctx, {
    orgId: by.orgId,
    actor: { kind: "member", memberId: by.member._id },
    action: "thread.purged",
    subject: { table: "threads", id: thread._id },
    details: { number: thread.number },
  });
  await ctx.scheduler.runAfter(0, internal.inbox.deletion.jobs.sweep, {});
}

/** What the address of a deleted conversation says; null where it is none, or none the member could open. */
export async function deletionNotice(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  threadId: Id<"threads">,
): Promise<Infer<typeof vDeletionNotice> | null> {
  const row = await ctx.db.get("threads", threadId);
  const thread = row === null || row.orgId !== orgId ? null : await liveThread(ctx, row);
  if (thread?.deleted === undefined || !(await isInSight(ctx, member, thread))) return null;
  const facts = await factsOf(ctx, thread, thread.deleted);
  return { number: thread.number, ...facts, unsent: await unsentOf(ctx, thread, member) };
}

/** A member's own words, which nobody else sees. */
async function unsentOf(ctx: QueryCtx, thread: Doc<"threads">, member: Doc<"members">) {
  const drafts = await Promise.all(
    (["reply", "note"] as const).map((mode) => getDraft(ctx, thread._id, member._id, mode)),
  );
  return drafts.flatMap((draft) => (draft === null ? [] : [{ isNote: draft.mode === "note", doc: draft.doc }]));
}

/** A page of the deleted conversations that can be restored, the latest deleted first. */
export async function pageOfDeleted(ctx: QueryCtx, { orgId }: ByMember, paginationOpts: PaginationOptions) {
  const deleted = ctx.db
    .query("threads")
    .withIndex("by_org_restorable", (q) => q.eq("orgId", orgId).gt("restorableUntil", REMOVING));
  const result = await deleted.order("desc").paginate(paginationOpts);
  const page = await Promise.all(result.page.map((thread) => presentDeleted(ctx, thread)));
  return { ...result, page: page.flat() };
}

async function presentDeleted(ctx: QueryCtx, thread: Doc<"threads">): Promise<DeletedThread[]> {
  const { _id: id, number, subject, lastMessagePreview: preview, orgId, contactId, deleted } = thread;
  if (deleted === undefined) return [];
  const who = contactId === undefined ? null : (await requireContact(ctx, orgId, contactId)).name;
  return [{ id, number, subject, preview, who, ...(await factsOf(ctx, thread, deleted)) }];
}

async function factsOf(
  ctx: QueryCtx,
  { orgId, restorableUntil = REMOVING }: Doc<"threads">,
  { at, by }: NonNullable<Doc<"threads">["deleted"]>,
) {
  const { displayName } = await requireMemberOf(ctx, orgId, by);
  return { by: displayName, at, restorableUntil: restorableUntil === REMOVING ? null : restorableUntil };
}

/** The row, deleted or not, if the member could open it. Throws `not_found`. */
async function ownRow(ctx: QueryCtx, { orgId, member }: ByMember, threadId: Id<"threads">): Promise<Doc<"threads">> {
  const row = await ctx.db.get("threads", threadId);
  if (row?.orgId === orgId) {
    const thread = await liveThread(ctx, row);
    if (await isInSight(ctx, member, thread)) return thread;
  }
  throw appError("not_found", "This conversation does not exist.");
}

async function tell(
  ctx: MutationCtx,
  member: Doc<"members">,
  { _id: threadId, orgId, contactId, number }: Doc<"threads">,
  action: "thread.deleted" | "thread.restored",
): Promise<void> {
  const subject = { threadId, contactId };
  await emitIfWanted(ctx, { orgId, kind: action, subject, payload: { number, by: member._id } });
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "threads", id: threadId }, details: { number } });
}
