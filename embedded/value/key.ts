import { CommitTsPlaceholder, type Value } from "convex/values";

/**
 * Bytes kept in a string, one char (0-255) a byte. Such strings compare with `<` exactly as memcmp compares the bytes,
 * and can be Map keys; `Buffer.from(key, "latin1")` gives the bytes back.
 */
export type KeyBytes = string;

/** Above every key: table numbers inside ids take at most five bytes, so no key begins with six times 0xFF. */
export const KEY_MAX: KeyBytes = "\xff".repeat(6);

// One tag per type, in the order of convex-facts e.2. Zero is kept for terminators, so that a shorter array or object
// sorts before a longer one.
const TAG_UNDEFINED = "\x02";
const TAG_NULL = "\x03";
const TAG_INT64 = "\x04";
const TAG_FLOAT64 = "\x05";
const TAG_FALSE = "\x06";
const TAG_TRUE = "\x07";
const TAG_STRING = "\x08";
const TAG_BYTES = "\x09";
const TAG_ARRAY = "\x0a";
const TAG_OBJECT = "\x0b";
const FIELD_FOLLOWS = "\x02";
const TERMINATOR = "\x00";

const MAX_INT64 = 2n ** 63n - 1n;
const SIGN_BIT = 0x80;
const scratch = Buffer.alloc(8);

/**
 * The sort key of one value: comparing keys as bytes gives the order of convex-facts e.2. A key is never a prefix of
 * another value's key, so keys can be concatenated and "all keys that begin with k" means "first value equals".
 * A commit-timestamp placeholder sorts as the largest int64 (convex-facts d.6).
 */
export function encodeValueKey(value: Value | undefined): KeyBytes {
  if (value === undefined) return TAG_UNDEFINED;
  if (value === null) return TAG_NULL;
  if (typeof value === "string") return TAG_STRING + escapeBytes(utf8Bytes(value)) + TERMINATOR;
  if (typeof value === "number") return TAG_FLOAT64 + encodeFloat64(value);
  if (typeof value === "boolean") return value ? TAG_TRUE : TAG_FALSE;
  if (typeof value === "bigint") return TAG_INT64 + encodeInt64(value);
  return encodeContainer(value);
}

/** The keys of several values, one after the other: what an index is sorted by. */
export function encodeKey(values: readonly (Value | undefined)[]): KeyBytes {
  let key = "";
  for (const value of values) key += encodeValueKey(value);
  return key;
}

/** The first key after every key that begins with `prefix`; KEY_MAX for the empty prefix. */
export function prefixEnd(prefix: KeyBytes): KeyBytes {
  let end = prefix.length;
  while (end > 0 && prefix.charCodeAt(end - 1) === 0xff) end--;
  if (end === 0) return KEY_MAX;
  return prefix.slice(0, end - 1) + String.fromCharCode(prefix.charCodeAt(end - 1) + 1);
}

/** The first key after exactly `key`. */
export function keyAfter(key: KeyBytes): KeyBytes {
  return key + "\x00";
}

export function keyToBuffer(key: KeyBytes): Buffer {
  return Buffer.from(key, "latin1");
}

export function bufferToKey(bytes: Buffer): KeyBytes {
  return bytes.toString("latin1");
}

/** UTF-8 bytes as a key string. Lone surrogates keep their own three bytes, so that different strings stay different. */
export function utf8Bytes(text: string): KeyBytes {
  if (Buffer.byteLength(text) === text.length) return text;
  if (!/\p{Surrogate}/u.test(text)) return Buffer.from(text, "utf8").toString("latin1");
  let bytes = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes +=
      code >= 0xd800 && code <= 0xdfff
        ? String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(char, "utf8").toString("latin1");
  }
  return bytes;
}

function encodeContainer(value: object): KeyBytes {
  if (value instanceof CommitTsPlaceholder) return TAG_INT64 + encodeInt64(MAX_INT64);
  if (value instanceof ArrayBuffer) return TAG_BYTES + escapeBytes(Buffer.from(value).toString("latin1")) + TERMINATOR;
  if (Array.isArray(value)) return TAG_ARRAY + encodeKey(value as Value[]) + TERMINATOR;
  const fields = value as Record<string, Value | undefined>;
  let key = TAG_OBJECT;
  for (const name of Object.keys(fields).sort()) {
    if (fields[name] === undefined) continue;
    key += FIELD_FOLLOWS + escapeBytes(utf8Bytes(name)) + TERMINATOR + encodeValueKey(fields[name]);
  }
  return key + TERMINATOR;
}

// 00 becomes 01 01 and 01 becomes 01 02: the content holds no 00 any more, order is kept, and no string's key is the
// beginning of another's.
function escapeBytes(bytes: KeyBytes): KeyBytes {
  if (!bytes.includes("\x00") && !bytes.includes("\x01")) return bytes;
  return bytes.replaceAll("\x01", "\x01\x02").replaceAll("\x00", "\x01\x01");
}

function encodeInt64(value: bigint): KeyBytes {
  scratch.writeBigInt64BE(value, 0);
  scratch[0] = (scratch[0] ?? 0) ^ SIGN_BIT;
  return scratch.toString("latin1", 0, 8);
}

function encodeFloat64(value: number): KeyBytes {
  scratch.writeDoubleBE(value, 0);
  const first = scratch[0] ?? 0;
  if (first & SIGN_BIT) for (let i = 0; i < 8; i++) scratch[i] = ~(scratch[i] ?? 0);
  else scratch[0] = first | SIGN_BIT;
  return scratch.toString("latin1", 0, 8);
}
