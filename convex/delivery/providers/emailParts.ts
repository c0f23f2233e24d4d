import { toBase64 } from "./bytes";
import type { OutgoingMessage } from "./types";

// What every e-mail provider wants of a message in nearly the same form.

type Mailbox = { address: string; name?: string };

/** Longest value of one header line without folding: RFC 5322 2.1.1 allows 998 with the name. */
const MAX_HEADER_CHARS = 900;

/** RFC 2047 2: an encoded word has at most 75 characters, its delimiters included. */
const MAX_ENCODED_WORD_BYTES = 45;

const LINE_BREAKERS = /[\p{Cc}\u2028\u2029]+/gu;

/** The text on one line: whatever could start another header is a space. */
export function oneLine(text: string): string {
  return text.replace(LINE_BREAKERS, " ").trim();
}

/** `"Name" <address>` (RFC 5322 3.4), umlauts as they are; the bare address when there is no name. */
export function mailbox({ address, name }: Mailbox): string {
  const shown = oneLine(name ?? "");
  return shown === "" ? oneLine(address) : `${quoted(shown)} <${oneLine(address)}>`;
}

/** The same in ASCII, names as encoded words (RFC 2047), for providers that take nothing else. */
export function asciiMailbox({ address, name }: Mailbox): string {
  const shown = oneLine(name ?? "");
  return isAscii(shown) ? mailbox({ address, name }) : `${encodedWords(shown)} <${oneLine(address)}>`;
}

/** A header's value in ASCII, as encoded words where it is not (RFC 2047). */
export function asciiText(value: string): string {
  return isAscii(value) ? value : encodedWords(value);
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

function encodedWords(text: string): string {
  const words: string[] = [""];
  for (const character of text) {
    const longer = (words.at(-1) ?? "") + character;
    if (new TextEncoder().encode(longer).length > MAX_ENCODED_WORD_BYTES) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?UTF-8?B?${toBase64(new TextEncoder().encode(word))}?=`).join(" ");
}

/** Who gets a mail beside its addressee; empty lists when nobody. */
export function copiesOf({ copies = { to: [], cc: [], bcc: [] } }: Pick<OutgoingMessage, "copies">) {
  const [to, cc, bcc] = [copies.to, copies.cc, copies.bcc].map((addresses) => addresses.map(oneLine));
  return { to: to ?? [], cc: cc ?? [], bcc: bcc ?? [], all: [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])] };
}

/** The list, or undefined when it is empty: providers refuse empty ones. */
export function unlessEmpty<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

type HeaderSource = Pick<OutgoingMessage, "headers" | "inReplyTo" | "references" | "messageId">;

/**
 * The message's own headers and those that keep it in its thread (providers.md 7.4). With `withMessageId` also our
 * Message-ID, for providers that keep it.
 */
export function emailHeadersOf(message: HeaderSource, withMessageId: boolean): Record<string, string> {
  const { headers, inReplyTo, references, messageId } = message;
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) all[name] = oneLine(value);
  if (withMessageId && messageId !== undefined) all["Message-ID"] = `<${messageId}>`;
  if (inReplyTo !== undefined) all["In-Reply-To"] = `<${inReplyTo}>`;
  if (references.length > 0) all.References = referencesLine(references);
  return all;
}

/** The first id and the newest ones that fit: what mail programs thread by. */
function referencesLine(ids: readonly string[]): string {
  const [first = "", ...rest] = ids.map((id) => `<${id}>`);
  const kept: string[] = [];
  let size = first.length;
  for (const id of rest.reverse()) {
    size += id.length + 1;
    if (size > MAX_HEADER_CHARS) break;
    kept.unshift(id);
  }
  return [first, ...kept].join(" ");
}
