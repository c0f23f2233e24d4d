import { utf8Bytes, type KeyBytes } from "../value/key.ts";

// convex-facts d.9: longer tokens are dropped; no stemming, no stop words.
const MAX_TOKEN_BYTES = 32;

/** The tokens of a text in order: runs of letters and digits in lower case, as UTF-8 key bytes. */
export function tokenize(text: string): KeyBytes[] {
  const tokens: KeyBytes[] = [];
  for (const [word] of text.matchAll(/[\p{Alphabetic}\p{N}]+/gu)) {
    if (Buffer.byteLength(word) < MAX_TOKEN_BYTES) tokens.push(utf8Bytes(word.toLowerCase()));
  }
  return tokens;
}
