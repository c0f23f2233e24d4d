import { formFieldsOf, formText, type FormField } from "../../lib/formBody";
import { objectIn, parseJson } from "../../lib/json";
import { plusTokensIn, type InboundAttachment, type ParsedEmail } from "./inboundEmail";
import { parseRaw } from "./parseRaw";

// Mails that a provider hands over as a form: SendGrid's Inbound Parse and Mailgun's routes (providers.md sections 3, 4).

/** What a form says of a mail besides its headers. */
type FormMail = {
  /** The mail's headers as it had them. */
  headers: string | Uint8Array;
  text: string;
  html: string;
  attachments: InboundAttachment[];
  /** To whom the mail servers delivered it: where a plus token survives. */
  recipients: string[];
};

/** A mail that is in the form as a whole, with what the form says of its delivery. */
type WholeMail = { raw: Uint8Array; recipients: string[] };

type FormKind = "email_sendgrid" | "email_mailgun";

/** What a provider's form says of a mail, nothing of the form's own proofs and keys. Null for one that is cut off. */
export function formMailOf(kind: FormKind, body: Uint8Array): FormMail | WholeMail | null {
  const fields = formFieldsOf(body);
  if (fields === null) return null;
  return kind === "email_sendgrid" ? sendgridMail(fields) : mailgunMail(fields);
}

async function parseForm(kind: FormKind, body: Uint8Array, fallbackId: string): Promise<ParsedEmail> {
  const mail = formMailOf(kind, body);
  if (mail === null) return CUT;
  if (!("raw" in mail)) return await parseParts(mail, fallbackId);
  return deliveredTo(await parseRaw(mail.raw, fallbackId), mail.recipients);
}

/** The form knows better than any header to whom this delivery was. */
function deliveredTo(parsed: ParsedEmail, recipients: string[]): ParsedEmail {
  if (!parsed.ok) return parsed;
  const plusTokens = [...new Set([...parsed.email.plusTokens, ...plusTokensIn(recipients)])];
  const known = recipients.length === 0 ? parsed.email.deliveredTo : recipients;
  return { ...parsed, email: { ...parsed.email, plusTokens, deliveredTo: known } };
}

const CUT: ParsedEmail = { ok: false, field: "body", reason: "The form is cut off." };

/**
 * SendGrid's Inbound Parse, raw (`email` holds the mail) or parsed, where each text is in the character set that `charsets`
 * names. Bad mail is answered with the field at fault, never thrown.
 */
export async function parseSendgrid(body: Uint8Array, fallbackId: string): Promise<ParsedEmail> {
  return await parseForm("email_sendgrid", body, fallbackId);
}

function sendgridMail(fields: readonly FormField[]): FormMail | WholeMail {
  const raw = bytesIn(fields, "email");
  const envelope = objectIn(formText(fields, "envelope") ?? "");
  const recipients = Array.isArray(envelope.to) ? envelope.to.filter((to) => typeof to === "string") : [];
  if (raw !== undefined) return { raw, recipients };
  const charsets = objectIn(formText(fields, "charsets") ?? "");
  const textIn = (name: string) => decoded(bytesIn(fields, name), charsets[name]);
  return {
    headers:
      bytesIn(fields, "headers") ??
      headersOf([
        ["From", textIn("from")],
        ["To", textIn("to")],
        ["Subject", textIn("subject")],
      ]),
    text: textIn("text"),
    html: textIn("html"),
    attachments: attachmentsIn(fields, /^attachment\d+$/, objectIn(formText(fields, "content-ids") ?? "")),
    recipients,
  };
}

/**
 * A mail that a route of Mailgun's forwards, raw (`body-mime`, for addresses that end with "mime") or parsed, then always in
 * UTF-8. Bad mail is answered with the field at fault, never thrown.
 */
export async function parseMailgun(body: Uint8Array, fallbackId: string): Promise<ParsedEmail> {
  return await parseForm("email_mailgun", body, fallbackId);
}

function mailgunMail(fields: readonly FormField[]): FormMail | WholeMail {
  const raw = bytesIn(fields, "body-mime");
  const textIn = (name: string) => formText(fields, name) ?? "";
  const recipients = textIn("recipient")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  if (raw !== undefined) return { raw, recipients };
  const pairs = jsonList(formText(fields, "message-headers")).filter(isPair);
  return {
    headers: headersOf(
      pairs.length > 0
        ? pairs
        : [
            ["From", textIn("from")],
            ["To", textIn("recipient")],
            ["Subject", textIn("subject")],
          ],
    ),
    text: textIn("body-plain"),
    html: textIn("body-html"),
    attachments: attachmentsIn(fields, /^attachment-\d+$/, objectIn(formText(fields, "content-id-map") ?? "")),
    recipients,
  };
}

async function parseParts(mail: FormMail, fallbackId: string): Promise<ParsedEmail> {
  const end = new TextEncoder().encode("\r\n\r\n");
  const head = typeof mail.headers === "string" ? new TextEncoder().encode(mail.headers) : mail.headers;
  const parsed = await parseRaw(Uint8Array.from([...trimmed(head), ...end]), fallbackId);
  if (!parsed.ok) return parsed;
  const { text, html, attachments, recipients } = mail;
  const email = { ...parsed.email, text, html: html === "" ? undefined : html, attachments };
  return deliveredTo({ ok: true, email }, recipients);
}

/** Without the line breaks at its end: an empty line in between would end the headers. */
function trimmed(head: Uint8Array): Uint8Array {
  let end = head.length;
  while (end > 0 && (head[end - 1] === 10 || head[end - 1] === 13)) end--;
  return head.subarray(0, end);
}

/** Header lines; a line break inside a value is a fold. */
function headersOf(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}: ${value.replace(/\r?\n\s*/g, " ")}`).join("\r\n");
}

function attachmentsIn(
  fields: readonly FormField[],
  names: RegExp,
  contentIds: Record<string, unknown>,
): InboundAttachment[] {
  // {content id: field}; with or without angle brackets.
  const idOf = new Map(Object.entries(contentIds).map(([id, field]) => [field, id.replace(/^<|>$/g, "")]));
  return fields
    .filter(({ name }) => names.test(name))
    .map(({ name, fileName, contentType, bytes }) => {
      const contentId = idOf.get(name);
      return {
        name: fileName || "attachment",
        contentType: contentType?.split(";")[0]?.trim() || "application/octet-stream",
        bytes,
        ...(contentId === undefined ? {} : { contentId }),
      };
    });
}

function bytesIn(fields: readonly FormField[], name: string): Uint8Array | undefined {
  return fields.find((field) => field.name === name)?.bytes;
}

/** Text in the character set a mail names; what nobody knows is read as UTF-8. */
function decoded(bytes: Uint8Array | undefined, charset: unknown): string {
  if (bytes === undefined) return "";
  try {
    return new TextDecoder(typeof charset === "string" ? charset : "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function jsonList(text: string | undefined): unknown[] {
  const value = parseJson(text ?? "");
  return Array.isArray(value) ? value : [];
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string");
}
