import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { bookingPeopleOf } from "../model/read";

/** Hands places in bookings over to another contact. Where both take part the place stays: one person, one place. */
export async function movePeople(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"bookingPeople">>(move, {
    page: async (options) =>
      await ctx.db
        .query("bookingPeople")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("bookingPeople", id);
      return known === null ? null : await ctx.db.get("bookingPeople", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id, bookingId }) => {
      const others = await bookingPeopleOf(ctx, bookingId);
      if (others.some(({ contactId }) => contactId === to)) return false;
      await ctx.db.patch("bookingPeople", _id, { contactId: to });
      return true;
    },
  });
}
