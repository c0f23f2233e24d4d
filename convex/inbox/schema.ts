import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vAttributeValue } from "../contacts/schema";
import { vChannel, vPriority, vThreadChannel, vThreadStatus, vThreadType } from "../lib/closedSets";
import { autoResponseTables } from "./autoResponses/schema";
import { assignmentTables } from "./assignment/schema";
import { accessTables } from "./access/schema";
import { bulkTables } from "./bulk/schema";
import { savedViewTables } from "./savedViews/schema";
import { chatTables } from "./chats/schema";
import { vDeleted } from "./deletion/schema";
import { vDeliveryStatus } from "./deliveryStatuses";
import { callTables, vCall } from "./calls/schema";
import { attachmentTables } from "./attachments/schema";
import { vDraftParts } from "./recipients/schema";
import { senderTables } from "./senders/schema";
import { sendingTables } from "./sending/schema";
import { signatureTables } from "./signatures/schema";
import { sortingTables } from "./sorting/schema";
import { spamTables } from "./spam/schema";
import { macroTables } from "./macros/schema";
import { mergingTables } from "./merges/schema";
import { sharedDraftCaretTables } from "./sharedDrafts/carets/schema";
import { sharedDraftTables } from "./sharedDrafts/schema";
import { ticketTables } from "./tickets/schema";
import { walkTables } from "./walks/schema";

/** S1 communication_message.message_type */
export const MESSAGE_TYPES = ["incoming", "outgoing", "internal_note", "system_notification", "auto_response"] as const;
export const vMessageType = literals(...MESSAGE_TYPES);
export type MessageType = Infer<typeof vMessageType>;

export const vSender = v.union(
  v.object({ kind: v.literal("member"), memberId: v.id("members") }),
  v.object({ kind: v.literal("contact"), contactId: v.id("contacts"), address: v.string() }),
  v.object({ kind: v.literal("system"), name: v.string() }),
);
export type Sender = Infer<typeof vSender>;

export const vDraftMode = literals("reply", "note");

/** A file of an inbound text that could not be fetched from its provider. */
export const vMissingFile = v.object({
  /** The event that fetches it, and keeps the original request; absent for files beyond the number that is fetched. */
  rawEventId: v.optional(v.id("rawEvents")),
  name: v.optional(v.string()),
  /** As the provider says. */
  contentType: v.string(),
  /** "too_large", "too_many", the provider's code. */
  code: v.optional(v.string()),
  reason: v.string(),
  /** Nothing is tried any more. */
  isFinal: v.boolean(),
});

