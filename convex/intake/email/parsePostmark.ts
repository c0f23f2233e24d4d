import { asObjects, isObject, type JsonObject } from "../../lib/json";
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

// Postmark's inbound webhook (providers.md section 6).

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function addressOf(full: unknown): EmailAddress | null {
  if (!isObject(full)) return null;
  const address = textOf(full.Email).trim();
  const name = textOf(full.Name).trim();
  if (!isAddress(address)) return null;
  return name === "" ? { address } : { name, address };
}

function addressesOf(value: unknown): EmailAddress[] {
  return asObjects(value).flatMap((full) => addressOf(full) ?? []);
}

/** The first address of a header such as ReplyTo: `"Anna" <anna@example.org>` or bare. */
function firstAddressIn(header: string): EmailAddress | null {
  const candidate = /<([^<>\s]+)>/.exec(header)?.[1] ?? header.split(",")[0]?.trim() ?? "";
  return isAddress(candidate) ? { address: candidate } : null;
}

function bytesOfBase64(content: string): Uint8Array {
  return Uint8Array.from(atob(content.replace(/\s+/g, "")), (char) => char.charCodeAt(0));
}

function attachmentOf(entry: JsonObject): InboundAttachment {
  const contentId = textOf(entry.ContentID).replace(/^<|>$/g, "");
  return {
    name: textOf(entry.Name) || "attachment",
    contentType: textOf(entry.ContentType) || "application/octet-stream",
    bytes: bytesOfBase64(textOf(entry.Content)),
    ...(contentId === "" ? {} : { contentId }),
  };
}

/** What makes a payload unusable before anything is decoded; null when it can be processed. Cheap: for the webhook. */
export function postmarkProblem(payload: unknown): { field: string; reason: string } | null {
  if (!isObject(payload)) return { field: "body", reason: "The body is not a JSON object." };
  if (addressOf(payload.FromFull) === null && firstAddressIn(textOf(payload.From)) === null) {
    return { field: "From", reason: "The sender's address is missing or unreadable." };
  }
  const attachments: unknown = payload.Attachments;
  if (attachments !== undefined && attachments !== null && !Array.isArray(attachments)) {
    return { field: "Attachments", reason: "Attachments must be a list." };
  }
  return null;
}

/** True when the payload carries files, which never lie in a row. */
export function postmarkHasAttachments(payload: unknown): boolean {
  return isObject(payload) && asObjects(payload.Attachments).length > 0;
}

/** Postmark's own id of the message, which its retries repeat; null when there is none. */
export function postmarkMessageId(payload: unknown): string | null {
  return isObject(payload) ? textOf(payload.MessageID) || null : null;
}

/**
 * Reads Postmark's inbound payload. `fallbackId` becomes part of the Message-ID when the sender gave none. Throws
 * nothing for bad mail: answers the field at fault; broken base64 counts as such.
 */
export function parsePostmark(payload: unknown, fallbackId: string): ParsedEmail {
  const problem = postmarkProblem(payload);
  if (problem !== null || !isObject(payload))
    return { ok: false, ...(problem ?? { field: "body", reason: "No object." }) };
  const from = addressOf(payload.FromFull) ?? firstAddressIn(textOf(payload.From));
  if (from === null) return { ok: false, field: "From", reason: "The sender's address is missing or unreadable." };

  const headers = asObjects(payload.Headers).map((header) => ({
    name: textOf(header.Name),
    value: textOf(header.Value),
  }));
  const header = (name: string) => headers.find((entry) => entry.name.toLowerCase() === name)?.value;
  const messageId = messageIdOf(header("message-id"), fallbackId);
  const to = addressesOf(payload.ToFull);
  const cc = addressesOf(payload.CcFull);
  const bcc = addressesOf(payload.BccFull);
  const recipients = [...to, ...cc, ...bcc].map((entry) => entry.address);
  const hash = textOf(payload.MailboxHash).trim().toLowerCase();
  const replyTo = firstAddressIn(textOf(payload.ReplyTo));
  const html = textOf(payload.HtmlBody);
  let attachments: InboundAttachment[];
  try {
    attachments = asObjects(payload.Attachments).map(attachmentOf);
  } catch {
    return { ok: false, field: "Attachments.Content", reason: "An attachment is not valid base64." };
  }
  return {
    ok: true,
    email: {
      from,
      ...(replyTo === null ? {} : { replyTo }),
      to,
      cc,
      deliveredTo: [textOf(payload.OriginalRecipient), ...bcc.map(({ address }) => address)].filter(isAddress),
      subject: textOf(payload.Subject).trim(),
      messageId: messageId.id,
      isMessageIdSynthesised: messageId.isSynthesised,
      inReplyTo: messageIdsIn(header("in-reply-to")),
      references: messageIdsIn(header("references")),
      plusTokens: [
        ...new Set([
          ...(hash === "" ? [] : [hash]),
          ...plusTokensIn([textOf(payload.OriginalRecipient), ...recipients]),
        ]),
      ],
      sentAt: sentAtOf(textOf(payload.Date)),
      text: textOf(payload.TextBody),
      ...(html === "" ? {} : { html }),
      attachments,
      headers: guardHeadersIn(headers),
    },
  };
}
