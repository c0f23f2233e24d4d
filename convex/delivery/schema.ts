import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vProvider } from "../connections/schema";
import { vChannel, vPurpose } from "../lib/closedSets";
import { deadLetterTables } from "./deadLetters/schema";

/** Lanes never starve each other: critical first, marketing yields but gets its share (flow/bucket.ts). */
export const LANES = ["critical", "transactional", "marketing"] as const;
export const vLane = literals(...LANES);
export type Lane = Infer<typeof vLane>;

/** Who wants the message sent; asked again right before sending. Ids are strings: delivery knows no higher table. */
export const vMessageSource = v.union(
  v.object({
    kind: v.literal("sequence"),
    sequenceId: v.string(),
    enrolmentId: v.string(),
    stepId: v.string(),
    stepRunId: v.string(),
    bookingId: v.string(),
  }),
  v.object({ kind: v.literal("agent"), threadId: v.string(), messageId: v.string(), memberId: v.string() }),
  v.object({
    kind: v.literal("system"),
    name: v.string(),
    /** Of an automatic answer: the conversation and the message that shows it. */
    threadId: v.optional(v.string()),
    messageId: v.optional(v.string()),
  }),
  /** An outside system through the REST API; `reference` is its own name for the message. */
  v.object({ kind: v.literal("api"), apiKeyId: v.string(), keyName: v.string(), reference: v.optional(v.string()) }),
  /** A member tries a template out on somebody of the team: goes at once and is in no figure. */
  v.object({ kind: v.literal("test"), templateId: v.string(), memberId: v.string() }),
);
export type MessageSource = Infer<typeof vMessageSource>;
export const vSourceKind = v.union(...vMessageSource.members.map((member) => member.fields.kind));
export type SourceKind = MessageSource["kind"];

/** Error classes of providers.md section 0. */
export const ERROR_CLASSES = [
  "permanent",
  "transient",
  "rate_limited",
  "opted_out",
  "invalid_address",
  "config",
  "window_closed",
] as const;
export const vErrorClass = literals(...ERROR_CLASSES);
export type ErrorClass = Infer<typeof vErrorClass>;

export const vFailure = v.object({
  class: vErrorClass,
  /** The provider's own code, e.g. "550 5.1.1". */
  code: v.optional(v.string()),
  reason: v.string(),
  /** The provider said when it is worth asking again (Retry-After, quota reset), in ms from its answer. */
  retryAfterMs: v.optional(v.number()),
  /** The content was refused as it is (format, size): a simplified form of it may pass (product.md C-06). */
  isContent: v.optional(v.boolean()),
});
export type Failure = Infer<typeof vFailure>;

const vInputs = v.record(v.string(), v.union(v.string(), v.number(), v.boolean(), v.null()));

/** Why a try took its way: the decision record of the route, part of the try itself (design rule 6). */
export const vChosenRoute = v.object({ rule: v.string(), outcome: v.string(), inputs: vInputs });
export type ChosenRoute = Infer<typeof vChosenRoute>;

/**
 * pending → sending → sent → delivered → read, or one of the ends. `held` waits for a member to lift a pause or let this one
 * go, or for the end of a talk. `sending` holds a lease: when it runs out the attempt is reconciled (design rule 4).
 */
export const vMessageState = v.union(
  v.object({ kind: v.literal("pending") }),
  v.object({
    kind: v.literal("held"),
    at: v.number(),
    pauseId: v.union(v.id("deliveryPauses"), v.id("personHolds"), v.id("members")),
    reason: v.string(),
  }),
  v.object({
    kind: v.literal("sending"),
    /** Number of the attempt that is under way, and who carries it: the connection may be removed meanwhile. */
    attempt: v.number(),
    provider: vProvider,
    startedAt: v.number(),
    leaseUntil: v.number(),
    route: v.optional(vChosenRoute),
    /** Its answer was lost and the provider is being asked what became of it. */
    isAsking: v.optional(v.boolean()),
  }),
  v.object({ kind: v.literal("sent"), at: v.number() }),
  v.object({ kind: v.literal("delivered"), at: v.number() }),
  v.object({ kind: v.literal("read"), at: v.number() }),
  v.object({ kind: v.literal("bounced"), at: v.number(), failure: vFailure }),
  v.object({ kind: v.literal("failed"), at: v.number(), failure: vFailure }),
  v.object({ kind: v.literal("dead"), at: v.number(), failure: vFailure }),
  v.object({ kind: v.literal("unknown"), at: v.number(), reason: v.string() }),
  v.object({ kind: v.literal("skipped"), at: v.number(), reason: v.string() }),
  v.object({ kind: v.literal("cancelled"), at: v.number(), reason: v.string() }),
);
export type MessageState = Infer<typeof vMessageState>;
export const MESSAGE_STATES = [
  "pending",
  "held",
  "sending",
  "sent",
  "delivered",
  "read",
  "bounced",
  "failed",
  "dead",
  "unknown",
  "skipped",
  "cancelled",
] as const satisfies readonly MessageState["kind"][];

