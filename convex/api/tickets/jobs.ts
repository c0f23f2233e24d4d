import { v } from "convex/values";
import { vTicketFilter } from "../../inbox/tickets/schema";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as tickets from "./model";
import { vApiNewTicket, vApiTicket, vApiTicketChange } from "./schema";

const write = { caller: vApiCaller, write: vWrite };

/** A page of tickets. */
export const list = internalQuery({
  args: {
    caller: vApiCaller,
    ...vPaging.fields,
    ...vTicketFilter.omit("assigneeId").fields,
    assigneeId: v.optional(v.string()),
  },
  returns: vPageOf(vApiTicket),
  handler: async (ctx, { caller, ...asked }) => await tickets.listTickets(ctx, caller, asked),
});

/** One ticket. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiTicket,
  handler: async (ctx, { caller, id }) => await tickets.readTicket(ctx, caller, id),
});

/** Makes a ticket. */
export const create = internalMutation({
  args: { ...write, ticket: vApiNewTicket },
  returns: vAnswer(vApiTicket),
  handler: async (ctx, { caller, ticket, ...rest }) => await tickets.createTicket(ctx, caller, ticket, rest.write),
});

/** Changes a ticket. */
export const update = internalMutation({
  args: { ...write, id: v.string(), change: vApiTicketChange },
  returns: vAnswer(vApiTicket),
  handler: async (ctx, { caller, id, change, ...rest }) =>
    await tickets.updateTicket(ctx, caller, id, change, rest.write),
});
