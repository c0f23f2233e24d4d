import { z } from "zod";
import { TICKET_SOURCES, TICKET_STATUSES, URGENCIES } from "../../inbox/tickets/sets";
import { recipient } from "../messages/input";
import { pageQuery } from "../paging";

const MAX_TEXT_CHARS = 50_000;
const MAX_SUBJECT_CHARS = 998; // RFC 5322 2.1.1

const id = z.string().min(1);
const source = z.enum(TICKET_SOURCES);
const urgency = z.enum(URGENCIES);
const category = z.string().max(80).describe("What kind of work it is, in your words; empty: none.");

export const ticketsQuery = z.strictObject({
  ...pageQuery,
  view: z
    .enum(["open", "done", ...TICKET_STATUSES])
    .default("open")
    .describe("`open`: not done yet. Or one status."),
  source: source.optional(),
  urgency: urgency.optional(),
  assigneeId: id.optional().describe("Only this member's."),
});

export const newTicketInput = z
  .strictObject({
    threadId: id
      .optional()
      .describe("Make this conversation a ticket. Without it, a new one with `contact` is opened."),
    contact: recipient.optional().describe("A known contact, or addresses that find or make one."),
    subject: z.string().trim().min(1).max(MAX_SUBJECT_CHARS).optional(),
    text: z.string().max(MAX_TEXT_CHARS).optional().describe("What the customer wants; a note of the team's."),
    source: source.optional().describe("Without it: the conversation's channel, or `manual`."),
    category: category.optional(),
    urgency: urgency.optional(),
    isSeparate: z
      .boolean()
      .default(false)
      .describe("Another ticket than the one of the same phone number and day is meant."),
  })
  .refine(
    ({ threadId, contact, subject }) => threadId !== undefined || (contact !== undefined && subject !== undefined),
    {
      message: "Name a `threadId`, or a `contact` and a `subject`.",
    },
  )
  .refine(
    ({ threadId, contact, subject, text }) => threadId === undefined || (contact ?? subject ?? text) === undefined,
    {
      message: "A conversation has its contact, subject and words already.",
    },
  );

export const ticketChangeInput = z
  .strictObject({
    status: z.enum(TICKET_STATUSES).describe("The next of the flow; any other one wants a `reason`."),
    reason: z.string().max(500),
    source,
    category,
    urgency,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });
