import { createHash } from "node:crypto";
import { isArrayBuffer } from "node:util/types";

const HASHES = new Map([
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

// A hash of this much takes as long as handing it to another thread.
const SHORT_BYTES = 16 * 1024;

/**
 * What `crypto.subtle.digest` resolves to, made on this thread; null where that takes longer than the way to another one, or
 * where the arguments need a closer look.
 */
export function shortDigest(algorithm: unknown, data: unknown): ArrayBuffer | null {
  const hash = typeof algorithm === "string" ? HASHES.get(algorithm) : undefined;
  const bytes = hash === undefined ? null : bytesOf(data);
  if (hash === undefined || bytes === null || bytes.byteLength > SHORT_BYTES) return null;
  return Uint8Array.from(createHash(hash).update(bytes).digest()).buffer;
}

function bytesOf(data: unknown): Uint8Array | null {
  const buffer = ArrayBuffer.isView(data) ? data.buffer : data;
  // An empty one may have been given away.
  if (!isArrayBuffer(buffer) || buffer.byteLength === 0) return null;
  return ArrayBuffer.isView(data) ? new Uint8Array(buffer, data.byteOffset, data.byteLength) : new Uint8Array(buffer);
}
