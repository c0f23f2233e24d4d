import type { Timestamp } from "../database/types.ts";

/** A timestamp as the protocol writes it: base64 of 8 little-endian bytes (convex-facts a.1). */
export function encodeTimestamp(ts: Timestamp): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}

/** The reverse of {@link encodeTimestamp}; null when the text is not exactly 8 encoded bytes. */
export function decodeTimestamp(text: string): Timestamp | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === 8 ? bytes.readBigUInt64LE() : null;
}
