import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { emit } from "../../../events/model";
import type { MaybeMemberCtx } from "../../../lib/threadAccess";
import { isJump, isOpenTicket, threadStatusOf, ticketStatusOf } from "../mapping";
import type { TicketStatus } from "../sets";

// The only file that writes the tables `tickets` and `ticketMoves`.

/** Statuses of one ticket that are kept in sight, with room. */
const MAX_MOVES = 100;

type WritingCtx = MutationCtx & MaybeMemberCtx;

/** The statuses a ticket had, newest first, at most 100. */
export async function movesOf(ctx: QueryCtx, ticketId: Id<"tickets">): Promise<Doc<"ticketMoves">[]> {
  return await ctx.db
    .query("ticketMoves")
    .withIndex("by_ticket", (q) => q.eq("ticketId", ticketId))
    .order("desc")
    .take(MAX_MOVES);
}

/** Writes a new ticket and the beginning of its history; without `byId` it was made by itself. */
export async function insertTicket(
  ctx: MutationCtx,
  fields: Omit<WithoutSystemFields<Doc<"tickets">>, "isOpen">,
  byId: Id<"members"> | undefined,
): Promise<Id<"tickets">> {
  const { orgId, status } = fields;
  const ticketId = await ctx.db.insert("tickets", { ...fields, isOpen: isOpenTicket(status) });
  await ctx.db.insert("ticketMoves", { orgId, ticketId, to: status, at: Date.now(), byId, isJump: false });
  return ticketId;
}

/**
 * Gives a ticket a status, with an entry in its history and word to the other domains. `chosen`: by a member who said so
 * of the ticket, with a reason for a jump; without, it followed its conversation.
 */
export async function writeStatus(
  ctx: WritingCtx,
  ticket: Doc<"tickets">,
  thread: Pick<Doc<"threads">, "_id" | "number" | "contactId">,
  to: TicketStatus,
  chosen?: { byId: Id<"members">; reason: string | undefined },
): Promise<void> {
  const { _id: ticketId, orgId, status: from } = ticket;
  await ctx.db.patch("tickets", ticketId, { status: to, isOpen: isOpenTicket(to) });
  const byId = chosen?.byId ?? ctx.member?._id;
  const move = { from, to, at: Date.now(), byId, isJump: isJump(from, to), reason: chosen?.reason };
  const moveId = await ctx.db.insert("ticketMoves", { orgId, ticketId, ...move });
  await emit(ctx, {
    orgId,
    kind: "ticket.moved",
    subject: { threadId: thread._id, contactId: thread.contactId },
    payload: { from, to, number: thread.number, moveId, by: byId ?? null, isChosen: chosen !== undefined },
  });
}

/** Lets the ticket of a conversation follow its status; a status S3 has no word for leaves it as it is. */
export async function followThread(ctx: WritingCtx, thread: Doc<"threads">): Promise<void> {
  if (thread.ticketId === undefined) return;
  const ticket = await ctx.db.get("tickets", thread.ticketId);
  const to = ticketStatusOf(thread.status);
  if (ticket === null || to === null || threadStatusOf(ticket.status) === thread.status) return;
  await writeStatus(ctx, ticket, thread, to);
}

/** Lays a ticket to another conversation. */
export async function layTicket(ctx: MutationCtx, ticketId: Id<"tickets">, threadId: Id<"threads">): Promise<void> {
  await ctx.db.patch("tickets", ticketId, { threadId });
}

/** Changes what a ticket says besides its status. */
export async function patchTicket(
  ctx: MutationCtx,
  ticketId: Id<"tickets">,
  fields: Partial<Pick<Doc<"tickets">, "source" | "category">>,
): Promise<void> {
  await ctx.db.patch("tickets", ticketId, fields);
}

/** Takes the words that members wrote about a ticket; what it was and when stays. */
export async function purgeTicket(ctx: MutationCtx, ticketId: Id<"tickets">): Promise<void> {
  for (const { _id, reason } of await movesOf(ctx, ticketId)) {
    if (reason !== undefined) await ctx.db.patch("ticketMoves", _id, { reason: undefined });
  }
  await ctx.db.patch("tickets", ticketId, { category: undefined });
}

/** Removes a ticket and its history. */
export async function deleteTicket(ctx: MutationCtx, ticketId: Id<"tickets">): Promise<void> {
  for (const { _id } of await movesOf(ctx, ticketId)) await ctx.db.delete("ticketMoves", _id);
  await ctx.db.delete("tickets", ticketId);
}
