import { bodyStart } from "./unlabelled";

// What can still be read of a mail whose whole cannot: the headers that say who wrote to whom about what. Pure.

/** Longer headers are cut: no name, subject or list of ids needs more to be found again. */
const MAX_HEADER_CHARS = 8_000;
/** Nobody writes more headers than this; what follows is no mail. */
const MAX_HEAD_BYTES = 16 * 1024 * 1024;

const WANTED =
  /^(?:from|sender|reply-to|to|cc|subject|date|message-id|in-reply-to|references|delivered-to|auto-submitted|precedence|list-id|return-path|x-loop)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*/gim;

/** A mail without body made of the headers that matter, each cut to a bearable length. */
export function headOnly(bytes: Uint8Array): Uint8Array {
  const head = bytes.subarray(0, Math.min(bodyStart(bytes), MAX_HEAD_BYTES));
  // Latin-1 keeps every byte apart; it is made bytes again below.
  const text = Array.from({ length: Math.ceil(head.length / CHUNK) }, (_, index) =>
    String.fromCharCode(...head.subarray(index * CHUNK, (index + 1) * CHUNK)),
  ).join("");
  const headers = [...text.matchAll(WANTED)].map(([header]) => header.slice(0, MAX_HEADER_CHARS).trimEnd());
  return Uint8Array.from(`${headers.join("\r\n")}\r\n\r\n`, (char) => char.charCodeAt(0));
}

/** Arguments of one call. */
const CHUNK = 8_192;
