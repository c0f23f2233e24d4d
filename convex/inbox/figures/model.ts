import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { liveThread } from "../model/rows";

// What figures of the team need to know of conversations and messages that events name as text.

/** Messages before an instant that are looked at for who answered. */
const MAX_LOOKED_AT = 10;

/**
 * The conversation an event is about, or the one it is in now with `wasMerged`; null when it was removed or belongs to
 * another organisation.
 */
export async function eventThread(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  threadId: string | undefined,
): Promise<{ thread: Doc<"threads">; wasMerged: boolean } | null> {
  const id = threadId === undefined ? null : ctx.db.normalizeId("threads", threadId);
  const row = id === null ? null : await ctx.db.get("threads", id);
  if (row === null || row.orgId !== orgId) return null;
  return { thread: await liveThread(ctx, row), wasMerged: row.mergedIntoId !== undefined };
}

/** The message an event is about; null when it was removed or belongs to another organisation. */
export async function eventMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  messageId: string | undefined,
): Promise<Doc<"messages"> | null> {
  const id = messageId === undefined ? null : ctx.db.normalizeId("messages", messageId);
  const row = id === null ? null : await ctx.db.get("messages", id);
  return row === null || row.orgId !== orgId ? null : row;
}

/** Who answered last in a conversation until then (UTC ms); null when nobody did lately. */
export async function answererUntil(
  ctx: QueryCtx,
  threadId: Id<"threads">,
  until: number,
): Promise<Id<"members"> | null> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("at", until))
    .order("desc")
    .take(MAX_LOOKED_AT);
  for (const { messageType, sender, call } of messages) {
    if (sender.kind === "member" && (messageType === "outgoing" || call !== undefined)) return sender.memberId;
  }
  return null;
}
