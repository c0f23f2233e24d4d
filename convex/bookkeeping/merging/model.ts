import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";

/** Hands over who a person is in the bookkeeping. Somebody known there already stays who they are. */
export async function moveLinks(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"bookkeepingLinks">>(move, {
    page: async (options) =>
      await ctx.db
        .query("bookkeepingLinks")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("bookkeepingLinks", id);
      return known === null ? null : await ctx.db.get("bookkeepingLinks", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      const other = await ctx.db
        .query("bookkeepingLinks")
        .withIndex("by_contact", (q) => q.eq("contactId", to))
        .first();
      if (other !== null) return false;
      await ctx.db.patch("bookkeepingLinks", _id, { contactId: to });
      return true;
    },
  });
}
