import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { emit } from "../../../events/model";
import { appError } from "../../../lib/errors";
import { DAY_MS } from "../../../lib/time";
import { requireMemberOf } from "../../../orgs/model";
import { heldAnswerAt, waitingSince } from "../../../sla/model/clocks";
import { getDraft } from "../../model/drafts";
import { moveSharedDraftBack } from "../../sharedDrafts/model";
import { patchThread, requireThread, restateWaiting } from "../../model/rows";
import { takeTicketBack } from "../../tickets/model/merging";
import type { MergedFields } from "../schema";
import { isTakenBack } from "./merge";
import { unpressAnswer } from "../../sending/model";
import { MOVE_BATCH, moveMessage, showNewest, unansweredSince } from "./moves";

/** So long a merge can be undone; then it is forgotten what came from where. */
const UNDO_MS = 30 * DAY_MS;
/** Merges into one conversation that a screen offers to undo. */
const MAX_SHOWN = 20;
/** Conversations that make up one, with room. */
const MAX_MERGED = 100;
const PRUNE_BATCH = 20;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** The merges into a conversation that stand and can be undone, newest first. */
export async function standingMerges(ctx: QueryCtx, thread: Doc<"threads">) {
  const merges = await ctx.db
    .query("threadMerges")
    .withIndex("by_target", (q) => q.eq("targetId", thread._id))
    .order("desc")
    .take(MAX_SHOWN);
  const standing = merges.filter((merge) => !isTakenBack(merge));
  return await Promise.all(
    standing.map(async ({ _id: id, orgId, sourceId, by, at }) => {
      const source = await ctx.db.get("threads", sourceId);
      const { displayName } = await requireMemberOf(ctx, orgId, by);
      return { id, number: source?.number ?? 0, subject: source?.subject ?? "", by: displayName, at };
    }),
  );
}

/** Conversations put into another one and so on, directly or over others; the nearest first, at most 100. */
export async function mergedInto(ctx: QueryCtx, threadId: Id<"threads">): Promise<Id<"threads">[]> {
  const found: Id<"threads">[] = [];
  for (let next: Id<"threads"> | undefined = threadId; next !== undefined && found.length < MAX_MERGED;) {
    const place: Id<"threads"> = next;
    const sources = await ctx.db
      .query("threads")
      .withIndex("by_merged", (q) => q.eq("mergedIntoId", place))
      .take(MAX_MERGED - found.length);
    found.push(...sources.map(({ _id }) => _id));
    next = found[found.indexOf(place) + 1];
  }
  return found;
}

/**
 * Takes a merge back: what was moved lies where it lay, and both conversations are as they were, but for what happened
 * since. What customers and colleagues wrote since stays. Undone already: nothing happens. Throws `not_found` for another
 * organisation's, `conflict` where it cannot be undone any more.
 */
export async function undoMerge(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  mergeId: Id<"threadMerges">,
): Promise<void> {
  const merge = await ctx.db.get("threadMerges", mergeId);
  if (merge === null || merge.orgId !== orgId) throw appError("not_found", "This merge does not exist.");
  await requireThread(ctx, orgId, merge.targetId);
  if (isTakenBack(merge)) return;
  const { source, target } = await placesOf(ctx, merge);
  const wasWaiting = (await waitingSince(ctx, target._id)) !== null;
  const isHeld = (await heldAnswerAt(ctx, target._id)) !== null;
  await ctx.db.patch("threadMerges", mergeId, { state: "undoing" });
  await ctx.db.delete("messages", merge.noteId);
  const { sourceStatus: status, sourceSnoozedUntil: snoozedUntil } = merge;
  await patchThread(ctx, source, { status, mergedIntoId: undefined, snoozedUntil });
  await takeBackSome(ctx, mergeId);
  const tags = target.tags.filter((tag) => !merge.addedTags.includes(tag));
  // The answer that was pressed goes with its question, unless another one is held here.
  const freed = isHeld ? await unpressAnswer(ctx, target) : target;
  const restored = await patchThread(ctx, freed, { tags, ...fieldsBefore(target, merge) });
  const shown = await showNewest(ctx, restored);
  if (wasWaiting) await restateWaiting(ctx, shown, await unansweredSince(ctx, target._id));
  const payload = { sourceId: source._id, number: source.number, by: member._id };
  await emit(ctx, { orgId, kind: "thread.unmerged", subject: { threadId: target._id }, payload });
  for (const id of [source._id, target._id]) {
    await record(ctx, {
      orgId,
      actor: { kind: "member", memberId: member._id },
      action: "thread.unmerged",
      subject: { table: "threads", id },
      details: { from: source.number, into: target.number, mergeId },
    });
  }
}

