import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { requireContact } from "../../../contacts/model";
import { callerMayOpen, type MaybeMemberCtx } from "../../../lib/threadAccess";
import { requireMemberOf } from "../../../orgs/model";
import { type Key, type ListOrder, skipPast } from "../../access/merge";
import { pageOfLists } from "../../access/pages";
import { ownThread, requireThread } from "../../model/rows";
import { urgencyOf } from "../mapping";
import type { TicketFilter } from "../schema";
import { movesOf } from "./rows";

type ReadingCtx = QueryCtx & MaybeMemberCtx;

/** Rows looked at for one page: beyond so many that are hidden or do not fit it may be short and not the last. */
const LOOKED_AT_A_PAGE = 500;

const NEWEST_FIRST: ListOrder<Doc<"tickets">> = { keyOf: ({ _creationTime }) => [_creationTime], isDescending: true };

/**
 * The next of an organisation's tickets that fit and that the caller may open, newest first: those hidden between them
 * take no room on the page. Throws `not_found` for a filter by another organisation's member.
 */
export async function pageOfTickets(
  ctx: ReadingCtx,
  orgId: Id<"organisations">,
  { paginationOpts, ...wanted }: TicketFilter & { paginationOpts: PaginationOptions },
) {
  const { view, assigneeId } = wanted;
  if (assigneeId !== undefined) await requireMemberOf(ctx, orgId, assigneeId);
  const list = {
    rowsAfter: async (after: Key | null) => await Promise.resolve(ticketsAfter(ctx, orgId, view, after)),
    order: NEWEST_FIRST,
    fits: async (ticket: Doc<"tickets">) => await fits(ctx, ticket, wanted),
    lookAt: LOOKED_AT_A_PAGE,
  };
  const result = await pageOfLists(list, paginationOpts);
  return { ...result, page: await Promise.all(result.page.map((ticket) => presentTicket(ctx, ticket))) };
}

function ticketsAfter(ctx: QueryCtx, orgId: Id<"organisations">, view: TicketFilter["view"], after: Key | null) {
  const upTo = after?.[0] ?? Infinity;
  const tickets = ctx.db.query("tickets");
  const range =
    view === "open" || view === "done"
      ? tickets.withIndex("by_org_open", (q) =>
          q
            .eq("orgId", orgId)
            .eq("isOpen", view === "open")
            .lte("_creationTime", upTo),
        )
      : tickets.withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", view).lte("_creationTime", upTo));
  return skipPast(range.order("desc"), NEWEST_FIRST, after);
}

async function fits(ctx: ReadingCtx, ticket: Doc<"tickets">, wanted: TicketFilter): Promise<boolean> {
  if (wanted.source !== undefined && ticket.source !== wanted.source) return false;
  const thread = await ctx.db.get("threads", ticket.threadId);
  // Of two tickets whose conversations were merged, the one that goes on is shown.
  if (thread === null || thread.mergedIntoId !== undefined) return false;
  if (wanted.urgency !== undefined && urgencyOf(thread.priority) !== wanted.urgency) return false;
  if (wanted.assigneeId !== undefined && thread.assigneeId !== wanted.assigneeId) return false;
  return await callerMayOpen(ctx, thread);
}

/** The ticket of a conversation with its history, newest first; null where it is none. Throws `not_found`. */
export async function ticketDetail(ctx: ReadingCtx, orgId: Id<"organisations">, threadId: Id<"threads">) {
  const thread = await requireThread(ctx, orgId, threadId);
  const ticket = thread.ticketId === undefined ? null : await ctx.db.get("tickets", thread.ticketId);
  if (ticket === null) return null;
  const moves = await Promise.all(
    (await movesOf(ctx, ticket._id)).map(async ({ _id: id, from, to, at, byId, isJump, reason }) => {
      const by = byId === undefined ? null : (await requireMemberOf(ctx, orgId, byId)).displayName;
      return { id, from: from ?? null, to, at, by, isJump, reason: reason ?? null };
    }),
  );
  return { ...(await presentTicket(ctx, ticket)), moves };
}

/** A ticket as lists and other systems see it: its own facts and what its conversation says. */
export async function presentTicket(ctx: QueryCtx, ticket: Doc<"tickets">) {
  const { orgId, threadId, status, source, category, _creationTime: createdAt } = ticket;
  const thread = await ownThread(ctx, orgId, threadId);
  const { contactId, assigneeId } = thread;
  const contact = contactId === undefined ? null : await requireContact(ctx, orgId, contactId);
  const assignee = assigneeId === undefined ? null : await requireMemberOf(ctx, orgId, assigneeId);
  return {
    threadId: thread._id,
    number: thread.number,
    subject: thread.subject,
    status,
    urgency: urgencyOf(thread.priority),
    source,
    category: category ?? null,
    channel: thread.channel,
    contact: contact === null ? null : { id: contact._id, name: contact.name },
    assignee: assignee === null ? null : { memberId: assignee._id, name: assignee.displayName },
    responseDueAt: thread.responseDueAt ?? null,
    isOverdue: thread.isOverdue === true,
    createdAt,
  };
}
