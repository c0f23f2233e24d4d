import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { moveRows, type Move, type Moved } from "../../lib/contactMoves";
import { patchThread } from "../model/rows";

/** Hands conversations over to another contact. Their clocks are looked at again: deadlines may depend on the person. */
export async function moveThreads(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"threads">>(move, {
    page: async (options) =>
      await ctx.db
        .query("threads")
        .withIndex("by_contact", (q) => q.eq("contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("threads", id);
      return known === null ? null : await ctx.db.get("threads", known);
    },
    isOf: (row, contactId) => row.contactId === contactId,
    move: async (thread) => {
      await patchThread(ctx, thread, { contactId: to });
      return true;
    },
  });
}

/** Hands over what a person wrote; the address it came from stays with each message. */
export async function moveMessages(ctx: MutationCtx, move: Move): Promise<Moved> {
  const { from, to } = move;
  return await moveRows<Doc<"messages">>(move, {
    page: async (options) =>
      await ctx.db
        .query("messages")
        .withIndex("by_sender", (q) => q.eq("sender.contactId", from))
        .paginate(options),
    get: async (id) => {
      const known = ctx.db.normalizeId("messages", id);
      return known === null ? null : await ctx.db.get("messages", known);
    },
    isOf: ({ sender }, contactId) => sender.kind === "contact" && sender.contactId === contactId,
    move: async ({ _id, sender }) => {
      if (sender.kind !== "contact") return false;
      await ctx.db.patch("messages", _id, { sender: { ...sender, contactId: to } });
      return true;
    },
  });
}
