import { isObject, parseJson } from "../../lib/json";
import type { InboundAttachment } from "../email/inboundEmail";
import type { MailKind } from "../email/tooLarge";
import { formMailOf } from "../email/parseForm";
import { parsePostmark } from "../email/parsePostmark";

// A mail that a provider wrapped into a request of its own, as people may look at it: headers, words, names of files. What
// else is in such a request (its proofs, keys and own fields) is left out. Pure.

export type Written = { source: string | Uint8Array; isMime: boolean };

/** Null for raw mail, which is looked at as it is, and for what cannot be read. */
export function writtenOriginal(kind: MailKind, body: Uint8Array): Written | null {
  switch (kind) {
    case "email_raw":
      return null;
    case "email_postmark":
      return ofPostmark(new TextDecoder().decode(body));
    case "email_sendgrid":
    case "email_mailgun": {
      const mail = formMailOf(kind, body);
      if (mail === null) return null;
      if ("raw" in mail) return { source: mail.raw, isMime: true };
      const headers = typeof mail.headers === "string" ? mail.headers : new TextDecoder().decode(mail.headers);
      return { source: written({ ...mail, headers }), isMime: false };
    }
  }
}

/** Fields of Postmark's JSON that a mail has as headers; it repeats none of them among its own. */
const POSTMARK_HEADERS = ["From", "To", "Cc", "ReplyTo", "Subject", "Date"] as const;

function ofPostmark(text: string): Written | null {
  const payload: unknown = parseJson(text);
  const parsed = parsePostmark(payload, "original");
  if (!parsed.ok || !isObject(payload)) return null;
  const named = POSTMARK_HEADERS.map((name) => [name === "ReplyTo" ? "Reply-To" : name, payload[name]]);
  const own = (Array.isArray(payload.Headers) ? payload.Headers : []).flatMap((header: unknown) =>
    isObject(header) ? [[header.Name, header.Value]] : [],
  );
  const headers = [...named, ...own].flatMap(([name, value]) =>
    typeof name === "string" && typeof value === "string" && value !== "" ? [`${name}: ${folded(value)}`] : [],
  );
  const { text: plain, html = "", attachments } = parsed.email;
  return { source: written({ headers: headers.join("\r\n"), text: plain, html, attachments }), isMime: false };
}

type Parts = { headers: string; text: string; html: string; attachments: readonly InboundAttachment[] };

function written({ headers, text, html, attachments }: Parts): string {
  const files = attachments.map(({ name, contentType, bytes }) => `${name} (${contentType}, ${bytes.length} bytes)`);
  const parts = [text, html, files.join("\r\n")].map((part) => part.trim()).filter((part) => part !== "");
  return `${headers.trim()}\r\n\r\n${parts.join("\r\n\r\n--\r\n\r\n")}\r\n`;
}

function folded(value: string): string {
  return value.replace(/\r?\n\s*/g, " ");
}
