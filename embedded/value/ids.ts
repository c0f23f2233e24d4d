import { randomFillSync } from "node:crypto";
import type { KeyBytes } from "./key.ts";

// convex-facts e.3: table number as LEB128, 16 internal bytes, Fletcher-16 (xor version 0), in lower-case base 32.
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const VALUE_OF_CHAR = new Map(Array.from(ALPHABET, (char, value) => [char.charCodeAt(0), value]));
const INTERNAL_LENGTH = 16;
const FOOTER_LENGTH = 2;
const MAX_TABLE_NUMBER_LENGTH = 5;
const MIN_ENCODED_LENGTH = 31;
const MAX_ENCODED_LENGTH = 37;
const MAX_TABLE_NUMBER = 0xffff_ffff;
const MS_PER_DAY = 86_400_000;
const RANDOM_BYTES = 8;
// One call of the random generator serves this many ids; the call costs more than the bytes.
const RANDOM_POOL_IDS = 512;

// The same ids are read and written again and again while a transaction runs, and both directions cost a microsecond.
const KNOWN_IDS = 4096;
const knownIds = new Map<string, DocumentId>();
const knownTexts = new Map<KeyBytes, string>();

const randomPool = Buffer.alloc(RANDOM_POOL_IDS * RANDOM_BYTES);
let randomPoolAt = randomPool.length;

/** A decoded document id. */
export interface DocumentId {
  readonly tableNumber: number;
  /** Table number and internal bytes without the checksum: the document's key in `by_id` and the last part of every index key. */
  readonly bytes: KeyBytes;
}

/** The text after "Unable to decode ID: " says why (convex-facts e.3). */
export class IdDecodeError extends Error {
  override readonly name = "IdDecodeError";
}

/**
 * Fresh key bytes for a document of the table. The internal part begins with the creation instant, so that documents
 * created together lie together on disk, then 8 random bytes (an id cannot be guessed), then the day as in Convex.
 */
export function generateIdBytes(tableNumber: number, nowMs: number): KeyBytes {
  if (randomPoolAt === randomPool.length) {
    randomFillSync(randomPool);
    randomPoolAt = 0;
  }
  const internal = Buffer.alloc(INTERNAL_LENGTH);
  randomPool.copy(internal, 6, randomPoolAt, (randomPoolAt += RANDOM_BYTES));
  const ms = Math.max(0, Math.floor(nowMs));
  internal.writeUIntBE(ms, 0, 6);
  internal.writeUInt16BE(Math.floor(ms / MS_PER_DAY) & 0xffff, INTERNAL_LENGTH - 2);
  return encodeTableNumber(tableNumber) + internal.toString("latin1");
}

/** The id string of key bytes as `decodeId` and `generateIdBytes` give them. */
export function encodeId(bytes: KeyBytes): string {
  return knownTexts.get(bytes) ?? encodeText(bytes);
}

function encodeText(bytes: KeyBytes): string {
  const sum = fletcher16(bytes);
  const all = bytes + String.fromCharCode(sum & 0xff, sum >> 8);
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (let i = 0; i < all.length; i++) {
    buffer = ((buffer << 8) | all.charCodeAt(i)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}

/** Throws IdDecodeError for anything but the canonical form. */
export function decodeId(text: string): DocumentId {
  const known = knownIds.get(text);
  if (known !== undefined) return known;
  const decoded = decodeText(text);
  if (knownIds.size >= KNOWN_IDS) {
    knownIds.clear();
    knownTexts.clear();
  }
  knownIds.set(text, decoded);
  knownTexts.set(decoded.bytes, text);
  return decoded;
}

function decodeText(text: string): DocumentId {
  const length = Buffer.byteLength(text);
  if (length < MIN_ENCODED_LENGTH || length > MAX_ENCODED_LENGTH) fail(`Invalid ID length ${length}`);
  const bytes = decodeBase32(text);
  const { value: tableNumber, length: numberLength } = decodeTableNumber(bytes);
  const bodyLength = numberLength + INTERNAL_LENGTH;
  if (bytes.length !== bodyLength + FOOTER_LENGTH) fail(`Invalid ID length ${length}`);
  const body = bytes.slice(0, bodyLength);
  const footer = bytes.charCodeAt(bodyLength) | (bytes.charCodeAt(bodyLength + 1) << 8);
  const version = fletcher16(body) ^ footer;
  if (version !== 0) fail(`Invalid ID version ${version} (expected 0)`);
  if (encodeText(body) !== text || encodeTableNumber(tableNumber).length !== numberLength) {
    fail("ID wasn't valid base32");
  }
  return { tableNumber, bytes: body };
}

/** The key bytes of an id that this backend made itself: nothing is checked. */
export function bytesOfOwnId(text: string): KeyBytes {
  return decodeBase32(text).slice(0, -FOOTER_LENGTH);
}

/** Like `decodeId`, with null instead of an error. */
export function tryDecodeId(text: string): DocumentId | null {
  try {
    return decodeId(text);
  } catch (error) {
    if (error instanceof IdDecodeError) return null;
    throw error;
  }
}

export function encodeTableNumber(tableNumber: number): KeyBytes {
  if (!Number.isInteger(tableNumber) || tableNumber < 1 || tableNumber > MAX_TABLE_NUMBER) {
    throw new RangeError(`Table number ${tableNumber} is out of range`);
  }
  let bytes = "";
  let rest = tableNumber;
  while (rest >= 0x80) {
    bytes += String.fromCharCode((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return bytes + String.fromCharCode(rest);
}

function decodeTableNumber(bytes: KeyBytes): { value: number; length: number } {
  let value = 0;
  for (let i = 0; i < MAX_TABLE_NUMBER_LENGTH && i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (value < 1 || value > MAX_TABLE_NUMBER) break;
      return { value, length: i + 1 };
    }
  }
  return fail("Invalid table number");
}

function decodeBase32(text: string): KeyBytes {
  let bytes = "";
  let buffer = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUE_OF_CHAR.get(text.charCodeAt(i));
    if (value === undefined) return fail("ID wasn't valid base32");
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((buffer >> bits) & 0xff);
    }
  }
  return bytes;
}

function fletcher16(bytes: KeyBytes): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < bytes.length; i++) {
    low = (low + bytes.charCodeAt(i)) & 0xff;
    high = (high + low) & 0xff;
  }
  return (high << 8) | low;
}

function fail(cause: string): never {
  throw new IdDecodeError(`Unable to decode ID: ${cause}`);
}
