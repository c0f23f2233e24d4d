"use node";

import { v } from "convex/values";
import { convert } from "html-to-text";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { reportsIn } from "../../delivery/providers/dsn";
import { automaticRule } from "../../intake/email/automatic";
import {
  envelopeLines,
  type InboundAttachment,
  type InboundEmail,
  type ParsedEmail,
} from "../../intake/email/inboundEmail";
import { newestReply } from "../../intake/email/newestReply";
import { parseMailgun, parseSendgrid } from "../../intake/email/parseForm";
import { parsePostmark } from "../../intake/email/parsePostmark";
import { parseRaw } from "../../intake/email/parseRaw";
import type { MailNote } from "../../intake/email/notes";
import { senderProof } from "../../intake/email/source";
import { shapeMail } from "../../intake/email/shape";
import { isForward } from "../../intake/email/subject";
import { headersOfJson, parseTooLarge } from "../../intake/email/tooLarge";
import { secretsOf } from "../../connections/model";
import { fetchMail as fetchMailFromProvider } from "../../delivery/providers/fetchMail";
import { fetchMedia as fetchFromProvider } from "../../delivery/providers/media";
import type { TooLarge } from "../../delivery/providers/types";
import type { Failure } from "../../delivery/schema";
import { MAX_FETCHED_EMAIL_BYTES } from "../../intake/limits";
import { writtenOriginal } from "../../intake/originals/written";
import { appError } from "../../lib/errors";
import { internalAction } from "../../lib/functions";
import { fitBody } from "./fitBody";
import type { EmailEvent, ParsedEmailArgs } from "./jobs";
import { fileNameOf, MAX_MEDIA_BYTES, shownType } from "./mediaTypes";
import { senderOf } from "./sender";

type FileArgs = ParsedEmailArgs["files"][number];

/**
 * Reads an e-mail's raw event, parses it, stores its files and hands everything to one mutation. What is no mail is
 * rejected with the field; when the mutation fails the stored files are removed again and the attempt counts as failed.
 */
export const processEmail = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const event: EmailEvent | null = await ctx.runQuery(internal.inbox.inbound.jobs.emailEvent, { rawEventId });
    if (event === null) return null;
    const bytes = await bytesOf(ctx, event);
    const parsed = await parse(event, bytes);
    if (!parsed.ok) {
      const error = { code: "invalid", message: parsed.reason, field: parsed.field };
      await ctx.runMutation(internal.intake.jobs.noteAttempt, { rawEventId, error });
      return null;
    }
    await keepWritten(ctx, rawEventId, event, bytes);
    const shaped = shapeMail(parsed.email, originalOf(event, bytes));
    await storeInEach(ctx, event.orgId, rawEventId, shaped.email, [...(parsed.notes ?? []), ...shaped.notes]);
    return null;
  },
});

/**
 * Fetches a file of an inbound text from its provider, with the connection's key, and shows it in the message; or there why
 * it is missing. What the provider refuses for good rejects the event with the reason; everything else is tried again.
 */
export const fetchMedia = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const wanted = await ctx.runQuery(internal.inbox.inbound.jobs.mediaEvent, { rawEventId });
    if (wanted === null) return null;
    const { provider, settings, media } = wanted;
    const account = { settings, secrets: await secretsOf(wanted) };
    const result = await fetchFromProvider(provider, account, media, MAX_MEDIA_BYTES);
    if (result.kind === "refused") {
      const { failure } = result;
      await ctx.runMutation(internal.inbox.inbound.jobs.noteMissing, { rawEventId, failure });
      if (failure.class === "permanent") return null;
      throw thrownFor(failure, "media");
    }
    const contentType = shownType(result.contentType);
    const file = await storeFile(ctx, { name: fileNameOf(media, contentType), contentType, bytes: result.bytes });
    const isNew = await ctx.runMutation(internal.inbox.inbound.jobs.storeMedia, { rawEventId, file });
    if (!isNew) await ctx.storage.delete(file.storageId);
    return null;
  },
});

/**
 * Fetches a mail from the provider that keeps it, with the connection's key; from then on it is a raw mail like any other.
 * What the provider refuses for good rejects the event with the reason; everything else is tried again.
 */
