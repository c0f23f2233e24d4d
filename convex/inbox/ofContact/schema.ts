import { v } from "convex/values";
import { vThreadChannel, vThreadStatus } from "../../lib/closedSets";
import { vTicketStatus } from "../tickets/schema";

/** A conversation as lists beside a person or an organisation show it. */
export const vThreadSummary = v.object({
  id: v.id("threads"),
  number: v.number(),
  subject: v.string(),
  status: vThreadStatus,
  channel: vThreadChannel,
  orders: v.array(v.string()),
  contact: v.union(v.object({ id: v.id("contacts"), name: v.string() }), v.null()),
  ticketStatus: v.union(vTicketStatus, v.null()),
  lastMessageAt: v.number(),
});
