import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { callerMayOpen } from "../../lib/threadAccess";
import { requireMemberOf } from "../../orgs/model";
import { heldOf } from "../sending/model/holds";

// What conversations have ahead for one person: answers that leave later, and when they come back to the team.

/** Conversations of one person that are looked through: the newest. */
const THREADS_LIMIT = 30;

/** An answer that leaves later; null for messages that are none, and for those that may still be taken back with "Undo". */
export async function plannedAnswer(ctx: QueryCtx, { source }: Pick<Doc<"messageQueue">, "source">) {
  if (source.kind !== "agent") return null;
  const messageId = ctx.db.normalizeId("messages", source.messageId);
  const message = messageId === null ? null : await ctx.db.get("messages", messageId);
  const held = messageId === null ? null : await heldOf(ctx, messageId);
  if (message === null || held === null || held.kind !== "later") return null;
  const { orgId, memberId, cancelIfAnswered } = held;
  const author = (await requireMemberOf(ctx, orgId, memberId)).displayName;
  return { messageId: message._id, threadId: message.threadId, author, cancelIfAnswered };
}

/** Open conversations of a person that the caller may open, the newest first. */
export async function openThreadsOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"threads">[]> {
  const threads = await ctx.db
    .query("threads")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(THREADS_LIMIT);
  const shown: Doc<"threads">[] = [];
  for (const thread of threads) {
    if (thread.isOpen && thread.mergedIntoId === undefined && (await callerMayOpen(ctx, thread))) shown.push(thread);
  }
  return shown;
}