export const fetchMail = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const wanted = await ctx.runQuery(internal.inbox.inbound.jobs.mailEvent, { rawEventId });
    if (wanted === null) return null;
    const { provider, settings, mail } = wanted;
    const account = { settings, secrets: await secretsOf(wanted) };
    const result = await fetchMailFromProvider(provider, account, mail, MAX_FETCHED_EMAIL_BYTES);
    const begun = result.kind === "refused" ? result.tooLarge : undefined;
    if (result.kind === "refused" && begun === undefined) throw thrownFor(result.failure, "mail");
    // Of one that is too large the team sees who wrote about what.
    const bytes = result.kind === "refused" ? headOf(begun) : result.bytes;
    const whole = new Blob([envelopeLines(mail.recipients ?? []), bytes], { type: "message/rfc822" });
    const storageId = await ctx.storage.store(whole);
    const kept = { rawEventId, storageId, sizeBytes: whole.size, cutFromBytes: begun?.sizeBytes };
    await ctx.runMutation(internal.inbox.inbound.jobs.keepMail, kept);
    return null;
  },
});

/** The headers that are known of a mail that is too large. */
function headOf(begun: TooLarge | undefined): Uint8Array<ArrayBuffer> {
  if (begun === undefined) return new Uint8Array();
  return begun.isJson === true ? Uint8Array.from(headersOfJson(new TextDecoder().decode(begun.head))) : begun.head;
}

/** `invalid` ends the tries, anything else is tried again. */
function thrownFor({ class: errorClass, code, reason }: Failure, field: string): Error {
  const told = `${code ?? errorClass}: ${reason}`;
  return errorClass === "permanent" ? appError("invalid", told, { field }) : new Error(told);
}

async function bytesOf(ctx: ActionCtx, { body }: EmailEvent): Promise<Uint8Array> {
  if (body.kind === "text") return new TextEncoder().encode(body.text);
  const blob = await ctx.storage.get(body.storageId);
  if (blob === null) throw new Error("The stored e-mail is gone.");
  return new Uint8Array(await blob.arrayBuffer());
}

async function parse(event: EmailEvent, bytes: Uint8Array): Promise<ParsedEmail> {
  const { kind, cutFromBytes, dedupeKey } = event;
  if (cutFromBytes !== undefined) return await parseTooLarge(kind, bytes, cutFromBytes, dedupeKey);
  switch (event.kind) {
    case "email_raw":
      return await parseRaw(bytes, event.dedupeKey);
    case "email_sendgrid":
      return await parseSendgrid(bytes, event.dedupeKey);
    case "email_mailgun":
      return await parseMailgun(bytes, event.dedupeKey);
    case "email_postmark":
      return parsePostmarkText(bytes, event.dedupeKey);
  }
}

/** What a provider wrapped is written out while its bytes are at hand: a query cannot read them where they lie. */
async function keepWritten(
  ctx: ActionCtx,
  rawEventId: Id<"rawEvents">,
  { kind, body }: EmailEvent,
  bytes: Uint8Array,
): Promise<void> {
  const written = body.kind === "file" ? writtenOriginal(kind, bytes) : null;
  if (written === null) return;
  const { source, isMime } = written;
  const type = isMime ? "message/rfc822" : "text/plain; charset=utf-8";
  const part = typeof source === "string" ? source : Uint8Array.from(source);
  const storageId = await ctx.storage.store(new Blob([part], { type }));
  await ctx.runMutation(internal.intake.originals.jobs.keep, { rawEventId, original: { storageId, isMime } });
}

/** The mail as it came, as a file. */
function originalOf({ kind }: EmailEvent, bytes: Uint8Array): InboundAttachment {
  return kind === "email_raw"
    ? { name: "original.eml", contentType: "message/rfc822", bytes }
    : { name: "original.txt", contentType: "application/octet-stream", bytes };
}

/** Foreign pages and pictures with scripts are kept as bytes: opened from our address they could act as the reader. */
function keptType(contentType: string): string {
  return contentType.startsWith("text/plain; charset=utf-8") ? contentType : shownType(contentType);
}

function parsePostmarkText(bytes: Uint8Array, fallbackId: string): ParsedEmail {
  let payload: unknown;
  try {
    payload = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return { ok: false, field: "body", reason: "The body is not JSON." };
  }
  return parsePostmark(payload, fallbackId);
}

