import { formFieldsOf, formText, type FormField } from "../../lib/formBody";
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

const CUT: ParsedEmail = { ok: false, field: "body", reason: "The form is cut off." };

/**
 * SendGrid's Inbound Parse, raw (`email` holds the mail) or parsed, where each text is in the character set that `charsets`
 * names. Bad mail is answered with the field at fault, never thrown.
 */
export async function parseSendgrid(body: Uint8Array, fallbackId: string): Promise<ParsedEmail> {
  const fields = formFieldsOf(body);
  if (fields === null) return CUT;
  const raw = bytesIn(fields, "email");
  if (raw !== undefined) return await parseRaw(raw, fallbackId);
  const charsets = jsonObject(formText(fields, "charsets"));
  const textIn = (name: string) => decoded(bytesIn(fields, name), charsets[name]);
  const envelope = jsonObject(formText(fields, "envelope"));
  return await parseParts(
    {
      headers:
        bytesIn(fields, "headers") ??
        headersOf([
          ["From", textIn("from")],
          ["To", textIn("to")],
          ["Subject", textIn("subject")],
        ]),
      text: textIn("text"),
      html: textIn("html"),
      attachments: attachmentsIn(fields, /^attachment\d+$/, jsonObject(formText(fields, "content-ids"))),
      recipients: Array.isArray(envelope.to) ? envelope.to.filter((to) => typeof to === "string") : [],
    },
    fallbackId,
  );
}

/**
 * A mail that a route of Mailgun's forwards, raw (`body-mime`, for addresses that end with "mime") or parsed, then always in
 * UTF-8. Bad mail is answered with the field at fault, never thrown.
 */
export async function parseMailgun(body: Uint8Array, fallbackId: string): Promise<ParsedEmail> {
  const fields = formFieldsOf(body);
  if (fields === null) return CUT;
  const raw = bytesIn(fields, "body-mime");
  if (raw !== undefined) return await parseRaw(raw, fallbackId);
  const textIn = (name: string) => formText(fields, name) ?? "";
  const pairs = jsonList(formText(fields, "message-headers")).filter(isPair);
  return await parseParts(
    {
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
      attachments: attachmentsIn(fields, /^attachment-\d+$/, jsonObject(formText(fields, "content-id-map"))),
      recipients: textIn("recipient")
        .split(",")
        .map((each) => each.trim()),
    },
    fallbackId,
  );
}

async function parseParts(mail: FormMail, fallbackId: string): Promise<ParsedEmail> {
  const end = new TextEncoder().encode("\r\n\r\n");
  const head = typeof mail.headers === "string" ? new TextEncoder().encode(mail.headers) : mail.headers;
  const parsed = await parseRaw(Uint8Array.from([...trimmed(head), ...end]), fallbackId);
  if (!parsed.ok) return parsed;
  const { text, html, attachments } = mail;
  const plusTokens = [...new Set([...parsed.email.plusTokens, ...plusTokensIn(mail.recipients)])];
  return {
    ok: true,
    email: { ...parsed.email, text, html: html === "" ? undefined : html, attachments, plusTokens },
  };
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

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function jsonObject(text: string | undefined): Record<string, unknown> {
  const value = jsonOf(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function jsonList(text: string | undefined): unknown[] {
  const value = jsonOf(text);
  return Array.isArray(value) ? value : [];
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string");
}
