import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { DAY_MS } from "../../lib/time";

/** Coming messages of one person that are looked at: far more than one booking plans. */
const MAX_PLANNED = 50;

/** Coming messages a contact's panel shows. */
const SHOWN_PLANNED = 10;

/** What waits to be sent to a person, next first; what should have left within the last day and waits included. */
export async function plannedFor(
  ctx: QueryCtx,
  contactId: Id<"contacts">,
  now: number,
): Promise<Doc<"messageQueue">[]> {
  const rows = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", now - DAY_MS))
    .take(MAX_PLANNED);
  return rows.filter(({ group }) => group === "waiting").slice(0, SHOWN_PLANNED);
}

/** True when a booking has messages ahead for this person: they may mean it when they write "cancel". */
export async function hasBookingAhead(ctx: QueryCtx, contactId: Id<"contacts">, now: number): Promise<boolean> {
  const planned = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("dueAt", now))
    .take(MAX_PLANNED);
  return planned.some(({ source, state }) => source.kind === "sequence" && state.kind === "pending");
}
