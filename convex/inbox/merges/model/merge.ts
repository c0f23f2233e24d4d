import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { emit } from "../../../events/model";
import { isCustomerChannel } from "../../../lib/closedSets";
import { appError } from "../../../lib/errors";
import { keyOf } from "../../../lib/orderNumbers";
import { requireOrg } from "../../../orgs/model";
import { heldAnswerAt, waitingSince } from "../../../sla/model/clocks";
import { getDraft } from "../../model/drafts";
import { moveSharedDrafts } from "../../sharedDrafts/model";
import { mergeReadMarks } from "../../model/readMarks";
import { shareFollowers } from "../../personal/model";
import { ownThread, patchThread, requireThread, restateWaiting } from "../../model/rows";
import { MAX_ORDERS, ordersOf } from "../../references/orders";
import { passTicketOn } from "../../tickets/model/merging";
import { joinDocs } from "../../sending/joinDocs";
import { MAX_SOURCES } from "../rules";
import type { MergedFields } from "../schema";
import { mergeText } from "../texts";
import { MOVE_BATCH, moveMessage, tellThread } from "./moves";

/** Members who write in one conversation at once, with room. */
const MAX_DRAFTS = 200;
const MAX_TAGS = 50;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/**
 * Puts conversations into another one (product.md A-64): messages, drafts, references, tags and what the customer waits
 * for go with them; whoever asks for them gets that one from now on, customers who answer them too. The same again
 * changes nothing. Returns the merges. Throws `invalid` for a conversation into itself and for too many.
 */
export async function mergeThreads(
  ctx: MutationCtx,
  by: ByMember,
  { sourceIds, targetId }: { sourceIds: Id<"threads">[]; targetId: Id<"threads"> },
): Promise<Id<"threadMerges">[]> {
  if (sourceIds.length === 0 || sourceIds.length > MAX_SOURCES) {
    throw appError("invalid", `Choose 1 to ${MAX_SOURCES} conversations.`, { field: "sourceIds" });
  }
  for (const threadId of [targetId, ...sourceIds]) await requireThread(ctx, by.orgId, threadId);
  const merges: Id<"threadMerges">[] = [];
  for (const sourceId of new Set(sourceIds)) {
    // It changes with each that is put into it.
    const target = await ownThread(ctx, by.orgId, targetId);
    const known = await mergeBetween(ctx, by.orgId, sourceId, target._id);
    merges.push(known?._id ?? (await mergeOne(ctx, by, await ownThread(ctx, by.orgId, sourceId), target)));
  }
  return merges;
}

async function mergeBetween(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sourceId: Id<"threads">,
  targetId: Id<"threads">,
): Promise<Doc<"threadMerges"> | null> {
  const last = await ctx.db
    .query("threadMerges")
    .withIndex("by_source", (q) => q.eq("sourceId", sourceId))
    .order("desc")
    .first();
  const stands = last?.orgId === orgId && last.targetId === targetId && !isTakenBack(last);
  return stands ? last : null;
}

/** True once a merge is being undone. */
export function isTakenBack({ state }: Doc<"threadMerges">): boolean {
  return state === "undoing" || state === "undone";
}

// Answers of the customer would go on where nobody can be answered.
function checkDirection(source: Doc<"threads">, target: Doc<"threads">): void {
  if (!isCustomerChannel(source.channel) || isCustomerChannel(target.channel)) return;
  const message = "A customer's conversation does not go into one of the team's: merge them the other way round.";
  throw appError("invalid", message, { field: "targetId" });
}

async function mergeOne(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  source: Doc<"threads">,
  target: Doc<"threads">,
): Promise<Id<"threadMerges">> {
  if (source._id === target._id) {
    throw appError("invalid", "A conversation cannot be merged into itself.", { field: "targetId" });
  }
  checkDirection(source, target);
  const { locale } = await requireOrg(ctx, orgId);
  const waits = [await waitingSince(ctx, source._id), await waitingSince(ctx, target._id)];
  await mergeReadMarks(ctx, source, target);
  await shareFollowers(ctx, source, target);
  const noteId = await tellThread(
    ctx,
    target,
    mergeText(locale, "merged", { name: member.displayName, other: source }),
  );
  const pressedAt = waits[1] === null ? await heldAnswerAt(ctx, source._id) : null;
  const after = await joinInto(ctx, source, target, { waits, pressedAt });
  const mergeId = await ctx.db.insert("threadMerges", {
    orgId,
    sourceId: source._id,
    targetId: target._id,
    by: member._id,
    at: Date.now(),
    state: "moving",
    sourceStatus: source.status,
    sourceSnoozedUntil: source.snoozedUntil,
    before: mergedFields(target),
    after: mergedFields(after),
    addedTags: after.tags.filter((tag) => !target.tags.includes(tag)),
    noteId,
  });
  const ticketId = await passTicketOn(ctx, source, after);
  if (ticketId !== null) await ctx.db.insert("mergeMoves", { orgId, mergeId, row: { kind: "ticket", id: ticketId } });
  const closed = { status: "closed", mergedIntoId: target._id } as const;
  await patchThread(ctx, source, ticketId === null ? closed : { ...closed, ticketId: undefined });
  await moveDrafts(ctx, { orgId, mergeId }, source._id, target._id);
  await moveSome(ctx, mergeId);
  const payload = { sourceId: source._id, number: source.number, by: member._id };
  await emit(ctx, { orgId, kind: "thread.merged", subject: { threadId: target._id }, payload });
  for (const id of [source._id, target._id]) {
    await record(ctx, {
      orgId,
      actor: { kind: "member", memberId: member._id },
      action: "thread.merged",
      subject: { table: "threads", id },
      details: { from: source.number, into: target.number, mergeId },
    });
  }
  return mergeId;
}

