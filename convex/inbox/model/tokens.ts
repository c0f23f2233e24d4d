import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** Plus-addresses of one mail that are looked up. */
const MAX_TOKENS = 5;

/** The conversation whose reply address (reply+<token>@…) is among those a mail was sent to, or null. */
export async function threadByToken(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  tokens: readonly string[],
): Promise<Doc<"threads"> | null> {
  for (const token of tokens.slice(0, MAX_TOKENS)) {
    const thread = await ctx.db
      .query("threads")
      .withIndex("by_reply_token", (q) => q.eq("replyToken", token))
      .first();
    if (thread !== null && thread.orgId === orgId) return thread;
  }
  return null;
}
