import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { STATUS_KINDS } from "../../delivery/providers/types";
import { vFailure } from "../../delivery/schema";
import { vMailNote } from "../../intake/email/notes";
import { PROOFS } from "../../intake/email/source";
import { finishRawEvent, requireRawEvent } from "../../intake/model";
import { parseProviderText } from "./providerText";
import { parseSandboxText } from "../../intake/text/parseSandbox";
import { internalMutation, internalQuery } from "../../lib/functions";
import { ownAddresses, receiveEmail, receiveText } from "../model/inbound";
import { mailboxesOf } from "../model/mailboxes";
import { keepFetchedMail, mailToFetch, vMailToFetch, type MailToFetch } from "../model/fetchedMail";
import { attachMedia, mediaToFetch, noteMissingMedia, vMediaToFetch, type MediaToFetch } from "../model/media";

const vMailbox = v.object({ address: v.string(), name: v.optional(v.string()) });

const vMailReport = v.object({
  kind: literals(...STATUS_KINDS),
  reference: v.optional(v.string()),
  providerMessageId: v.optional(v.string()),
  address: v.optional(v.string()),
  at: v.number(),
  isTransient: v.optional(v.boolean()),
  failure: v.optional(vFailure),
});

export const vParsedEmail = v.object({
  /** Null: our own mail came back. */
  from: v.union(v.null(), vMailbox),
  /** Its From, whoever that is, and whether mail servers vouch for it. */
  author: vMailbox,
  proof: literals(...PROOFS),
  /** It asks for answers at a conversation of ours: we sent it. */
  isReturned: v.boolean(),
  recipients: v.array(v.object({ kind: literals("to", "cc", "bcc"), address: v.string() })),
  subject: v.string(),
  text: v.string(),
  quotedText: v.optional(v.string()),
  html: v.optional(v.string()),
  files: v.array(
    v.object({
      storageId: v.id("_storage"),
      name: v.string(),
      contentType: v.string(),
      sizeBytes: v.number(),
      contentId: v.optional(v.string()),
    }),
  ),
  messageId: v.string(),
  inReplyTo: v.array(v.string()),
  references: v.array(v.string()),
  plusTokens: v.array(v.string()),
  sentAt: v.union(v.null(), v.number()),
  automatic: v.union(v.null(), v.string()),
  /** What the mail says of messages of ours: a delivery notification, a complaint. */
  reports: v.array(vMailReport),
  /** What was out of the ordinary. */
  notes: v.array(vMailNote),
});
export type ParsedEmailArgs = Infer<typeof vParsedEmail>;

/** Each may open a conversation, with all that hangs on one. */
const TEXTS_PER_TRANSACTION = 10;

/** Raw events that hold a whole mail. */
const EMAIL_KINDS = ["email_postmark", "email_raw", "email_sendgrid", "email_mailgun"] as const;

const vEmailEvent = v.object({
  orgId: v.id("organisations"),
  kind: literals(...EMAIL_KINDS),
  dedupeKey: v.string(),
  cutFromBytes: v.optional(v.number()),
  body: v.union(
    v.object({ kind: v.literal("text"), text: v.string() }),
    v.object({ kind: v.literal("file"), storageId: v.id("_storage"), sizeBytes: v.number() }),
  ),
});
export type EmailEvent = Infer<typeof vEmailEvent>;

/** What the parsing job needs of an e-mail's raw event; null when it is processed already or no e-mail. */
export const emailEvent = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), vEmailEvent),
  handler: async (ctx, { rawEventId }): Promise<EmailEvent | null> => {
    const { orgId, kind, dedupeKey, body, cutFromBytes, state } = await requireRawEvent(ctx, rawEventId);
    const emailKind = EMAIL_KINDS.find((each) => each === kind);
    if (state.kind !== "received" || emailKind === undefined) return null;
    return { orgId, kind: emailKind, dedupeKey, body, cutFromBytes };
  },
});

/** Those of the addresses that are the organisation's own. */
export const ownAmong = internalQuery({
  args: { orgId: v.id("organisations"), addresses: v.array(v.string()) },
  returns: v.array(v.string()),
  handler: async (ctx, { orgId, addresses }): Promise<string[]> => ownAddresses(ctx, orgId, addresses),
});

