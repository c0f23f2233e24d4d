import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { ADDRESS_CHANNELS } from "../../contacts/schema";
import { TICKET_SOURCES, TICKET_STATUSES, URGENCIES } from "./sets";

export const vTicketStatus = literals(...TICKET_STATUSES);
export const vTicketSource = literals(...TICKET_SOURCES);
export const vUrgency = literals(...URGENCIES);

/** Whom a ticket made by hand is for: somebody known, or an e-mail address or phone number that may be a stranger's. */
export const vTicketPerson = v.union(
  v.object({ kind: v.literal("contact"), contactId: v.id("contacts") }),
  v.object({ kind: v.literal("address"), address: v.string(), name: v.optional(v.string()) }),
);
export type TicketPerson = Infer<typeof vTicketPerson>;

/** Which tickets a list shows. */
export const vTicketFilter = v.object({
  /** Those still to be done, those that are, or one status of the flow. */
  view: literals("open", "done", ...TICKET_STATUSES),
  source: v.optional(vTicketSource),
  urgency: v.optional(vUrgency),
  assigneeId: v.optional(v.id("members")),
});
export type TicketFilter = Infer<typeof vTicketFilter>;

/** Channels on which each new conversation of a customer is a ticket from the start (S3: every contact is captured). */
export const vTicketSettings = v.object({ channels: v.array(literals(...ADDRESS_CHANNELS)) });
export type TicketSettings = Infer<typeof vTicketSettings>;

export const ticketTables = {
  // A conversation seen as a ticket (S3): at most one each, under the conversation's number. Its urgency is the
  // conversation's priority, its customer the conversation's. Written by tickets and with every change of the
  // conversation's status; goes along when conversations merge; removed by members.
  tickets: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    status: vTicketStatus,
    /** Not done: what the lists go by. */
    isOpen: v.boolean(),
    source: vTicketSource,
    /** What kind of work it is, in the organisation's own words. */
    category: v.optional(v.string()),
    /** The organisation's day it was made on, "2026-05-12": one a phone number and day (product.md E-05). */
    date: v.string(),
    /** Made by hand: the browser's id; a repeated call finds the first. */
    clientId: v.optional(v.string()),
  })
    .index("by_thread", ["threadId"])
    .index("by_org_open", ["orgId", "isOpen"])
    .index("by_org_status", ["orgId", "status"])
    .index("by_client", ["orgId", "clientId"]),
  // Every status a ticket ever had. Written with the change; removed with the ticket.
  ticketMoves: defineTable({
    orgId: v.id("organisations"),
    ticketId: v.id("tickets"),
    /** Absent: it was made. */
    from: v.optional(vTicketStatus),
    to: vTicketStatus,
    at: v.number(),
    /** Absent: it happened by itself. */
    byId: v.optional(v.id("members")),
    /** Not the next of the flow (product.md E-04). */
    isJump: v.boolean(),
    /** Why, where a member jumped. */
    reason: v.optional(v.string()),
  }).index("by_ticket", ["ticketId"]),
  // Organisations that were given the usual deadline of tickets once (product.md E-06): removed, it stays removed.
  ticketDefaults: defineTable({ orgId: v.id("organisations") }).index("by_org", ["orgId"]),
  // What becomes a ticket by itself; absent = nothing. Written by admins, read when a customer's conversation begins.
  ticketSettings: defineTable({ orgId: v.id("organisations"), ...vTicketSettings.fields }).index("by_org", ["orgId"]),
};
