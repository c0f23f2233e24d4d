import type { MailNote } from "./notes";

// The one form every inbound e-mail takes, whoever delivered it. Pure: no context, no clock.

export type EmailAddress = { name?: string; address: string };

export type InboundAttachment = {
  name: string;
  contentType: string;
  bytes: Uint8Array;
  /** Content-ID of an inline image, brackets stripped. */
  contentId?: string;
};

/** Headers the loop guards ask for (providers.md 7.5); others are dropped, the original is kept with the raw event. */
export const GUARD_HEADERS = [
  "auto-submitted",
  "precedence",
  "list-id",
  "list-unsubscribe",
  "list-post",
  "x-auto-response-suppress",
  "x-autoreply",
  "x-autorespond",
  "x-loop",
  "x-hub-loop",
  "return-path",
  "content-type",
  // What the mail server that took it in found out about its sender (source.ts).
  "authentication-results",
  "received-spf",
] as const;
export type GuardHeader = (typeof GUARD_HEADERS)[number];
export type GuardHeaders = Partial<Record<GuardHeader, string>>;

export type InboundEmail = {
  from: EmailAddress;
  replyTo?: EmailAddress;
  to: EmailAddress[];
  cc: EmailAddress[];
  /** To whom the mail servers delivered it, as far as they say: a blind copy is named nowhere else. */
  deliveredTo: string[];
  subject: string;
  /** Brackets stripped, case kept; never empty: see `isMessageIdSynthesised`. */
  messageId: string;
  /** The sender gave no Message-ID; ours is derived from the raw event, so that a repeated delivery gives the same. */
  isMessageIdSynthesised: boolean;
  inReplyTo: string[];
  /** Oldest first, as the header has them. */
  references: string[];
  /** What stood after "+" in any recipient address, lower-case (providers.md 7.4 no. 1). */
  plusTokens: string[];
  /** UTC ms by the sender's clock; null when missing or unreadable. */
  sentAt: number | null;
  text: string;
  html?: string;
  attachments: InboundAttachment[];
  headers: GuardHeaders;
};

/** What a parser answers: the mail and what was odd about it, or which field made it unusable and why. */
export type ParsedEmail =
  { ok: true; email: InboundEmail; notes?: MailNote[] } | { ok: false; field: string; reason: string };

/** Most ids kept of one References header; the oldest and the newest matter (providers.md 7.4). */
const MAX_REFERENCES = 50;
/** Domain of ids we make up; RFC 2606 keeps ".invalid" free. */
export const SYNTHETIC_ID_DOMAIN = "switchboard.invalid";

/** The Message-IDs of a header value, brackets stripped, in order; ids without brackets are taken at white space. */
export function messageIdsIn(header: string | undefined): string[] {
  if (header === undefined) return [];
  const bracketed = [...header.matchAll(/<([^<>\s]+)>/g)].map((match) => match[1] ?? "");
  const ids = bracketed.length > 0 ? bracketed : header.split(/[\s,<>]+/).filter((id) => id !== "");
  return ids.length <= MAX_REFERENCES ? ids : [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)];
}

/** The sender's Message-ID, or one derived from `fallbackId` when it is empty (product.md 2.2 no. 16). */
export function messageIdOf(header: string | undefined, fallbackId: string): { id: string; isSynthesised: boolean } {
  const given = messageIdsIn(header)[0];
  return given === undefined
    ? { id: `${fallbackId.replace(/[^\w.-]/g, "-")}@${SYNTHETIC_ID_DOMAIN}`, isSynthesised: true }
    : { id: given, isSynthesised: false };
}

/** The parts after "+" of the local parts of `addresses`, lower-case, without doubles. */
export function plusTokensIn(addresses: readonly string[]): string[] {
  const tokens = addresses.flatMap((address) => {
    const local = address.slice(0, Math.max(0, address.lastIndexOf("@")));
    const plus = local.indexOf("+");
    return plus < 0 || plus === local.length - 1 ? [] : [local.slice(plus + 1).toLowerCase()];
  });
  return [...new Set(tokens)];
}

/** The guard headers out of a header list; of repeated ones the first counts. */
export function guardHeadersIn(headers: readonly { name: string; value: string }[]): GuardHeaders {
  const found: GuardHeaders = {};
  for (const { name, value } of headers) {
    const key = GUARD_HEADERS.find((guard) => guard === name.toLowerCase());
    if (key !== undefined && found[key] === undefined) found[key] = value.trim();
  }
  return found;
}

/** UTC ms of a Date header, null when it is missing or no date. */
export function sentAtOf(date: string | undefined): number | null {
  const ms = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(ms) ? null : ms;
}

/** Header lines that name a mail's recipients by its envelope, as a mail server puts them above the mail's own. */
export function envelopeLines(recipients: readonly string[]): string {
  return recipients
    .filter(isAddress)
    .map((address) => `X-Envelope-To: ${address}\r\n`)
    .join("");
}

/** True for something that can be an address: one "@" with text on both sides and no white space. */
export function isAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}
