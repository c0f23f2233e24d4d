import { literals } from "convex-helpers/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vAddressChannel, vAttributeValue } from "../contacts/schema";
import { vChannel } from "../lib/closedSets";
import { vAccountName } from "../contacts/accounts/schema";
import { memberQuery } from "../lib/functions";
import { vThreadFilter } from "./filters";
import { attachmentsOf } from "./attachments/model";
import { vAttachment } from "./attachments/schema";
import { vShownQuote, vShownReaction } from "./chats/schema";
import { vCall } from "./calls/schema";
import * as drafts from "./model/drafts";
import * as lists from "./model/lists";
import { ownStopWords } from "./model/ownStopWords";
import { countThreads, requireThread } from "./model/rows";
import { vHoldKind, vRetryVerdict } from "./sending/schema";
import { vDraftParts } from "./recipients/schema";
import { vDeliveryStatus } from "./deliveryStatuses";
import { vDraftMode, vMessageType, vMissingFile } from "./schema";
import { threadFields } from "./threadFields";

const vTimelineMessage = v.object({
  id: v.id("messages"),
  messageType: vMessageType,
  channel: v.optional(vChannel),
  senderName: v.string(),
  senderKind: literals("member", "contact", "system"),
  /** Where a customer wrote from. */
  senderAddress: v.optional(v.string()),
  subject: v.optional(v.string()),
  text: v.string(),
  quotedText: v.optional(v.string()),
  html: v.optional(v.string()),
  at: v.number(),
  deliveryStatus: v.optional(vDeliveryStatus),
  failureReason: v.optional(v.string()),
  queueId: v.optional(v.id("messageQueue")),
  /** Of a reply that did not arrive: whether sending it again makes sense. */
  retry: v.optional(vRetryVerdict),
  clientId: v.optional(v.string()),
  /** Which member wrote it. */
  authorId: v.optional(v.id("members")),
  /** Its author changed the words, or took them away. */
  editedAt: v.optional(v.number()),
  removedAt: v.optional(v.number()),
  /** Files that came with it and could not be fetched; what is not final is tried again. */
  missingFiles: v.array(vMissingFile.omit("rawEventId")),
  files: v.array(
    v.object({
      name: v.string(),
      url: v.union(v.null(), v.string()),
      contentType: v.string(),
      sizeBytes: v.number(),
      contentId: v.optional(v.string()),
    }),
  ),
  isAutomatic: v.boolean(),
  /** Who it went to. */
  recipients: v.array(v.object({ kind: literals("to", "cc", "bcc"), address: v.string() })),
  /** What its writer chose to send it from. */
  from: v.optional(v.string()),
  isForward: v.boolean(),
  /** A colleague sent it from another mail program. */
  isSentElsewhere: v.boolean(),
  /** A line that asks whether another matter begins at that message. */
  splitAt: v.optional(v.id("messages")),
  /** A line about that conversation, if the caller may open it. */
  otherThreadId: v.optional(v.id("threads")),
  call: v.optional(v.object({ ...vCall.fields, loggedBy: v.string(), speakerId: v.id("members") })),
  /** WhatsApp: what both sides reacted with, what it answers, and whether the provider knows it by an id. */
  reactions: v.array(vShownReaction),
  quoted: v.optional(vShownQuote),
  isChat: v.boolean(),
  /** It has not left: for a few seconds in which it can be undone, or until the hour it was planned for. */
  held: v.optional(
    v.object({
      threadId: v.id("threads"),
      kind: vHoldKind,
      dueAt: v.number(),
      cancelIfAnswered: v.boolean(),
      close: v.boolean(),
    }),
  ),
});

/** A page of the conversations a filter finds, newest activity first. It may be short and not the last. */
export const listThreads = memberQuery("inbox.read")({
  args: {
    ...vThreadFilter.fields,
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(v.object(threadFields)),
  handler: async (ctx, args) => await lists.listThreads(ctx, ctx, args),
});

/** One thread with the customer's addresses; `replyAddress` is where an answer goes, null when nowhere. */
export const getThread = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.object({
    ...threadFields,
    contactAddresses: v.array(
      v.object({
        channel: vAddressChannel,
        address: v.string(),
        isPrimary: v.boolean(),
        state: literals("unverified", "valid", "invalid"),
      }),
    ),
    replyAddress: v.union(v.null(), v.string()),
    /** The orders it is about. */
    orders: v.array(v.string()),
    /** The ids other systems know it by, by what they call them. */
    externalReferences: v.record(v.string(), v.string()),
    attributes: v.record(v.string(), vAttributeValue),
    /** The organisations it is about. */
    customerAccount: v.union(vAccountName, v.null()),
    partnerAccount: v.union(vAccountName, v.null()),
    team: v.union(v.null(), v.object({ id: v.id("teams"), name: v.string() })),
  }),
  handler: async (ctx, { threadId }) => await lists.threadDetail(ctx, ctx, threadId),
});

/** A page of a thread's timeline, newest first. */
export const listMessages = memberQuery("inbox.read")({
  args: { threadId: v.id("threads"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vTimelineMessage),
  handler: async (ctx, args) => await lists.listMessages(ctx, ctx.orgId, args),
});

/** How many open threads there are: all, mine, nobody's, those past their deadline, and per channel. */
export const counts = memberQuery("inbox.read")({
  args: {},
  returns: v.object({
    all: v.number(),
    mine: v.number(),
    unassigned: v.number(),
    overdue: v.number(),
    email: v.number(),
    sms: v.number(),
    whatsapp: v.number(),
    internal_comment: v.number(),
    internal_ticket: v.number(),
  }),
  handler: async (ctx) => {
    const { webhook: _, ...counted } = await countThreads(ctx, ctx);
    return counted;
  },
});

/** What the caller is writing in a thread, or null. */
export const getDraft = memberQuery("inbox.reply")({
  args: { threadId: v.id("threads"), mode: vDraftMode },
  returns: v.union(
    v.null(),
    v.object({
      doc: v.string(),
      updatedAt: v.number(),
      parts: v.optional(vDraftParts),
      /** Those of `parts` that are still there. */
      files: v.array(vAttachment),
    }),
  ),
  handler: async (ctx, { threadId, mode }) => {
    const thread = await requireThread(ctx, ctx.orgId, threadId);
    const draft = await drafts.getDraft(ctx, thread._id, ctx.member._id, mode);
    if (draft === null) return null;
    const { doc, updatedAt, parts } = draft;
    return { doc, updatedAt, parts, files: await attachmentsOf(ctx, ctx.orgId, parts?.fileIds ?? []) };
  },
});

/** Threads by the words of their messages or by their number, best first; at most 20. */
export const searchThreads = memberQuery("inbox.read")({
  args: { text: v.string() },
  returns: v.array(v.object(threadFields)),
  handler: async (ctx, { text }) => await lists.searchThreads(ctx, ctx, text),
});

/** The organisation's own words that end messages, beside the built-in ones. */
export const stopWords = memberQuery("contacts.read")({
  args: {},
  returns: v.array(v.string()),
  handler: async (ctx): Promise<string[]> => await ownStopWords(ctx, ctx.orgId),
});