/** The mailboxes of the team that an e-mail came to, never none: null stands for none at all. */
export const mailboxes = internalQuery({
  args: {
    rawEventId: v.id("rawEvents"),
    deliveredTo: v.array(v.string()),
    named: v.array(v.string()),
    plusTokens: v.array(v.string()),
  },
  returns: v.array(v.union(v.id("channels"), v.null())),
  handler: async (ctx, { rawEventId, ...mail }): Promise<(Id<"channels"> | null)[]> =>
    await mailboxesOf(ctx, await requireRawEvent(ctx, rawEventId), mail),
});

/**
 * Stores a parsed e-mail in one of the mailboxes it came to and, with the last, finishes its raw event, in one transaction.
 * True when the event is finished.
 */
export const storeEmail = internalMutation({
  args: {
    rawEventId: v.id("rawEvents"),
    mailboxId: v.union(v.id("channels"), v.null()),
    isLast: v.boolean(),
    email: vParsedEmail,
  },
  returns: v.boolean(),
  handler: async (ctx, { rawEventId, mailboxId, isLast, email }): Promise<boolean> =>
    await receiveEmail(ctx, await requireRawEvent(ctx, rawEventId), email, { mailboxId, isLast }),
});

/** Processes a text message, from a provider or a simulated device. An unusable body rejects the event, with the field. */
export const processText = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    await processOne(ctx, rawEventId);
    return null;
  },
});

/** Processes texts of one account in the order they arrived in; returns how many of them (intake/processors). */
export const processTexts = internalMutation({
  args: { rawEventIds: v.array(v.id("rawEvents")) },
  returns: v.number(),
  handler: async (ctx, { rawEventIds }): Promise<number> => {
    const first = rawEventIds.slice(0, TEXTS_PER_TRANSACTION);
    for (const rawEventId of first) await processOne(ctx, rawEventId);
    return first.length;
  },
});

async function processOne(ctx: MutationCtx, rawEventId: Id<"rawEvents">): Promise<void> {
  const event = await requireRawEvent(ctx, rawEventId);
  const text = event.body.kind === "text" ? event.body.text : "";
  const parsed = event.kind === "text_inbound" ? parseProviderText(text) : parseSandboxText(text);
  if (parsed.ok) {
    await receiveText(ctx, event, parsed.message);
  } else {
    const { field, reason } = parsed;
    await finishRawEvent(ctx, rawEventId, { kind: "rejected", code: "invalid", reason, field });
  }
}

/** What the job that fetches a file needs; null when the event is done or its message is gone. */
export const mediaEvent = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), vMediaToFetch),
  handler: async (ctx, { rawEventId }): Promise<MediaToFetch | null> =>
    await mediaToFetch(ctx, await requireRawEvent(ctx, rawEventId)),
});

/** What the job that fetches a mail needs; null when the event is done. */
export const mailEvent = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), vMailToFetch),
  handler: async (ctx, { rawEventId }): Promise<MailToFetch | null> =>
    await mailToFetch(ctx, await requireRawEvent(ctx, rawEventId)),
});

/** Keeps a fetched mail as a raw event, which is processed like every raw mail, and finishes this one, in one transaction. */
export const keepMail = internalMutation({
  args: {
    rawEventId: v.id("rawEvents"),
    storageId: v.id("_storage"),
    sizeBytes: v.number(),
    /** The whole was too large: this is its beginning. */
    cutFromBytes: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { rawEventId, storageId, sizeBytes, cutFromBytes }): Promise<null> => {
    const body = { kind: "file" as const, storageId, sizeBytes };
    await keepFetchedMail(ctx, await requireRawEvent(ctx, rawEventId), body, cutFromBytes);
    return null;
  },
});

/** Says in the message why a file of it is not there; a refusal for good rejects the event, in one transaction. */
export const noteMissing = internalMutation({
  args: { rawEventId: v.id("rawEvents"), failure: vFailure },
  returns: v.null(),
  handler: async (ctx, { rawEventId, failure }): Promise<null> => {
    await noteMissingMedia(ctx, await requireRawEvent(ctx, rawEventId), failure);
    return null;
  },
});

/** Shows a fetched file in its message, and finishes the event, in one transaction. False: it is there already. */
export const storeMedia = internalMutation({
  args: {
    rawEventId: v.id("rawEvents"),
    file: v.object({ storageId: v.id("_storage"), name: v.string(), contentType: v.string(), sizeBytes: v.number() }),
  },
  returns: v.boolean(),
  handler: async (ctx, { rawEventId, file }): Promise<boolean> =>
    await attachMedia(ctx, await requireRawEvent(ctx, rawEventId), file),
});
