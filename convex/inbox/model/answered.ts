import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** Newest messages looked at: a conversation without an answer among so many is not one with an answer. */
const MAX_LOOKED_AT = 100;

/** True when a customer wrote in the thread and a member answered: spam, and lists that write by machine, get none; a planned answer is none yet. */
export async function wasAnswered(ctx: QueryCtx, threadId: Id<"threads">): Promise<boolean> {
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("at", Date.now()))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const wrote = messages.some(({ messageType, isAutomatic }) => messageType === "incoming" && !isAutomatic);
  return wrote && messages.some(({ messageType, sender }) => messageType === "outgoing" && sender.kind === "member");
}
