import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** Coming messages of one person that are looked at: far more than one booking plans. */
const MAX_PLANNED = 50;

/** True when a booking has messages ahead for this person: they may mean it when they write "cancel". */
export async function hasBookingAhead(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<boolean> {
  const planned = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", now))
    .take(MAX_PLANNED);
  return planned.some(({ source, state }) => source.kind === "sequence" && state.kind === "pending");
}
