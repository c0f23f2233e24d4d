import { KEPT_HEAD_BYTES, MAX_EMAIL_BYTES } from "../limits";
import type { RawEventKind } from "../schema";
import type { ParsedEmail } from "./inboundEmail";
import { parseHead } from "./parseRaw";

// Mail that is larger than can be kept: its beginning says who wrote about what, and that is shown.

/** Kinds that hold a mail, whole or begun. */
export const MAIL_KINDS = ["email_postmark", "email_raw", "email_sendgrid", "email_mailgun"] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

const FIELDS = ["From", "To", "Cc", "Subject", "Date"] as const;

/** Reads the first bytes of a mail of `sizeBytes`, raw or in a provider's JSON or form, which ends anywhere. */
export async function parseTooLarge(
  kind: MailKind,
  head: Uint8Array,
  sizeBytes: number,
  fallbackId: string,
): Promise<ParsedEmail> {
  const mail = headersOfMail(kind, head);
  const parsed = await parseHead(mail, fallbackId, { kind: "too_large", detail: String(sizeBytes) });
  if (parsed.ok) return parsed;
  const reason = `The e-mail has ${sizeBytes} bytes; at most ${MAX_EMAIL_BYTES} are accepted. ${parsed.reason}`;
  return { ...parsed, reason };
}

/** True where the beginning of the body is the beginning of a mail. */
export function isMailKind(kind: RawEventKind): kind is MailKind {
  return MAIL_KINDS.some((known) => known === kind);
}

/** The headers at the beginning of a mail, as raw MIME has them, whatever wraps it. */
export function headersOfMail(kind: MailKind, head: Uint8Array): Uint8Array {
  if (kind === "email_raw") return head;
  const text = new TextDecoder().decode(head);
  return kind === "email_postmark" ? headersOfJson(text) : headersOfForm(text);
}

/** Fields of SendGrid's and Mailgun's forms that name what a header names. */
const FORM_FIELDS = { From: ["from"], To: ["to", "recipient", "To"], Subject: ["subject"], Date: ["Date"] } as const;

/** The headers that the beginning of a form names; of a whole mail in it, or of its header field, those themselves. */
function headersOfForm(form: string): Uint8Array {
  const pairs = form.startsWith("--") ? null : new URLSearchParams(form);
  const field = (name: string) => (pairs !== null ? (pairs.get(name) ?? undefined) : partOf(form, name));
  const own = field("headers") ?? field("email") ?? field("body-mime");
  if (own !== undefined && own.trim() !== "") return new TextEncoder().encode(`${own.trimEnd()}\r\n\r\n`);
  const lines = Object.entries(FORM_FIELDS).flatMap(([header, names]) => {
    const value = names.map((name) => field(name)).find((found) => found !== undefined && found.trim() !== "");
    return value === undefined ? [] : [`${header}: ${value.replace(/\s+/g, " ").trim()}`];
  });
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** The headers that the beginning of a provider's JSON names, as raw MIME has them. */
export function headersOfJson(json: string): Uint8Array {
  const lines = FIELDS.flatMap((name) => {
    const literal = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(json)?.[1];
    return literal === undefined ? [] : [`${name}: ${stringIn(literal).replace(/\s+/g, " ")}`];
  });
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

function stringIn(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return "";
  }
}

/** A field of a multipart form that may be cut off within it. */
function partOf(form: string, name: string): string | undefined {
  const headers = `name="${name}"[^\\r\\n]*\\r?\\n(?:[^\\r\\n]+\\r?\\n)*\\r?\\n`;
  return new RegExp(`${headers}([\\s\\S]*?)(?:\\r?\\n--|$)`).exec(form)?.[1];
}

/** The first bytes of a body that is not read to its end. */
export async function firstBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const kept = new Uint8Array(KEPT_HEAD_BYTES);
  let size = 0;
  const reader = body?.getReader();
  while (reader !== undefined && size < kept.length) {
    const { value, done } = await reader.read();
    if (done) break;
    const piece = value.subarray(0, kept.length - size);
    kept.set(piece, size);
    size += piece.length;
  }
  await reader?.cancel();
  return kept.subarray(0, size);
}