/** How the queue screen groups states: one index range a group. */
export const QUEUE_GROUPS = ["waiting", "sending", "sent", "failed", "stopped"] as const;
export const vQueueGroup = literals(...QUEUE_GROUPS);
export type QueueGroup = Infer<typeof vQueueGroup>;

/** What a source answers when it is asked whether it still wants its message; `reason` becomes the skip reason. */
export const vSourceAnswer = v.union(
  v.object({ wanted: v.literal(true) }),
  v.object({ wanted: v.literal(false), reason: v.string() }),
);
export type SourceAnswer = Infer<typeof vSourceAnswer>;

/** Further recipients of one mail, normalised; nobody sees those of `bcc`. */
export const vCopies = v.object({ to: v.array(v.string()), cc: v.array(v.string()), bcc: v.array(v.string()) });
export type Copies = Infer<typeof vCopies>;

/** What goes out: a template version with values, or finished text (an agent's reply). */
export const vMessageContent = v.union(
  v.object({
    kind: v.literal("template"),
    templateVersionId: v.id("templateVersions"),
    values: v.record(v.string(), v.string()),
  }),
  v.object({
    kind: v.literal("finished"),
    subject: v.optional(v.string()),
    text: v.string(),
    html: v.optional(v.string()),
    fileIds: v.array(v.id("files")),
    /** E-mail only: one mail to several people. */
    copies: v.optional(vCopies),
    /** WhatsApp only: goes as a reaction to a message, by the provider's id of it; an empty emoji takes it back. */
    reaction: v.optional(v.object({ to: v.string(), emoji: v.string() })),
  }),
);
export type MessageContent = Infer<typeof vMessageContent>;

/** Headers that keep an e-mail in its thread (providers.md 7.4). */
export const vThreading = v.object({
  messageId: v.optional(v.string()),
  inReplyTo: v.optional(v.string()),
  references: v.array(v.string()),
  replyTo: v.optional(v.string()),
});
export type Threading = Infer<typeof vThreading>;

/** Addresses an outside system named itself; they go before the contact's primary ones. Normalised. */
export const vAddressWish = v.object({
  email: v.optional(v.string()),
  sms: v.optional(v.string()),
  whatsapp: v.optional(v.string()),
});
export type AddressWish = Infer<typeof vAddressWish>;

/** Whom a message comes from where its sender chose: only accounts that may write from it carry it (connections/senders). */
export const vFromWish = v.object({ address: v.string(), name: v.string() });
export type FromWish = Infer<typeof vFromWish>;

export const vRendered = v.object({
  subject: v.optional(v.string()),
  text: v.string(),
  html: v.optional(v.string()),
});
export type Rendered = Infer<typeof vRendered>;

/** How a provider call ended. */
export const vAttemptOutcome = v.union(
  v.object({ kind: v.literal("accepted"), providerMessageId: v.string() }),
  v.object({ kind: v.literal("refused"), failure: vFailure, retryAt: v.optional(v.number()) }),
  /** The lease ran out before the provider's answer was recorded; `resent` says what recovery did. */
  v.object({ kind: v.literal("lost"), resent: v.boolean() }),
  /** Claimed but never handed to the provider: the batch ran out of time first. */
  v.object({ kind: v.literal("released") }),
);