async function placesOf(ctx: QueryCtx, { sourceId, targetId, at }: Doc<"threadMerges">) {
  const source = await ctx.db.get("threads", sourceId);
  const target = await ctx.db.get("threads", targetId);
  if (source === null || target === null || source.mergedIntoId !== targetId) {
    throw appError("conflict", "These conversations are not merged any more.");
  }
  if (target.mergedIntoId !== undefined) {
    throw appError("conflict", "This conversation was merged itself: undo that first.");
  }
  const isPurged = (source.purgedAt ?? 0) > at || (target.purgedAt ?? 0) > at;
  if (isPurged || Date.now() > at + UNDO_MS) throw appError("conflict", "This merge is too old to be undone.");
  return { source, target };
}

/** What the merge changed of the conversation that stayed, as it was before; what was changed since stays. */
function fieldsBefore(target: Doc<"threads">, { before, after }: Doc<"threadMerges">): Partial<MergedFields> {
  const names = ["status", "channel", "channelId", "assigneeId"] as const;
  const unchanged = names.filter((name) => target[name] === after[name] && before[name] !== after[name]);
  return Object.fromEntries(unchanged.map((name) => [name, before[name]]));
}

/** Takes a batch of what a merge moved back, in the order it was moved, and goes on until nothing is left. */
export async function takeBackSome(ctx: MutationCtx, mergeId: Id<"threadMerges">): Promise<void> {
  const merge = await ctx.db.get("threadMerges", mergeId);
  if (merge?.state !== "undoing") return;
  const moves = await ctx.db
    .query("mergeMoves")
    .withIndex("by_merge", (q) => q.eq("mergeId", mergeId))
    .take(MOVE_BATCH);
  for (const { _id, row } of moves) {
    if (row.kind === "message") await takeMessageBack(ctx, merge, row.id);
    else if (row.kind === "draft") await takeDraftBack(ctx, merge, row.id);
    else if (row.kind === "ticket") await takeTicketBack(ctx, merge, row.id);
    else await moveSharedDraftBack(ctx, merge, row.id);
    await ctx.db.delete("mergeMoves", _id);
  }
  if (moves.length < MOVE_BATCH) await ctx.db.patch("threadMerges", mergeId, { state: "undone" });
  else await ctx.scheduler.runAfter(0, internal.inbox.merges.jobs.takeBack, { mergeId });
}

async function takeMessageBack(ctx: MutationCtx, merge: Doc<"threadMerges">, messageId: Id<"messages">): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  // Taken back by its author, or split off since.
  if (message?.threadId === merge.targetId) await moveMessage(ctx, message, merge.sourceId);
}

async function takeDraftBack(ctx: MutationCtx, merge: Doc<"threadMerges">, draftId: Id<"drafts">): Promise<void> {
  const draft = await ctx.db.get("drafts", draftId);
  if (draft?.threadId !== merge.targetId) return;
  const begun = await getDraft(ctx, merge.sourceId, draft.memberId, draft.mode);
  if (begun === null) await ctx.db.patch("drafts", draftId, { threadId: merge.sourceId });
}

/** Forgets merges that cannot be undone any more; the redirect stays. Returns true when there may be more. */
export async function pruneMerges(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("threadMerges")
    .withIndex("by_at", (q) => q.lt("at", now - UNDO_MS))
    .take(PRUNE_BATCH);
  for (const merge of old) await forgetSome(ctx, merge._id);
  return old.length > 0;
}

/** Forgets what was put into a conversation, or it into another: it is removed for good. Returns true when there may be more. */
export async function forgetMerges(ctx: MutationCtx, threadId: Id<"threads">): Promise<boolean> {
  const merge =
    (await ctx.db
      .query("threadMerges")
      .withIndex("by_source", (q) => q.eq("sourceId", threadId))
      .first()) ??
    (await ctx.db
      .query("threadMerges")
      .withIndex("by_target", (q) => q.eq("targetId", threadId))
      .first());
  if (merge === null) return false;
  await forgetSome(ctx, merge._id);
  return true;
}

// The merge goes with the last batch of what it moved.
async function forgetSome(ctx: MutationCtx, mergeId: Id<"threadMerges">): Promise<void> {
  const moves = await ctx.db
    .query("mergeMoves")
    .withIndex("by_merge", (q) => q.eq("mergeId", mergeId))
    .take(MOVE_BATCH);
  for (const { _id } of moves) await ctx.db.delete("mergeMoves", _id);
  if (moves.length < MOVE_BATCH) await ctx.db.delete("threadMerges", mergeId);
}
