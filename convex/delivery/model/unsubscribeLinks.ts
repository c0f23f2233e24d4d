import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** Remembers whom an unsubscribe link is for. The token itself is only in the message. */
export async function registerUnsubscribe(
  ctx: MutationCtx,
  queueId: Id<"messageQueue">,
  tokenHash: string,
): Promise<void> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row?.routedChannel === undefined || row.address === undefined) return;
  // A second try carries the link of the first.
  if ((await unsubscribeTarget(ctx, tokenHash)) !== null) return;
  const { orgId, contactId, routedChannel: channel, purpose, topic, address } = row;
  await addUnsubscribeToken(ctx, { orgId, contactId, channel, purpose, topic, address, queueId, tokenHash });
}

/** The same for a link that a member makes. */
export async function addUnsubscribeToken(
  ctx: MutationCtx,
  target: WithoutSystemFields<Doc<"unsubscribeTokens">>,
): Promise<void> {
  await ctx.db.insert("unsubscribeTokens", target);
}

/** Whom the token of an unsubscribe link is for, or null. */
export async function unsubscribeTarget(ctx: QueryCtx, tokenHash: string) {
  return await ctx.db
    .query("unsubscribeTokens")
    .withIndex("by_token", (q) => q.eq("tokenHash", tokenHash))
    .unique();
}

/** How many of the hash's hex digits stand in an unsubscribe address: 160 bits, and short enough for a local part. */
const MAIL_TOKEN_CHARS = 40;

/** The part after "unsub+" in the address of List-Unsubscribe: mail servers change its case, so it is no token itself. */
export function unsubscribeMailToken(tokenHash: string): string {
  return tokenHash.slice(0, MAIL_TOKEN_CHARS);
}

/** Whom an unsubscribe address is for, or null. */
export async function unsubscribeTargetByMail(ctx: QueryCtx, mailToken: string) {
  if (!new RegExp(`^[0-9a-f]{${MAIL_TOKEN_CHARS}}$`).test(mailToken)) return null;
  return await ctx.db
    .query("unsubscribeTokens")
    // "g" comes after every hex digit.
    .withIndex("by_token", (q) => q.gte("tokenHash", mailToken).lt("tokenHash", `${mailToken}g`))
    .first();
}
