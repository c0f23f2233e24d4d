import PostalMime, { addressParser, decodeWords, type Address, type Attachment, type Email } from "postal-mime";
import {
  guardHeadersIn,
  isAddress,
  messageIdOf,
  messageIdsIn,
  plusTokensIn,
  sentAtOf,
  type EmailAddress,
  type InboundAttachment,
  type ParsedEmail,
} from "./inboundEmail";
import type { MailNote } from "./notes";
import { headOnly } from "./salvage";
import { labelled } from "./unlabelled";
import { repairWindows1252 } from "./windows1252";

// Raw MIME (message/rfc822), read with postal-mime.

/** Headers in which mail servers leave the address a mail was really delivered to: where the plus token survives. */
const DELIVERY_HEADERS = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to"];

/** Real mails nest about ten deep; a bomb thousands. */
const MAX_NESTING = 50;
/** A subject of two million characters is read and cut; beyond this only the headers that matter are. */
const MAX_HEADER_BYTES = 8 * 1024 * 1024;

function mailboxesOf(addresses: readonly Address[] | undefined): EmailAddress[] {
  return (addresses ?? [])
    .flatMap((entry) => entry.group ?? [entry])
    .filter((mailbox) => isAddress(mailbox.address))
    .map(({ name, address }) => (name === "" ? { address } : { name: repairWindows1252(name), address }));
}

/** The From mailbox. A name with a bare comma (Muster, Erika <e@x>) reads as two entries: the one with an address counts. */
function senderOf(mail: Email): EmailAddress | undefined {
  const header = mail.headers.find(({ key }) => key === "from")?.value ?? "";
  const entries = addressParser(header, { flatten: true }).map((entry) => ({
    ...entry,
    name: decodeWords(entry.name),
  }));
  return mailboxesOf(mail.from === undefined ? [] : [mail.from])[0] ?? mailboxesOf(entries)[0];
}

function attachmentOf(part: Attachment): InboundAttachment {
  const { content } = part;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  const contentId = part.contentId?.replace(/^<|>$/g, "");
  return {
    name: part.filename ?? defaultName(part.mimeType),
    contentType: part.mimeType,
    bytes,
    ...(contentId === undefined || contentId === "" ? {} : { contentId }),
  };
}

/** Parts that mail programs leave without a name. */
const NAMES: Record<string, string> = {
  "message/rfc822": "message.eml",
  "text/calendar": "invite.ics",
  "application/octet-stream": "attachment.bin",
};

function defaultName(mimeType: string): string {
  return NAMES[mimeType] ?? `attachment.${mimeType.split("/")[1] ?? "bin"}`;
}

function bytesOf(raw: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof raw === "string") return new TextEncoder().encode(raw);
  return raw instanceof Uint8Array ? raw : new Uint8Array(raw);
}

async function parse(bytes: Uint8Array): Promise<Email> {
  return await PostalMime.parse(labelled(bytes), {
    forceRfc822Attachments: true,
    maxNestingDepth: MAX_NESTING,
    maxHeadersSize: MAX_HEADER_BYTES,
  });
}

/**
 * Reads one raw e-mail. `fallbackId` becomes part of the Message-ID when the sender gave none. Forwarded originals
 * (message/rfc822) stay attachments, so that their text is never taken for the sender's. Bad mail is never thrown: one
 * whose parts cannot be read comes with its headers, itself as a file and a note; one without a sender is answered with
 * the field at fault.
 */
export async function parseRaw(raw: string | Uint8Array | ArrayBuffer, fallbackId: string): Promise<ParsedEmail> {
  const bytes = bytesOf(raw);
  try {
    return emailOf(await parse(bytes), fallbackId);
  } catch (error) {
    const detail = error instanceof Error ? error.message : "Unreadable e-mail.";
    const original = { name: "original.eml", contentType: "message/rfc822", bytes };
    return await parseHead(bytes, fallbackId, { kind: "unreadable", detail }, [original]);
  }
}

/** Reads the headers only, of a mail whose rest is not there or cannot be read; `note` says why. */
export async function parseHead(
  bytes: Uint8Array,
  fallbackId: string,
  note: MailNote,
  attachments: InboundAttachment[] = [],
): Promise<ParsedEmail> {
  const parsed = emailOf(await parse(headOnly(bytes)), fallbackId);
  return parsed.ok ? { ok: true, email: { ...parsed.email, attachments }, notes: [note] } : parsed;
}

function emailOf(mail: Email, fallbackId: string): ParsedEmail {
  const from = senderOf(mail);
  if (from === undefined) {
    return { ok: false, field: "From", reason: "The sender's address is missing or unreadable." };
  }
  const to = mailboxesOf(mail.to);
  const cc = mailboxesOf(mail.cc);
  const replyTo = mailboxesOf(mail.replyTo)[0];
  const delivered = mail.headers
    .filter(({ key }) => DELIVERY_HEADERS.includes(key))
    .map(({ value }) => value.trim().replace(/^<|>$/g, ""));
  const messageId = messageIdOf(mail.messageId, fallbackId);
  return {
    ok: true,
    email: {
      from,
      ...(replyTo === undefined ? {} : { replyTo }),
      to,
      cc,
      deliveredTo: delivered,
      subject: repairWindows1252(mail.subject ?? "").trim(),
      messageId: messageId.id,
      isMessageIdSynthesised: messageId.isSynthesised,
      inReplyTo: messageIdsIn(mail.inReplyTo),
      references: messageIdsIn(mail.references),
      plusTokens: plusTokensIn([...to, ...cc].map((entry) => entry.address).concat(delivered)),
      sentAt: sentAtOf(mail.date),
      text: repairWindows1252(mail.text ?? ""),
      ...(mail.html === undefined || mail.html === "" ? {} : { html: repairWindows1252(mail.html) }),
      attachments: mail.attachments.map(attachmentOf),
      headers: guardHeadersIn(mail.headers.map(({ key, value }) => ({ name: key, value }))),
    },
  };
}
