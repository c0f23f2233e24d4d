// Our key in a provider's hands: metadata, tags and return paths that come back with its reports.

/** Name of the field our key is carried under; short enough for Postmark (20 characters). */
export const REFERENCE_FIELD = "switchboard_key";

/**
 * The key in lower-case letters, digits and underscores, for providers and mailboxes that allow no more and servers that
 * fold case. `keyOfToken` turns it back.
 */
export function tokenOfKey(key: string): string {
  return Array.from(new TextEncoder().encode(key), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("");
}

/** The key a token stands for; undefined for text that is no token. */
export function keyOfToken(token: unknown): string | undefined {
  if (typeof token !== "string" || !/^(?:[a-z0-9]|_[0-9a-f]{2})+$/.test(token)) return undefined;
  const bytes = Array.from(token.matchAll(/_([0-9a-f]{2})|./g), ([character, hex]) =>
    hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