export const inboxTables = {
  ...accessTables,
  ...assignmentTables,
  ...autoResponseTables,
  ...bulkTables,
  ...macroTables,
  ...savedViewTables,
  ...attachmentTables,
  ...senderTables,
  ...sendingTables,
  ...signatureTables,
  ...sortingTables,
  ...spamTables,
  ...mergingTables,
  ...callTables,
  ...chatTables,
  ...sharedDraftTables,
  ...sharedDraftCaretTables,
  ...ticketTables,
  ...walkTables,
  // One conversation. Written by inbox; read by the list, the thread, tracking.
  threads: defineTable({
    orgId: v.id("organisations"),
    /** Human number, counted up per organisation. */
    number: v.number(),
    subject: v.string(),
    threadType: vThreadType,
    priority: vPriority,
    status: vThreadStatus,
    /**
     * open and waiting ones are true; resolved and closed are false: what the lists and counts go by. Absent in deleted
     * ones, which so stand in none of them.
     */
    isOpen: v.optional(v.boolean()),
    /** Counted by its place (access/model/placeCounts); absent: from before there were such counts. */
    isPlaced: v.optional(v.literal(true)),
    contactId: v.optional(v.id("contacts")),
    customerAccountId: v.optional(v.id("accounts")),
    partnerAccountId: v.optional(v.id("accounts")),
    /** The order it is about (S1 order_id), and the others where it is about several (inbox/references). */
    orderRef: v.optional(v.string()),
    moreOrders: v.optional(v.array(v.string())),
    assigneeId: v.optional(v.id("members")),
    /** The team it was given to, and what the person who gets it must know. */
    teamId: v.optional(v.id("teams")),
    neededSkills: v.optional(v.array(v.string())),
    /** Since when it waits in its team's queue: open, awake and nobody's; absent otherwise. Kept by model/rows. */
    queuedAt: v.optional(v.number()),
    /** Channel of the newest customer message: what a reply goes out on. An internal one: it has no customer yet. */
    channel: vThreadChannel,
    channelId: v.optional(v.id("channels")),
    lastMessageAt: v.number(),
    lastMessagePreview: v.string(),
    lastMessageType: vMessageType,
    /** The earliest deadline of its clocks (sla). */
    responseDueAt: v.optional(v.number()),
    /** That deadline went by; absent otherwise. */
    isOverdue: v.optional(v.literal(true)),
    /** Put off until then, or until the customer writes (null); out of the lists meanwhile (product.md A-60). */
    snoozedUntil: v.optional(v.union(v.number(), v.null())),
    tags: v.array(v.string()),
    externalReferences: v.record(v.string(), v.string()),
    /** What the organisation keeps about its conversations, by the keys of its fields (contacts/fields); absent: nothing. */
    attributes: v.optional(v.record(v.string(), vAttributeValue)),
    /** Plus-address token: reply+<token>@… finds the thread again. */
    replyToken: v.string(),
    /** All texts were removed: after the organisation's period, or with their person. */
    purgedAt: v.optional(v.number()),
    /** Put into that conversation (product.md A-64): whoever asks for this one gets that one. */
    mergedIntoId: v.optional(v.id("threads")),
    /** Closed as spam, with the status it had. */
    isSpam: v.optional(v.literal(true)),
    statusBeforeSpam: v.optional(vThreadStatus),
    /** Deleted (inbox/deletion), with what it was besides its status; it can be restored until then (UTC ms). */
    deleted: v.optional(vDeleted),
    restorableUntil: v.optional(v.number()),
    /** It is seen as that ticket too (inbox/tickets). */
    ticketId: v.optional(v.id("tickets")),
    /** Split off from that one. */
    splitFromId: v.optional(v.id("threads")),
    /** When anything of it was written last, UTC ms: what other systems follow it by. Kept by model/rows. */
    changedAt: v.optional(v.number()),
    /** Begun to answer that one on another channel (conversations/model/goOn). */
    goesOnFromId: v.optional(v.id("threads")),
  })
    .index("by_org_open", ["orgId", "isOpen", "lastMessageAt"])
    // What the lists read (model/ranges.ts): in each, those that are not snoozed lie together.
    .index("by_org_awake", ["orgId", "isOpen", "snoozedUntil", "lastMessageAt"])
    .index("by_org_assignee", ["orgId", "isOpen", "assigneeId", "snoozedUntil", "lastMessageAt"])
    .index("by_org_channel", ["orgId", "isOpen", "channel", "snoozedUntil", "lastMessageAt"])
    .index("by_org_assignee_channel", ["orgId", "isOpen", "assigneeId", "channel", "snoozedUntil", "lastMessageAt"])
    .index("by_org_status", ["orgId", "isOpen", "status", "snoozedUntil", "lastMessageAt"])
    .index("by_org_priority", ["orgId", "isOpen", "priority", "snoozedUntil", "lastMessageAt"])
    .index("by_org_type", ["orgId", "isOpen", "threadType", "snoozedUntil", "lastMessageAt"])
    .index("by_org_overdue", ["orgId", "isOpen", "isOverdue", "responseDueAt"])
    .index("by_org_overdue_channel", ["orgId", "isOpen", "isOverdue", "channel", "responseDueAt"])
    .index("by_org_team", ["orgId", "isOpen", "teamId", "snoozedUntil", "lastMessageAt"])
    // What members see who may not see everything (model/scopedRanges.ts): by team and by mailbox.
    .index("by_org_mailbox", ["orgId", "isOpen", "channelId", "snoozedUntil", "lastMessageAt"])
    .index("by_org_overdue_mailbox", ["orgId", "isOpen", "isOverdue", "channelId", "responseDueAt"])
    .index("by_org_overdue_assignee", ["orgId", "isOpen", "isOverdue", "assigneeId", "responseDueAt"])
    .index("by_org_overdue_team", ["orgId", "isOpen", "isOverdue", "teamId", "responseDueAt"])
    .index("by_org_team_queue", ["orgId", "teamId", "queuedAt"])
    .index("by_org_snoozed", ["orgId", "snoozedUntil"])
    .index("by_org_snoozed_channel", ["orgId", "channel", "snoozedUntil"])
    .index("by_snoozed", ["snoozedUntil"])
    .index("by_contact", ["contactId", "lastMessageAt"])
    // Conversations of an organisation (inbox/ofAccount).
    .index("by_customer_account", ["customerAccountId", "lastMessageAt"])
    .index("by_partner_account", ["partnerAccountId", "lastMessageAt"])
    .index("by_org_number", ["orgId", "number"])
    .index("by_reply_token", ["replyToken"])
    .index("by_org_restorable", ["orgId", "restorableUntil"])
    .index("by_restorable", ["restorableUntil"])
    .index("by_org_spam", ["orgId", "isSpam", "lastMessageAt"])
    .searchIndex("search_subject", { searchField: "subject", filterFields: ["orgId"] })
    .index("by_merged", ["mergedIntoId"])
    .index("by_org_changed", ["orgId", "changedAt"]),
  // What else a conversation is found by: the orders it is about, and the ids other systems know it by. Written by
  // model/keyRows with the conversation; conversations from before it by a walk (walks).
  threadKeys: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    kind: literals("order", "reference"),
    /** lib/orderNumbers.ts keyOf */
    key: v.string(),
  })
    .index("by_thread", ["threadId"])
    .index("by_key", ["orgId", "key"]),
  // One row for each tag of a conversation, with what lists go by, so that each list by a tag is one index range as each
  // without is. Written by model/tagRows with the conversation; conversations from before it by a walk (walks).
  threadTags: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    tag: v.string(),
    isOpen: v.boolean(),
    assigneeId: v.optional(v.id("members")),
    channelId: v.optional(v.id("channels")),
    teamId: v.optional(v.id("teams")),
    lastMessageAt: v.number(),
    responseDueAt: v.optional(v.number()),
    isOverdue: v.optional(v.literal(true)),
    snoozedUntil: v.optional(v.union(v.number(), v.null())),
  })
    .index("by_thread", ["threadId", "tag"])
    .index("by_tag", ["orgId", "tag", "isOpen", "snoozedUntil", "lastMessageAt"])
    .index("by_tag_assignee", ["orgId", "tag", "isOpen", "assigneeId", "snoozedUntil", "lastMessageAt"])
    .index("by_tag_overdue", ["orgId", "tag", "isOpen", "isOverdue", "responseDueAt"])
    .index("by_tag_mailbox", ["orgId", "tag", "isOpen", "channelId", "snoozedUntil", "lastMessageAt"])
    .index("by_tag_team", ["orgId", "tag", "isOpen", "teamId", "snoozedUntil", "lastMessageAt"]),
  // One timeline a thread: customer messages, replies, notes, system lines.
  messages: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    messageType: vMessageType,
    channel: v.optional(vChannel),
    /** The mailbox or number it came in on: a message is unique per channel (product.md 2.2 no. 15). */
    channelId: v.optional(v.id("channels")),
    sender: vSender,
    recipients: v.array(v.object({ kind: literals("to", "cc", "bcc"), address: v.string() })),
    /** The address or number of ours that its writer chose; absent: as the account had it. */
    from: v.optional(v.string()),
    subject: v.optional(v.string()),
    /** The newest words only; what was quoted below them is in quotedText. */
    text: v.string(),
    quotedText: v.optional(v.string()),
    /** Sanitised where it is shown, stored as received. */
    html: v.optional(v.string()),
    fileIds: v.array(v.id("files")),
    /** Files that came with it and are not here: too large, refused, not to be had (yet). */
    missingFiles: v.optional(v.array(vMissingFile)),
    externalMessageId: v.optional(v.string()),
    /** WhatsApp: the provider's id of the message it quotes. */
    answersId: v.optional(v.string()),
    /** The mail as it came, kept for a while (intake/originals); absent: of old, no mail, or its texts were removed. */
    rawEventId: v.optional(v.id("rawEvents")),
    /** The mail's own date, as it says: tells two mails of one Message-ID and the same words apart. */
    sentAt: v.optional(v.number()),
    deliveryStatus: v.optional(vDeliveryStatus),
    /** First failure text, kept (product.md 2.2 no. 22). */
    failureReason: v.optional(v.string()),
    queueId: v.optional(v.id("messageQueue")),
    readAt: v.optional(v.number()),
    /** Out-of-office, bulk and bounce mail triggers nothing (providers.md 7.5). */
    isAutomatic: v.boolean(),
    /** What other systems keep with it (S1 metadata); nothing of ours. */
    metadata: v.optional(v.record(v.string(), v.string())),
    /** The browser's id of a reply or note: a repeated call finds the first row. */
    clientId: v.optional(v.string()),
    /** By the sender's clock for incoming, ours otherwise: the order of the timeline. */
    at: v.number(),
    /** It has not left and leaves then (heldReplies); absent afterwards. */
    heldUntil: v.optional(v.number()),
    /** What its words began with (S1: template usage). */
    templateId: v.optional(v.id("templates")),
    /** A colleague sent it from another mail program, with a mailbox of ours in copy (mail/model/ownAnswer). */
    isSentElsewhere: v.optional(v.literal(true)),
    /** Passes a message on to somebody else: no answer to the customer. */
    isForward: v.optional(v.literal(true)),
    /** A line about that message, which may begin another matter: where the team may split (product.md 2.1 no. 3). */
    splitAt: v.optional(v.id("messages")),
    /** A line about that conversation of the same person, on another channel. */
    otherThreadId: v.optional(v.id("threads")),
    /** It is a phone call that a member noted (calls). */
    call: v.optional(vCall),
    /** Text and files were removed. */
    purgedAt: v.optional(v.number()),
    /** A note whose words were changed, or taken away by who wrote it. */
    editedAt: v.optional(v.number()),
    removedAt: v.optional(v.number()),
  })
    .index("by_thread", ["threadId", "at"])
    .index("by_queue", ["queueId"])
    .index("by_client", ["threadId", "clientId"])
    .index("by_thread_purged", ["threadId", "purgedAt"])
    // Everything a person wrote, whoever's conversation it is in: for export and erasure.
    .index("by_sender", ["sender.contactId", "at"])
    // What the search goes through where it is asked for conditions on messages and no word.
    .index("by_org_at", ["orgId", "at"])
    .searchIndex("search", { searchField: "text", filterFields: ["orgId"] }),
  // What the files of messages are called, for the search. Written with the message, removed with its texts.
  // Those from before there was this table, or before it had `at`, are written by a walk (walks).
  fileNames: defineTable({
    orgId: v.id("organisations"),
    messageId: v.id("messages"),
    name: v.string(),
    /** The message's: what lists of files go by. */
    at: v.optional(v.number()),
  })
    .index("by_message", ["messageId"])
    .index("by_org_at", ["orgId", "at"])
    .searchIndex("search", { searchField: "name", filterFields: ["orgId"] }),
  // Message-IDs seen or set by us, brackets stripped; how replies find their thread (providers.md 7.4).
  messageRefs: defineTable({
    orgId: v.id("organisations"),
    ref: v.string(),
    threadId: v.id("threads"),
    messageId: v.optional(v.id("messages")),
  })
    .index("by_ref", ["orgId", "ref"])
    .index("by_thread", ["threadId"]),
  // Per person: up to when a member has read a thread, and what else it is to them (inbox/personal).
  readMarks: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    memberId: v.id("members"),
    /** 0: never. */
    readAt: v.number(),
    /** Made unread by hand; reading ends it. */
    isMarkedUnread: v.optional(v.literal(true)),
    isStarred: v.optional(v.literal(true)),
    isFollowing: v.optional(v.literal(true)),
    /** Wants to hear nothing of new messages. */
    isMuted: v.optional(v.literal(true)),
    /** Put away for oneself when the newest message was of then (UTC ms): until something newer comes. */
    archivedAt: v.optional(v.number()),
    /** A note names them in it. */
    isMentioned: v.optional(v.literal(true)),
    /** The conversation's lastMessageAt while it is starred, followed or names them: what those lists go by. */
    activeAt: v.optional(v.number()),
  })
    .index("by_thread_member", ["threadId", "memberId"])
    .index("by_thread_following", ["threadId", "isFollowing"])
    .index("by_member_archived", ["memberId", "archivedAt"])
    .index("by_thread_active", ["threadId", "activeAt"])
    .index("by_member_followed", ["memberId", "isFollowing", "activeAt"])
    .index("by_member_starred", ["memberId", "isStarred", "activeAt"])
    .index("by_member_mentioned", ["memberId", "isMentioned", "activeAt"]),
  // A reply or note being written; one a member and thread and mode. `doc` is Tiptap JSON text.
  drafts: defineTable({
    orgId: v.id("organisations"),
    threadId: v.id("threads"),
    memberId: v.id("members"),
    mode: vDraftMode,
    doc: v.string(),
    parts: v.optional(vDraftParts),
    updatedAt: v.number(),
  })
    .index("by_thread_member", ["threadId", "memberId", "mode"])
    .index("by_member", ["memberId", "updatedAt"]),
  // An organisation's own words that end messages, plain (inbox/optOut.ts); one row each. Members write, intake reads.
  stopWords: defineTable({ orgId: v.id("organisations"), words: v.array(v.string()) }).index("by_org", ["orgId"]),
  // Next thread number of an organisation.
  threadCounters: defineTable({ orgId: v.id("organisations"), next: v.number() }).index("by_org", ["orgId"]),
};
