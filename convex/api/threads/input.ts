import { z } from "zod";
import { ADDRESS_CHANNELS } from "../../contacts/schema";
import { MAX_FILES } from "../../inbox/attachments/limits";
import { MAX_CALL_SECONDS } from "../../inbox/calls/rules";
import { CALL_DIRECTIONS, CALL_OUTCOMES } from "../../inbox/calls/schema";
import { MAX_RECIPIENTS } from "../../inbox/recipients/rules";
import { MAX_ORDERS } from "../../inbox/references/orders";
import { MAX_REFERENCE_CHARS, MAX_REFERENCES, REFERENCE_NAME } from "../../inbox/references/pairs";
import { PRIORITIES, THREAD_CHANNELS, THREAD_STATUSES, THREAD_TYPES } from "../../lib/closedSets";
import { attributeChange as attributes } from "../contacts/input";
import { attachment, recipient } from "../messages/input";
import { pageQuery } from "../paging";

const MAX_TEXT_CHARS = 50_000;
const MAX_HTML_CHARS = 200_000;
const MAX_SUBJECT_CHARS = 998; // RFC 5322 2.1.1
const MAX_NAME_CHARS = 256;
const MAX_MEMBERS = 50;
const MAX_TAG_CHARS = 60;
const MAX_ADDRESS_CHARS = 320; // RFC 3696 errata 1690

const subject = z.string().trim().min(1).max(MAX_SUBJECT_CHARS);
const tags = z.array(z.string().trim().min(1).max(MAX_TAG_CHARS)).max(50);
const pairName = z.string().regex(REFERENCE_NAME, "Letters, digits, dot, dash and underscore, which is not first.");
const pairs = z
  .record(pairName, z.string().max(MAX_REFERENCE_CHARS))
  .refine((map) => Object.keys(map).length <= MAX_REFERENCES, { message: `At most ${MAX_REFERENCES} entries.` });
const order = z.string().trim().min(1).max(MAX_NAME_CHARS);
const orders = z.array(order).max(MAX_ORDERS).describe("All orders it is about, the first one first.");
const text = z.string().min(1).max(MAX_TEXT_CHARS);
const id = z.string().min(1);
const customer = id.describe("The organisation it is for; without one its person's counts.");
const partner = id.describe("The organisation that works on it with you.");
const instant = z.iso.datetime({ offset: true });

export const threadsQuery = z.strictObject({
  ...pageQuery,
  view: z
    .enum(["all", "mine", "unassigned", "overdue", "snoozed", "closed"])
    .default("all")
    .describe("`mine`: of the key's maker."),
  channel: z.enum(THREAD_CHANNELS).optional(),
  status: z.enum(THREAD_STATUSES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  type: z.enum(THREAD_TYPES).optional(),
  tag: z.string().trim().min(1).max(MAX_TAG_CHARS).optional().describe("Exactly this tag among others."),
  assigneeId: id.optional(),
  teamId: id.optional(),
  mailbox: z
    .string()
    .trim()
    .min(1)
    .max(MAX_ADDRESS_CHARS)
    .optional()
    .describe(
      "An address or number of yours that it lies in; a number with `channel` where several channels share it.",
    ),
  updatedSince: instant
    .optional()
    .describe(
      "Whatever changed since then, open or not, the longest unchanged first; goes with the fields above but `view`.",
    ),
  order: order.optional().describe("Conversations about this order, open or not; goes without the fields above."),
  contactId: id.optional().describe("One person's conversations; goes without the fields above."),
  organizationId: id
    .optional()
    .describe("Conversations of an organisation and its people; goes without the fields above and `contactId`."),
});

const people = z.array(z.string().min(1).max(MAX_ADDRESS_CHARS)).max(MAX_RECIPIENTS).optional();

export const entryInput = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("outgoing").describe("An answer to the customer, on the conversation's channel."),
    text,
    html: z.string().max(MAX_HTML_CHARS).optional().describe("E-mail only; reduced to simple HTML."),
    close: z.boolean().default(false).describe("Close the conversation with this answer."),
    from: z
      .union([z.string().min(1).max(MAX_NAME_CHARS), z.null()])
      .optional()
      .describe("An address or number of yours; null = as the account has it, absent = as the last answer."),
    to: people.describe("E-mail only: who it goes to; absent = whoever wrote last."),
    cc: people.describe("E-mail only."),
    bcc: people.describe("E-mail only."),
    attachments: z
      .array(attachment.omit({ contentId: true }))
      .max(MAX_FILES)
      .default([])
      .describe("What the channel takes: up to 20 files by e-mail, one by WhatsApp, none by SMS."),
    sendAt: instant.optional().describe("When it leaves, within 366 days; absent = now."),
    cancelIfAnswered: z.boolean().default(true).describe("With `sendAt`: unless the customer writes first."),
  }),
  z.strictObject({ type: z.literal("internal_note").describe("Only the team sees it."), text }),
  z.strictObject({
    type: z.literal("phone_call").describe("A call with the customer, as a note of the team's."),
    text: z.string().max(MAX_TEXT_CHARS).default("").describe("What was talked about."),
    direction: z.enum(CALL_DIRECTIONS).describe("`incoming`: the customer called."),
    outcome: z.enum(CALL_OUTCOMES),
    seconds: z.number().int().min(0).max(MAX_CALL_SECONDS).default(0),
    at: instant.optional().describe("When it was; absent = now."),
    callbackAt: instant.optional().describe("When you call again."),
  }),
  z.strictObject({
    type: z.literal("incoming").describe("What the customer wrote elsewhere: a form, another system."),
    text,
    externalMessageId: z
      .string()
      .min(1)
      .max(MAX_NAME_CHARS)
      .optional()
      .describe("The same id again is the same message."),
    at: instant.optional().describe("When it was written; absent = now."),
  }),
]);

