import type { Timestamp } from "../database/types.ts";

const bytes = Buffer.alloc(8);

// A commit that concerns many clients leads each of them from the same timestamp to the same next one.
let latest = { ts: -1n, text: "" };
let before = latest;

/** A timestamp as the protocol writes it: base64 of 8 little-endian bytes (convex-facts a.1). */
export function encodeTimestamp(ts: Timestamp): string {
  if (latest.ts === ts) return latest.text;
  if (before.ts === ts) return before.text;
  bytes.writeBigUInt64LE(ts);
  before = latest;
  latest = { ts, text: bytes.toString("base64") };
  return latest.text;
}

/** The reverse of {@link encodeTimestamp}; null when the text is not exactly 8 encoded bytes. */
export function decodeTimestamp(text: string): Timestamp | null {
  const decoded = Buffer.from(text, "base64");
  return decoded.length === 8 ? decoded.readBigUInt64LE() : null;
}
