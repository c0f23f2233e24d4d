import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { primaryAddress, requireContact } from "../../../contacts/model";
import { appError } from "../../../lib/errors";
import type { ThreadFilter } from "../../filters";
import { countUpTo, pageOfThreads, type Viewer } from "../../model/ranges";
import { messageByClientId } from "../../model/refs";
import { sendReply } from "../../model/reply";
import { requireThread } from "../../model/rows";
import { takeBack } from "../../sending/model";

// One text to the customers of many threads (product.md A-70): each an answer of its own, on its own channel.

/** Who writes to more people than that means a campaign, with its consent and its pace. */
export const MAX_REPLIES = 500;

/** People the preview names. */
const MAX_NAMED = 50;

type ByMember = { orgId: Id<"organisations">; member: Doc<"members">; operationId: Id<"bulkOperations"> };
type ThreadIds = readonly Id<"threads">[];
export type ReplyTarget = { kind: "threads"; threadIds: Id<"threads">[] } | { kind: "matching"; filter: ThreadFilter };

/** The key of an order's reply: a thread gets one however often its batch runs. */
const clientIdOf = (operationId: Id<"bulkOperations">) => `bulk:${operationId}`;

/** Throws `invalid` where a filter finds more threads than may be answered at once. */
export async function checkReplyTarget(ctx: QueryCtx, viewer: Viewer, target: ReplyTarget): Promise<void> {
  if (target.kind === "threads") return;
  if ((await countUpTo(ctx, viewer, target.filter, MAX_REPLIES)).isMore) {
    throw appError("invalid", `Answer at most ${MAX_REPLIES} conversations at once.`, { field: "target" });
  }
}

/** Answers one thread; it can be taken back for some seconds. Throws what `sendReply` throws. */
export async function replyToOne(
  ctx: MutationCtx,
  { orgId, member, operationId }: ByMember,
  { _id: threadId }: Doc<"threads">,
  words: { text: string; close: boolean; templateId?: Id<"templates"> },
): Promise<void> {
  const clientId = clientIdOf(operationId);
  await sendReply(ctx, { orgId, member, threadId, ...words, isUndoable: true, isOneOfMany: true, clientId });
}

/** Takes an order's reply back; false when it has left. */
export async function takeBackOne(
  ctx: MutationCtx,
  { member, operationId }: ByMember,
  thread: Doc<"threads">,
): Promise<boolean> {
  const message = await messageByClientId(ctx, thread._id, clientIdOf(operationId));
  if (message === null) return false;
  const actor = { kind: "member", memberId: member._id } as const;
  return await takeBack(ctx, thread, message, { actor, action: "thread.reply_undone", reason: "undone_by_member" });
}

/**
 * Who a reply to the chosen threads, or to all that match, would go to: the first fifty by name, and how many there are.
 * `address` is null for who cannot be reached. Throws `not_found` for another organisation's thread.
 */
export async function previewReplies(ctx: QueryCtx, viewer: Viewer, target: ReplyTarget) {
  const { threads, count, isMore } =
    target.kind === "threads"
      ? await chosen(ctx, viewer.orgId, target.threadIds)
      : await matching(ctx, viewer, target.filter);
  return { count, isMore, people: await Promise.all(threads.map(async (thread) => await presentPerson(ctx, thread))) };
}

async function chosen(ctx: QueryCtx, orgId: Id<"organisations">, threadIds: ThreadIds) {
  const first = threadIds.slice(0, MAX_NAMED);
  const threads = await Promise.all(first.map(async (id) => await requireThread(ctx, orgId, id)));
  return { threads, count: threadIds.length, isMore: false };
}

async function matching(ctx: QueryCtx, viewer: Viewer, filter: ThreadFilter) {
  const paginationOpts = { numItems: MAX_NAMED, cursor: null };
  const { page } = await pageOfThreads(ctx, viewer, { ...filter, paginationOpts });
  return { threads: page.slice(0, MAX_NAMED), ...(await countUpTo(ctx, viewer, filter, MAX_REPLIES)) };
}

async function presentPerson(ctx: QueryCtx, { _id, orgId, contactId, channel }: Doc<"threads">) {
  if (contactId === undefined) return { threadId: _id, name: null, channel, address: null };
  const { name } = await requireContact(ctx, orgId, contactId);
  const address = (await primaryAddress(ctx, contactId, channel))?.address ?? null;
  return { threadId: _id, name, channel, address };
}
