import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";

/** A place in the bookings of an organisation by their end; of one instant, by when they came. */
export type BookingPlace = { endsAt: number; createdAt: number };

/** The place of a booking. */
export function placeAfter({ endsAt, _creationTime }: Doc<"bookings">): BookingPlace {
  return { endsAt, createdAt: _creationTime };
}

/**
 * At most `limit` bookings that take place and have not ended at `since`, by their end; `after` a place: those behind it.
 * Pages made by places have no gap and no booking twice, whatever changes between them.
 */
export async function upcomingBookings(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { since, after, limit }: { since: number; after: BookingPlace | null; limit: number },
): Promise<Doc<"bookings">[]> {
  const active = ctx.db.query("bookings");
  if (after === null || after.endsAt < since) {
    return await active
      .withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).gte("endsAt", since))
      .take(limit);
  }
  const { endsAt, createdAt } = after;
  const sameEnd = await active
    .withIndex("by_org_active", (q) =>
      q.eq("orgId", orgId).eq("isActive", true).eq("endsAt", endsAt).gt("_creationTime", createdAt),
    )
    .take(limit);
  if (sameEnd.length === limit) return sameEnd;
  const later = await ctx.db
    .query("bookings")
    .withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true).gt("endsAt", endsAt))
    .take(limit - sameEnd.length);
  return [...sameEnd, ...later];
}
