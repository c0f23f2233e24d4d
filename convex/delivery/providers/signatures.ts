import { MINUTE_MS } from "../../lib/time";
import { fromBase64, joinBytes } from "./bytes";

// Signatures over bytes, through WebCrypto (providers.md 0.1), whose `verify` compares in constant time.

/** How far a signed time may be from ours, either way: what the schemes of providers.md sections 1, 3 and 4 use. */
const SIGNATURE_TOLERANCE_MS = 5 * MINUTE_MS;

const SECOND_MS = 1_000;

/** True when `signature` is the HMAC of `data` under `key`. False for an empty key. SHA-1 is Twilio's. */
export async function verifyHmac(
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  hash: "SHA-256" | "SHA-1" = "SHA-256",
): Promise<boolean> {
  if (key.length === 0) return false;
  const algorithm = { name: "HMAC", hash };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["verify"]);
  return await crypto.subtle.verify("HMAC", imported, signature, data);
}

/** True for unix seconds, as text, within five minutes of `receivedAt` (UTC ms). */
export function isRecent(timestamp: string | undefined, receivedAt: number): boolean {
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  return Math.abs(Number(timestamp) * SECOND_MS - receivedAt) <= SIGNATURE_TOLERANCE_MS;
}

type StandardWebhook = {
  id: string | undefined;
  timestamp: string | undefined;
  /** Space-separated `v1,<base64>`; several while a secret is being rotated. */
  signatures: string | undefined;
  body: Uint8Array;
  receivedAt: number;
};

const SECRET_PREFIX = "whsec_";

/**
 * True for a request signed by Standard Webhooks 1.0.0 (providers.md 18), which is also Svix's scheme under other header
 * names (1.3): HMAC-SHA256 over `id.timestamp.body` with the secret's decoded bytes.
 */
export async function verifyStandardWebhook(
  { id, timestamp, signatures, body, receivedAt }: StandardWebhook,
  secret: string,
): Promise<boolean> {
  if (!id || timestamp === undefined || signatures === undefined || !isRecent(timestamp, receivedAt)) return false;
  const key = fromBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret);
  if (key === null) return false;
  const signed = joinBytes(`${id}.${timestamp}.`, body);
  for (const entry of signatures.split(" ")) {
    const signature = entry.startsWith("v1,") ? fromBase64(entry.slice(3)) : null;
    if (signature !== null && (await verifyHmac(key, signed, signature))) return true;
  }
  return false;
}