/** Puts a mail into each of the team's mailboxes it came to; what one has already stays as it is when it is repeated. */
async function storeInEach(
  ctx: ActionCtx,
  orgId: Id<"organisations">,
  rawEventId: Id<"rawEvents">,
  email: InboundEmail,
  notes: MailNote[],
): Promise<void> {
  const addresses = [email.from.address, ...(email.replyTo === undefined ? [] : [email.replyTo.address])];
  const own: string[] = await ctx.runQuery(internal.inbox.inbound.jobs.ownAmong, { orgId, addresses });
  const { deliveredTo, plusTokens } = email;
  const named = [...email.to, ...email.cc].map(({ address }) => address);
  const found: (Id<"channels"> | null)[] = await ctx.runQuery(internal.inbox.inbound.jobs.mailboxes, {
    rawEventId,
    deliveredTo,
    named,
    plusTokens,
  });
  for (const [index, mailboxId] of found.entries()) {
    const place = { rawEventId, mailboxId, isLast: index === found.length - 1 };
    if (await store(ctx, place, email, own, notes)) return;
  }
}

type Place = { rawEventId: Id<"rawEvents">; mailboxId: Id<"channels"> | null; isLast: boolean };

/** True when there is nothing left to do for the event. */
async function store(
  ctx: ActionCtx,
  place: Place,
  email: InboundEmail,
  own: readonly string[],
  notes: MailNote[],
): Promise<boolean> {
  const body = bodyOf(email);
  const files: FileArgs[] = [];
  try {
    for (const { name, contentType, bytes, contentId } of email.attachments) {
      const type = keptType(contentType);
      files.push({
        ...(await storeFile(ctx, { name: fileNameOf({ name }, type), contentType: type, bytes })),
        contentId,
      });
    }
    for (const { name, contentType, text } of body.overflow) {
      files.push(
        await storeFile(ctx, { name, contentType: keptType(contentType), bytes: new TextEncoder().encode(text) }),
      );
    }
    return await ctx.runMutation(internal.inbox.inbound.jobs.storeEmail, {
      ...place,
      email: { ...factsOf(email, own), text: body.text, quotedText: body.quotedText, html: body.html, files, notes },
    });
  } catch (thrown) {
    for (const { storageId } of files) await ctx.storage.delete(storageId);
    throw thrown;
  }
}

function factsOf(email: InboundEmail, own: readonly string[]): Omit<ParsedEmailArgs, "text" | "files" | "notes"> {
  const recipients = [
    ...email.to.map(({ address }) => ({ kind: "to" as const, address })),
    ...email.cc.map(({ address }) => ({ kind: "cc" as const, address })),
  ];
  const isReturned = isOurReply(email.replyTo?.address);
  return {
    from: isReturned && own.includes(email.from.address) ? null : senderOf(email, (address) => own.includes(address)),
    author: email.from,
    isReturned,
    proof: senderProof(
      Object.entries(email.headers).map(([name, value]) => ({ name, value })),
      email.from.address,
    ),
    recipients,
    subject: email.subject,
    messageId: email.messageId,
    inReplyTo: email.inReplyTo,
    references: email.references,
    plusTokens: email.plusTokens,
    sentAt: email.sentAt,
    automatic: automaticRule(email, new Set(own.map((address) => address.toLowerCase()))),
    reports: reportsIn(email, Date.now()),
  };
}

/** Only what we send ourselves asks for answers at the address of a conversation. */
function isOurReply(replyTo = ""): boolean {
  return /^reply\+/i.test(replyTo);
}

/** The newest words. A forwarded mail is kept whole: what was forwarded is the message. */
function bodyOf(email: InboundEmail) {
  const plain = email.text.trim() === "" && email.html !== undefined ? textOfHtml(email.html) : email.text;
  const words = isForward(email.subject) ? { text: plain.trim() } : newestReply(plain);
  return fitBody({ ...words, html: email.html });
}

function textOfHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    selectors: [
      { selector: "img", format: "skip" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
    ],
  });
}

async function storeFile(
  ctx: ActionCtx,
  file: { name: string; contentType: string; bytes: Uint8Array },
): Promise<FileArgs> {
  const { name, contentType, bytes } = file;
  const storageId = await ctx.storage.store(new Blob([Uint8Array.from(bytes)], { type: contentType }));
  return { storageId, name, contentType, sizeBytes: bytes.length };
}