/** What one provider call came to, as the sending action reports it. */
export const vSendResult = v.union(
  v.object({
    kind: v.literal("accepted"),
    providerMessageId: v.string(),
    /** What the provider says it costs and how many parts it sent, where its answer says so. */
    priceMicros: v.optional(v.number()),
    segments: v.optional(v.number()),
  }),
  v.object({ kind: v.literal("refused"), failure: vFailure }),
  /** The provider may have it: its answer was lost after the message was handed over. */
  v.object({ kind: v.literal("lost"), reason: v.string() }),
  v.object({ kind: v.literal("not_started") }),
);
export type SendResult = Infer<typeof vSendResult>;

export const deliveryTables = {
  // One row a message that is to leave. Written by delivery only (enqueue, dispatcher, receipts through tracking);
  // read by the queue screen, inbox, sequences. Small on purpose: bodies live apart.
  messageQueue: defineTable({
    orgId: v.id("organisations"),
    lane: vLane,
    shard: v.number(),
    /** The wish; the router may fall back. */
    channel: v.union(vChannel, v.literal("best")),
    /** What the router chose, once it did. */
    routedChannel: v.optional(vChannel),
    connectionId: v.optional(v.id("connections")),
    contactId: v.id("contacts"),
    /** Where the sender of the order wants it to go; absent = the contact's primary addresses. */
    to: v.optional(vAddressWish),
    /** Absent = as the account that carries it has it. */
    from: v.optional(vFromWish),
    /** The account that goes before the others while it is healthy: that of the mailbox an answer belongs to. */
    preferredConnectionId: v.optional(v.id("connections")),
    /** Address it went (or will go) to; empty until routed. */
    address: v.optional(v.string()),
    purpose: vPurpose,
    /** Key of the topic it belongs to (product.md C-41); absent on the oldest rows. */
    topic: v.optional(v.string()),
    source: vMessageSource,
    bodyId: v.id("messageBodies"),
    /** UTC ms; moved on by everything that makes it wait. */
    dueAt: v.number(),
    /** When it was due at first: its age counts from here. Absent on rows from before there was an age. */
    plannedAt: v.optional(v.number()),
    /** When its source wanted it, UTC ms; only while a member has put it elsewhere. */
    movedFrom: v.optional(v.number()),
    /** Worth nothing afterwards, says its source. */
    expiresAt: v.optional(v.number()),
    /** How long it waited for talks with its recipient, ms: not part of its age. */
    heldMs: v.optional(v.number()),
    /** A member let it go in spite of a talk with its recipient. */
    passesHolds: v.optional(v.boolean()),
    state: vMessageState,
    /** Follows from the state; kept by setState for the queue screen. */
    group: vQueueGroup,
    attemptCount: v.number(),
    /** Attempts below this number are history: a person queued the message again after them. */
    countsFromAttempt: v.number(),
    /** Tries its source allows, the first one included; absent: as many as the organisation's settings. */
    maxAttempts: v.optional(v.number()),
    /** What the queue screen shows without opening the body. */
    subject: v.string(),
    sourceLabel: v.string(),
    /** Unique per organisation: a repeated enqueue returns the first row. */
    idempotencyKey: v.string(),
    providerMessageId: v.optional(v.string()),
    /** Message-ID of an e-mail, fixed at its first try so that every further one carries the same. */
    messageId: v.optional(v.string()),
    /** True once recovery sent it again after a lost answer: it may have arrived twice. */
    mayBeDuplicate: v.boolean(),
    /** The provider of `connectionId` may have it (an answer was lost): asked again by the same key, and no other gets it. */
    doubtSince: v.optional(v.number()),
    /** The provider's ids of tries it accepted and gave back (window closed): reports about them mean nothing any more. */
    returnedIds: v.optional(v.array(v.string())),
    /** A provider refused the content as it was: from this attempt on it goes as plain text. */
    simplifiedFrom: v.optional(v.number()),
    /** Sent over every channel there is, at once; who allowed it and why (product.md C-27). */
    emergency: v.optional(v.object({ memberId: v.id("members"), reason: v.string() })),
    /** When and by which rule it was given up; only while it is dead. */
    deadAt: v.optional(v.number()),
    deadReason: v.optional(v.string()),
  })
    .index("by_due", ["lane", "shard", "state.kind", "dueAt"])
    .index("by_org", ["orgId", "dueAt"])
    .index("by_org_group", ["orgId", "group", "dueAt"])
    .index("by_org_lane", ["orgId", "lane", "group", "dueAt"])
    .index("by_org_dead", ["orgId", "deadAt"])
    .index("by_org_dead_group", ["orgId", "deadReason", "connectionId", "deadAt"])
    .index("by_pause", ["state.pauseId"])
    .index("by_contact", ["contactId", "dueAt"])
    .index("by_idempotency", ["orgId", "idempotencyKey"])
    .index("by_provider_message", ["connectionId", "providerMessageId"]),
  // What the message says. `content` as given; `rendered` as it went out where that differs; written with queue and answer.
  messageBodies: defineTable({
    orgId: v.id("organisations"),
    content: vMessageContent,
    threading: v.optional(vThreading),
    rendered: v.optional(vRendered),
    /** The text was removed: after the organisation's period, or with its person. */
    purgedAt: v.optional(v.number()),
  }),
  // Every provider call that ended, with what figures are made of; the one under way is in the state of its message.
  attempts: defineTable({
    orgId: v.id("organisations"),
    queueId: v.id("messageQueue"),
    number: v.number(),
    connectionId: v.id("connections"),
    provider: vProvider,
    /** With `lane` and `queuedMs` absent on rows from before figures were made of them. */
    channel: v.optional(vChannel),
    lane: v.optional(vLane),
    startedAt: v.number(),
    endedAt: v.optional(v.number()),
    outcome: vAttemptOutcome,
    route: v.optional(vChosenRoute),
    /** From when it was to go until the provider was asked. */
    queuedMs: v.optional(v.number()),
    /** The provider's time. */
    tookMs: v.optional(v.number()),
    /** What it cost, in millionths of the currency unit; nothing unless it was accepted. */
    priceMicros: v.optional(v.number()),
    segments: v.optional(v.number()),
    /** Of a test message: in no figure. */
    isTest: v.optional(v.literal(true)),
  }).index("by_message", ["queueId", "number"]),
  // Why it went, went then, or did not go (design rule 6). Written with the row it decides about. Why it went there is
  // part of each try: `explain` puts both together.
  decisions: defineTable({
    orgId: v.id("organisations"),
    queueId: v.id("messageQueue"),
    at: v.number(),
    /** "enqueue", "route", "send_check", "retry", "receipt", "recovery" … */
    stage: v.string(),
    /** Which rule decided, e.g. "suppression", "quiet_hours", "channel_preference". */
    rule: v.string(),
    outcome: v.string(),
    inputs: vInputs,
  }).index("by_message", ["queueId", "at"]),
  // The one scheduled wake-up per lane and shard. Written by enqueue, dispatcher and sweeper.
  wakeUps: defineTable({
    lane: vLane,
    shard: v.number(),
    at: v.number(),
    jobId: v.id("_scheduled_functions"),
  }).index("by_lane_shard", ["lane", "shard"]),
  // Where a dispatcher goes on looking past the messages of a throttled sender. Written only while there is such a backlog.
  queueCursors: defineTable({
    lane: vLane,
    shard: v.number(),
    dueAt: v.number(),
    createdAt: v.number(),
  }).index("by_lane_shard", ["lane", "shard"]),
  // How many messages an organisation has in each state, by lane and shard so that dispatchers do not contend. Written by
  // whatever changes a state, once a transaction.
  queueTallies: defineTable({
    orgId: v.id("organisations"),
    lane: vLane,
    shard: v.number(),
    /**
     * By state kind; dead ones also as "dead:<reason>:<connection>" (empty where there was none), held ones as
     * "held:<pause>".
     */
    counts: v.record(v.string(), v.number()),
  }).index("by_org", ["orgId", "lane", "shard"]),
  ...deadLetterTables,
  // Hashed tokens of one-click unsubscribe links (providers.md 7.1), no expiry. Written at the claim, read by tracking.
  unsubscribeTokens: defineTable({
    orgId: v.id("organisations"),
    contactId: v.id("contacts"),
    channel: vChannel,
    purpose: vPurpose,
    /** Key of the topic it ends; absent: everything of the purpose. */
    topic: v.optional(v.string()),
    address: v.string(),
    /** Absent: a member made the link. */
    queueId: v.optional(v.id("messageQueue")),
    tokenHash: v.string(),
  })
    .index("by_token", ["tokenHash"])
    .index("by_contact", ["contactId"]),
};