const newThread = {
  subject,
  priority: z.enum(PRIORITIES).default("normal"),
  order: order.optional().describe("Short for `orders` with this one."),
  orders: orders.optional(),
  tags: tags.default([]),
  externalReferences: pairs.default({}),
  attributes: attributes.optional(),
  customerOrganizationId: customer.optional(),
  partnerOrganizationId: partner.optional(),
  assigneeId: id.optional(),
  teamId: id.optional().describe("A team's queue, or whose turn it is in it."),
};
const note = z.strictObject({ type: z.literal("internal_note"), text });

export const newThreadInput = z.discriminatedUnion("channel", [
  z.strictObject({
    ...newThread,
    contact: recipient.describe("A known contact, or addresses that find or make one."),
    channel: z.enum(ADDRESS_CHANNELS).describe("With a customer."),
    type: z.enum(THREAD_TYPES).default("customer_support"),
    message: entryInput.optional().describe("The first entry."),
  }),
  z.strictObject({
    ...newThread,
    channel: z.literal("internal_comment").describe("A discussion of the team's, which no customer sees."),
    type: z.enum(THREAD_TYPES).default("project_discussion"),
    message: note.describe("What it begins with."),
    memberIds: z.array(id).max(MAX_MEMBERS).default([]).describe("Who takes part beside the key's maker, and is told."),
    assigneeId: id.optional().describe("Whose it is; absent = of the key's maker."),
  }),
  z.strictObject({
    ...newThread,
    channel: z.literal("internal_ticket").describe("A ticket that no customer asked for."),
    type: z.enum(THREAD_TYPES).default("internal_task"),
    message: note.optional().describe("What is to be done."),
    category: z.string().max(80).default("").describe("What kind of work it is, in your words; empty: none."),
  }),
]);

export const threadChangeInput = z
  .strictObject({
    subject,
    type: z.enum(THREAD_TYPES),
    priority: z.enum(PRIORITIES),
    status: z.enum(THREAD_STATUSES),
    customerOrganizationId: z.union([customer, z.null()]),
    partnerOrganizationId: z.union([partner, z.null()]),
    assigneeId: z.union([id, z.null()]),
    teamId: z.union([id, z.null()]),
    order: z.union([order, z.null()]).describe("Short for `orders` with this one, or none."),
    orders,
    tags,
    externalReferences: pairs.describe("All of them; replaces what was there."),
    attributes,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });

export const messageChangeInput = z
  .strictObject({
    text: text.describe("Only of a note."),
    metadata: pairs.describe("What your system keeps with the message; replaces what was there."),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });

export const messagesQuery = z.strictObject(pageQuery);
