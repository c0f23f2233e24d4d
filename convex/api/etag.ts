import { sha256Hex } from "../lib/crypto";

/** 128 bits: two states of one resource never meet. */
const ETAG_CHARS = 32;

/** A strong validator of what the API shows of a resource (RFC 9110 8.8.3). */
export async function etagOf(view: unknown): Promise<string> {
  return `"${(await sha256Hex(JSON.stringify(sorted(view)))).slice(0, ETAG_CHARS)}"`;
}

// The order of fields differs between a fresh view and one that crossed a function call.
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, sorted(field)]));
}
