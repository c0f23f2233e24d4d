import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { lastInboundAt } from "../windows/model";

/** Hands messages over to another contact: what went stays as it went, what is planned finds the other's addresses. */
export async function moveMessages(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"messageQueue">>(move, {
    page: async (options) =>
      await ctx.db
        .query("messageQueue")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("messageQueue", id);
      return known === null ? null : await ctx.db.get("messageQueue", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      await ctx.db.patch("messageQueue", _id, { contactId: to });
      return true;
    },
  });
}

/** Hands over why automatic messages wait: a talk with one of two is a talk with both. */
export async function moveHolds(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"personHolds">>(move, {
    page: async (options) =>
      await ctx.db
        .query("personHolds")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("personHolds", id);
      return known === null ? null : await ctx.db.get("personHolds", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id }) => {
      await ctx.db.patch("personHolds", _id, { contactId: to });
      return true;
    },
  });
}

/** Hands over when a person last wrote by WhatsApp. Where both wrote to one account the other's row speaks for both. */
export async function moveWindows(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"inboundWindows">>(move, {
    page: async (options) =>
      await ctx.db
        .query("inboundWindows")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("inboundWindows", id);
      return known === null ? null : await ctx.db.get("inboundWindows", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async ({ _id, connectionId }) => {
      if ((await lastInboundAt(ctx, to, connectionId)) !== null) return false;
      await ctx.db.patch("inboundWindows", _id, { contactId: to });
      return true;
    },
  });
}
