import { v, type Infer } from "convex/values";
import { vTicketSource, vTicketStatus, vUrgency } from "../../inbox/tickets/schema";
import { vApiPerson } from "../contacts/schema";

/** A ticket as the API shows it (requirement S3). Instants are UTC ms. */
export const vApiTicket = v.object({
  /** The conversation's: read, answer and assign it there. */
  id: v.string(),
  number: v.number(),
  subject: v.string(),
  status: vTicketStatus,
  urgency: vUrgency,
  source: vTicketSource,
  category: v.union(v.string(), v.null()),
  contact: v.union(v.object({ id: v.string(), name: v.string() }), v.null()),
  assignee: v.union(v.object({ memberId: v.string(), name: v.string() }), v.null()),
  responseDueAt: v.union(v.number(), v.null()),
  createdAt: v.number(),
});
export type ApiTicket = Infer<typeof vApiTicket>;

const facts = {
  source: v.optional(vTicketSource),
  category: v.optional(v.string()),
  urgency: v.optional(vUrgency),
};

export const vApiNewTicket = v.object({
  ...facts,
  threadId: v.optional(v.string()),
  contact: v.optional(vApiPerson),
  subject: v.optional(v.string()),
  text: v.optional(v.string()),
  isSeparate: v.boolean(),
});
export type ApiNewTicket = Infer<typeof vApiNewTicket>;

export const vApiTicketChange = v.object({
  ...facts,
  status: v.optional(vTicketStatus),
  reason: v.optional(v.string()),
});
export type ApiTicketChange = Infer<typeof vApiTicketChange>;