/** The conversation that stays takes over what the other one asks of the team. */
async function joinInto(
  ctx: MutationCtx,
  source: Doc<"threads">,
  target: Doc<"threads">,
  { waits, pressedAt }: { waits: (number | null)[]; pressedAt: number | null },
): Promise<Doc<"threads">> {
  const isNewer = source.lastMessageAt > target.lastMessageAt;
  // An answer goes out on the customer's newest channel, but never to another person than before.
  const followsChannel = isNewer && (target.contactId === undefined || target.contactId === source.contactId);
  const isWaiting = waits.some((since) => since !== null);
  const patch = {
    ...(isNewer
      ? {
          lastMessageAt: source.lastMessageAt,
          lastMessagePreview: source.lastMessagePreview,
          lastMessageType: source.lastMessageType,
        }
      : {}),
    ...(followsChannel ? { channel: source.channel, channelId: source.channelId } : {}),
    ...(source.isOpen && !target.isOpen ? { status: source.status } : {}),
    ...(source.isOpen && source.snoozedUntil === undefined ? { snoozedUntil: undefined } : {}),
    contactId: target.contactId ?? source.contactId,
    assigneeId: target.assigneeId ?? source.assigneeId,
    ...joinOrders(target, source),
    customerAccountId: target.customerAccountId ?? source.customerAccountId,
    partnerAccountId: target.partnerAccountId ?? source.partnerAccountId,
    tags: [...new Set([...target.tags, ...source.tags])].slice(0, MAX_TAGS),
    externalReferences: { ...source.externalReferences, ...target.externalReferences },
    attributes: joinAttributes(target.attributes, source.attributes),
  };
  const after = await patchThread(ctx, target, patch, isWaiting ? "customer_wrote" : "changed");
  if (!isWaiting) return after;
  const waiting = await restateWaiting(ctx, after, Math.min(...waits.filter((since) => since !== null)));
  // Its question comes along with the answer that has been pressed; what waits in the other one is not answered by it yet.
  return pressedAt === null ? waiting : await patchThread(ctx, waiting, {}, "answer_pressed", pressedAt);
}

/** Of two that say something else, that of the conversation that stays. */
function joinAttributes(own: Doc<"threads">["attributes"], other: Doc<"threads">["attributes"]) {
  return own === undefined && other === undefined ? undefined : { ...other, ...own };
}

/** What both are about, as many as one may be about. */
function joinOrders(target: Doc<"threads">, source: Doc<"threads">) {
  const own = ordersOf(target);
  const others = ordersOf(source).filter((order) => !own.some((known) => keyOf(known) === keyOf(order)));
  const [orderRef, ...moreOrders] = [...own, ...others].slice(0, MAX_ORDERS);
  return { orderRef, moreOrders: moreOrders.length === 0 ? undefined : moreOrders };
}

function mergedFields({ status, channel, channelId, assigneeId }: Doc<"threads">): MergedFields {
  return { status, channel, channelId, assigneeId };
}

/** What somebody was writing goes on there; before what the same person had begun there. */
async function moveDrafts(
  ctx: MutationCtx,
  { orgId, mergeId }: { orgId: Id<"organisations">; mergeId: Id<"threadMerges"> },
  sourceId: Id<"threads">,
  targetId: Id<"threads">,
): Promise<void> {
  const drafts = await ctx.db
    .query("drafts")
    .withIndex("by_thread_member", (q) => q.eq("threadId", sourceId))
    .take(MAX_DRAFTS);
  for (const draft of drafts) {
    const begun = await getDraft(ctx, targetId, draft.memberId, draft.mode);
    if (begun !== null) {
      const doc = joinDocs(draft.doc, begun.doc);
      await ctx.db.patch("drafts", begun._id, { doc, parts: joinParts(draft, begun), updatedAt: Date.now() });
      await ctx.db.delete("drafts", draft._id);
      continue;
    }
    await ctx.db.patch("drafts", draft._id, { threadId: targetId });
    await ctx.db.insert("mergeMoves", { orgId, mergeId, row: { kind: "draft", id: draft._id } });
  }
  for (const id of await moveSharedDrafts(ctx, sourceId, targetId)) {
    await ctx.db.insert("mergeMoves", { orgId, mergeId, row: { kind: "sharedDraft", id } });
  }
}

function joinParts({ parts: other }: Doc<"drafts">, { parts = other }: Doc<"drafts">): Doc<"drafts">["parts"] {
  if (parts === undefined) return undefined;
  return { ...parts, fileIds: [...new Set([...parts.fileIds, ...(other?.fileIds ?? [])])] };
}

/** Moves a batch, the newest messages first, and goes on until none is left. Nothing happens when it was taken back. */
export async function moveSome(ctx: MutationCtx, mergeId: Id<"threadMerges">): Promise<void> {
  const merge = await ctx.db.get("threadMerges", mergeId);
  if (merge?.state !== "moving") return;
  const { orgId, sourceId, targetId } = merge;
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", sourceId))
    .order("desc")
    .take(MOVE_BATCH);
  for (const message of messages) {
    await moveMessage(ctx, message, targetId);
    await ctx.db.insert("mergeMoves", { orgId, mergeId, row: { kind: "message", id: message._id } });
  }
  if (messages.length < MOVE_BATCH) await ctx.db.patch("threadMerges", mergeId, { state: "done" });
  else await ctx.scheduler.runAfter(0, internal.inbox.merges.jobs.move, { mergeId });
}
