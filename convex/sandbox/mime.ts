/** A plain-text e-mail as a person's mail program would write it. Ids without angle brackets. */
export type PlainEmail = {
  from: { address: string; name?: string };
  to: string;
  subject: string;
  text: string;
  messageId: string;
  inReplyTo?: string;
  references: string[];
  /** UTC ms. */
  at: number;
};

const LINE_LENGTH = 76; // RFC 2045 6.8: base64 lines.

/** The mail as raw MIME (RFC 5322, RFC 2045), UTF-8 in base64, CRLF line ends: what a mail server would hand over. */
export function rawEmail(mail: PlainEmail): string {
  const headers = [
    `From: ${mailbox(mail.from)}`,
    `To: ${oneLine(mail.to)}`,
    `Subject: ${encodedWords(mail.subject)}`,
    `Date: ${rfc5322Date(mail.at)}`,
    `Message-ID: <${oneLine(mail.messageId)}>`,
    ...(mail.inReplyTo === undefined ? [] : [`In-Reply-To: <${oneLine(mail.inReplyTo)}>`]),
    ...(mail.references.length === 0
      ? []
      : [`References: ${mail.references.map((id) => `<${oneLine(id)}>`).join("\r\n ")}`]),
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  return `${headers.join("\r\n")}\r\n\r\n${wrapped(base64(mail.text))}\r\n`;
}

/** The subject of an answer: one "Re:" however often it went back and forth (providers.md 7.4). */
export function replySubject(subject: string): string {
  const bare = subject.replace(/^(\s*(re|aw|wg|fwd|antw|sv|tr|rv)\s*:\s*)+/i, "").trim();
  return bare === "" ? "Re:" : `Re: ${bare}`;
}

function mailbox({ address, name }: PlainEmail["from"]): string {
  return name === undefined || name === "" ? oneLine(address) : `${encodedWords(name)} <${oneLine(address)}>`;
}

// A value never adds a header of its own.
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ").trim();
}

// RFC 2047: an encoded word has at most 75 characters; ten of at most four bytes make 56 of base64, and 12 around them.
const CHARS_PER_WORD = 10;

function encodedWords(text: string): string {
  const line = oneLine(text);
  if (/^[\x20-\x7e]*$/.test(line) && !/[",<>@;:\\()[\]]|=\?/.test(line)) return line;
  const chars = Array.from(line);
  const words: string[] = [];
  for (let i = 0; i < chars.length; i += CHARS_PER_WORD) {
    words.push(`=?utf-8?B?${base64(chars.slice(i, i + CHARS_PER_WORD).join(""))}?=`);
  }
  return words.join("\r\n ");
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function wrapped(text: string): string {
  return (text.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? []).join("\r\n");
}

function rfc5322Date(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}
