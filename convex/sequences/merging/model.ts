import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { runsOf } from "../model/runs";

/**
 * Hands journeys with their steps over to another contact. A journey that both take for the same booking stays: nobody
 * gets its messages twice.
 */
export async function moveEnrolments(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"enrolments">>(move, {
    page: async (options) =>
      await ctx.db
        .query("enrolments")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("enrolments", id);
      return known === null ? null : await ctx.db.get("enrolments", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id, sequenceId, bookingId }) => {
      const other = await ctx.db
        .query("enrolments")
        .withIndex("by_key", (q) => q.eq("sequenceId", sequenceId).eq("bookingId", bookingId).eq("contactId", to))
        .first();
      if (other !== null) return false;
      await ctx.db.patch("enrolments", _id, { contactId: to });
      for (const run of await runsOf(ctx, _id)) await ctx.db.patch("stepRuns", run._id, { contactId: to });
      return true;
    },
  });
}
