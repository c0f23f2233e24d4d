// Bytes as text and back, in any runtime: no Buffer in Convex's own.

/** How many bytes become one string at a time: more arguments than this overflow the stack. */
const CHUNK_BYTES = 0x8000;

/** Standard base64 with padding (RFC 4648, 4). */
export function toBase64(bytes: ArrayBuffer | Uint8Array): string {
  const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let binary = "";
  for (let at = 0; at < all.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...all.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(binary);
}

/** The bytes of base64 or base64url text; null when it is neither. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The bytes of hex digits in either case; null when it is something else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The bytes of the parts one after the other; text as UTF-8. */
export function joinBytes(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) => (typeof part === "string" ? new TextEncoder().encode(part) : part));
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
