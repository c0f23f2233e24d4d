import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { patchThread } from "../../model/rows";
import { followThread, layTicket } from "./rows";

// Tickets of conversations that are merged (product.md A-64).

/**
 * Lays the ticket of a conversation to the one it is put into, unless that is a ticket itself: then this one is closed
 * with its conversation. Returns what was laid; the caller takes it off the source.
 */
export async function passTicketOn(
  ctx: MutationCtx,
  source: Doc<"threads">,
  target: Doc<"threads">,
): Promise<Id<"tickets"> | null> {
  const { ticketId } = source;
  if (ticketId === undefined || target.ticketId !== undefined) return null;
  await layTicket(ctx, ticketId, target._id);
  await followThread(ctx, await patchThread(ctx, target, { ticketId }));
  return ticketId;
}

/** Lays it back where it came from when the merge is undone; one that was removed since stays away. */
export async function takeTicketBack(
  ctx: MutationCtx,
  { sourceId, targetId }: Pick<Doc<"threadMerges">, "sourceId" | "targetId">,
  ticketId: Id<"tickets">,
): Promise<void> {
  const [source, target] = [await ctx.db.get("threads", sourceId), await ctx.db.get("threads", targetId)];
  if (source === null || target?.ticketId !== ticketId) return;
  await layTicket(ctx, ticketId, sourceId);
  await patchThread(ctx, target, { ticketId: undefined });
  await followThread(ctx, await patchThread(ctx, source, { ticketId }));
}
