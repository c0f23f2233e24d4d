import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vThreadChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { pageOfTickets, ticketDetail } from "./model/list";
import { ticketSettings } from "./model/settings";
import { vTicketFilter, vTicketSettings, vTicketSource, vTicketStatus, vUrgency } from "./schema";

const ticketFields = {
  threadId: v.id("threads"),
  /** The conversation's. */
  number: v.number(),
  subject: v.string(),
  status: vTicketStatus,
  urgency: vUrgency,
  source: vTicketSource,
  category: v.union(v.string(), v.null()),
  channel: vThreadChannel,
  contact: v.union(v.null(), v.object({ id: v.id("contacts"), name: v.string() })),
  assignee: v.union(v.null(), v.object({ memberId: v.id("members"), name: v.string() })),
  responseDueAt: v.union(v.number(), v.null()),
  isOverdue: v.boolean(),
  createdAt: v.number(),
};

/** A page of tickets, newest first. It may be short and not the last. */
export const list = memberQuery("inbox.read")({
  args: { ...vTicketFilter.fields, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(v.object(ticketFields)),
  handler: async (ctx, asked) => await pageOfTickets(ctx, ctx.orgId, asked),
});

/** The ticket that a conversation is, with every status it had, newest first; null: it is none. */
export const ofThread = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.union(
    v.null(),
    v.object({
      ...ticketFields,
      moves: v.array(
        v.object({
          id: v.id("ticketMoves"),
          from: v.union(vTicketStatus, v.null()),
          to: vTicketStatus,
          at: v.number(),
          /** Null: by itself. */
          by: v.union(v.string(), v.null()),
          isJump: v.boolean(),
          reason: v.union(v.string(), v.null()),
        }),
      ),
    }),
  ),
  handler: async (ctx, { threadId }) => await ticketDetail(ctx, ctx.orgId, threadId),
});

/** What becomes a ticket by itself. */
export const settings = memberQuery("inbox.read")({
  args: {},
  returns: vTicketSettings,
  handler: async (ctx) => await ticketSettings(ctx, ctx.orgId),
});
