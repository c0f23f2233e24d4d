import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** Messages of one person that are looked through. */
const WRITTEN_LIMIT = 50;

/** What a person wrote themselves from `since` on (UTC ms), oldest first, at most 50: no out-of-office, no bounce. */
export async function writtenSince(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  since: number,
): Promise<{ at: number; text: string }[]> {
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_sender", (q) => q.eq("sender.contactId", contactId).gte("at", since))
    .take(WRITTEN_LIMIT);
  return rows.flatMap(({ at, text, isAutomatic, messageType }) =>
    isAutomatic || messageType !== "incoming" ? [] : [{ at, text }],
  );
}
