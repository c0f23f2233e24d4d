import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { Channel } from "../../lib/closedSets";

/** Messages of one person within the asked time that are looked at, newest first. */
const MAX_LOOKED_AT = 200;

/**
 * When a message of the system by this name and channel was last due to a person since then (UTC ms), whatever became of it; null when
 * none was. Merged contacts take theirs along.
 */
export async function lastSystemMessageAt(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  { name, channel }: { name: string; channel: Channel },
  since: number,
): Promise<number | null> {
  const recent = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", since))
    .order("desc")
    .take(MAX_LOOKED_AT);
  const isSuch = ({ source, channel: wish }: Doc<"messageQueue">) =>
    source.kind === "system" && source.name === name && wish === channel;
  return recent.find(isSuch)?.dueAt ?? null;
}
