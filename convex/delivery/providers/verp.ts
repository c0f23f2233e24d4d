import { keyOfToken, tokenOfKey } from "./reference";

// Variable envelope return paths: the address a bounce comes back to says which message it is about (providers.md 2).

/** Longest local part of an address (RFC 5321 4.5.3.1.1). */
const MAX_LOCAL_CHARS = 64;

/** "bounce@example.org" and a key as "bounce+<token>@example.org"; the plain address when that were too long. */
export function returnPath(bounceAddress: string, key: string): string {
  const at = bounceAddress.lastIndexOf("@");
  const local = `${bounceAddress.slice(0, at)}+${tokenOfKey(key)}`;
  return at < 1 || local.length > MAX_LOCAL_CHARS ? bounceAddress : `${local}${bounceAddress.slice(at)}`;
}

/** The key in a return path, whatever servers did to its case; undefined for any other address. */
export function keyInReturnPath(address: string | undefined): string | undefined {
  const local = address?.trim().replace(/^<|>$/g, "").split("@")[0] ?? "";
  const plus = local.lastIndexOf("+");
  return plus < 0 ? undefined : keyOfToken(local.slice(plus + 1).toLowerCase());
}
