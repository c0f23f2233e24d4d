import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";

/** Hands questions about conversations, with their answers, over to another contact: their conversations go there too. */
export async function moveSurveys(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"surveys">>(move, {
    page: async (options) =>
      await ctx.db
        .query("surveys")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("surveys", id);
      return known === null ? null : await ctx.db.get("surveys", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      await ctx.db.patch("surveys", _id, { contactId: to });
      return true;
    },
  });
}
