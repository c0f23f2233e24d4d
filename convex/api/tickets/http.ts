import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { newTicketInput, ticketChangeInput, ticketsQuery } from "./input";
import { vApiTicket } from "./schema";

const READ = { tag: "Tickets", scope: "threads.read", permission: "inbox.read" } as const;
const WRITE = { tag: "Tickets", scope: "threads.write", permission: "inbox.reply", isRepeatable: true } as const;

/** Conversations seen as tickets (requirement S3). */
export const ticketOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["tickets"],
    id: "listTickets",
    summary: "List tickets",
    description: "The newest first. A page may be short and not the last: go on while there is a `nextCursor`.",
    query: ticketsQuery,
    of: vApiTicket,
    page: async (ctx, caller, { query }) => await ctx.runQuery(internal.api.tickets.jobs.list, { caller, ...query }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["tickets"],
    id: "createTicket",
    summary: "Make a ticket",
    description:
      "Of a conversation, or with a new one. One phone number has one ticket a day unless you say otherwise.",
    body: newTicketInput,
    answers: {
      200: { description: "The ticket there was already.", body: vApiTicket },
      201: { description: "The new ticket.", body: vApiTicket },
    },
    handle: async (ctx, caller, { body: ticket, write }) =>
      await ctx.runMutation(internal.api.tickets.jobs.create, { caller, ticket, write }),
  }),
  readOperation({
    ...READ,
    path: ["tickets", ":id"],
    id: "getTicket",
    summary: "Read a ticket",
    description: "By the id of its conversation.",
    answer: { description: "The ticket.", body: vApiTicket },
    get: internal.api.tickets.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["tickets", ":id"],
    id: "updateTicket",
    summary: "Change a ticket",
    description: "Only the fields that are named change. The status of its conversation follows.",
    body: ticketChangeInput,
    answer: { description: "The ticket as it is now.", body: vApiTicket },
    change: async (ctx, caller, { id, body: change, write }) =>
      await ctx.runMutation(internal.api.tickets.jobs.update, { caller, id, change, write }),
  }),
];
