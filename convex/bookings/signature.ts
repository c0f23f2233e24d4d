import { verifyHmacSha256 } from "../lib/crypto";

// Proof that a webhook comes from its source: Standard Webhooks and X-Hub-Signature for the generic source (providers.md
// 18 and 19.3), X-Cal-Signature-256 for cal.com (19.1), Calendly-Webhook-Signature (19.2). Only WebCrypto; the comparison is constant-time.

/** How far a signed time may lie from ours, either way (Standard Webhooks 1.0.0: five minutes). */
export const TOLERANCE_MS = 300_000;
/** The same for Calendly, whose documentation names three minutes (providers.md 19.2). */
const CALENDLY_TOLERANCE_MS = 180_000;
/** Signatures looked at in one header: enough for a key rotation, no work for floods. */
const SIGNATURES_LIMIT = 4;
const SECRET_PREFIX = "whsec_";

type Headers = { get(name: string): string | null };

/** `eventId`: the sender's own id of the event, when its scheme has one. */
export type SignatureCheck = { isValid: true; eventId?: string } | { isValid: false };

const REFUSED: SignatureCheck = { isValid: false };

/** Checks a delivery to a generic source in either of its two schemes. `body` is the raw text as received. */
export async function verifyGeneric(
  secret: string,
  headers: Headers,
  body: string,
  nowMs: number,
): Promise<SignatureCheck> {
  const id = headers.get("webhook-id");
  if (id !== null) return await verifyStandard(secret, id, headers, body, nowMs);
  return await verifyTimed(secret, headers.get("x-hub-signature"), body, { nowMs, toleranceMs: TOLERANCE_MS });
}

/** Checks Calendly's signature; the key is the signing key of the subscription as text. */
export async function verifyCalendly(
  secret: string,
  headers: Headers,
  body: string,
  nowMs: number,
): Promise<SignatureCheck> {
  const header = headers.get("calendly-webhook-signature");
  return await verifyTimed(secret, header, body, { nowMs, toleranceMs: CALENDLY_TOLERANCE_MS });
}

async function verifyStandard(
  secret: string,
  id: string,
  headers: Headers,
  body: string,
  nowMs: number,
): Promise<SignatureCheck> {
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const candidates = (headers.get("webhook-signature") ?? "")
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => base64ToHex(part.slice("v1,".length)));
  const isGenuine = await anyMatches(standardKey(secret), `${id}.${timestamp}.${body}`, candidates);
  return isGenuine && isRecent(timestamp, nowMs) ? { isValid: true, eventId: id } : REFUSED;
}

/** `t=<unix seconds>,v1=<hex HMAC of "t.body">`; the key is the secret's text as it stands. */
async function verifyTimed(
  secret: string,
  header: string | null,
  body: string,
  { nowMs, toleranceMs }: { nowMs: number; toleranceMs: number },
): Promise<SignatureCheck> {
  const parts = (header ?? "").split(",").map((part) => part.trim());
  const timestamp = parts.find((part) => part.startsWith("t="))?.slice("t=".length) ?? "";
  const candidates = parts.filter((part) => part.startsWith("v1=")).map((part) => part.slice("v1=".length));
  const isGenuine = await anyMatches(secret, `${timestamp}.${body}`, candidates);
  return isGenuine && isRecent(timestamp, nowMs, toleranceMs) ? { isValid: true } : REFUSED;
}

/**
 * Checks cal.com's signature: hex HMAC of the raw body, without any time. Its literal "no-secret-provided" (a webhook set
 * up without a secret) is refused like any other wrong signature.
 */
export async function verifyCalcom(secret: string, headers: Headers, body: string): Promise<SignatureCheck> {
  const isGenuine = await anyMatches(secret, body, [headers.get("x-cal-signature-256") ?? ""]);
  return isGenuine ? { isValid: true } : REFUSED;
}

/** A signature that matches nothing, so that a missing one costs the same work as a wrong one. */
const NO_SIGNATURE = "0".repeat(64);

async function anyMatches(key: string | Uint8Array, signed: string, candidates: string[]): Promise<boolean> {
  const wellFormed = candidates.filter((candidate) => /^[0-9a-f]{64}$/i.test(candidate)).slice(0, SIGNATURES_LIMIT);
  const toTry = wellFormed.length === 0 ? [NO_SIGNATURE] : wellFormed;
  const matches = await Promise.all(toTry.map(async (candidate) => await verifyHmacSha256(key, signed, candidate)));
  return wellFormed.length > 0 && matches.includes(true);
}

function isRecent(timestamp: string, nowMs: number, toleranceMs = TOLERANCE_MS): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) <= toleranceMs;
}

/** The key bytes of a `whsec_` secret; a secret that is not base64 serves as text. */
function standardKey(secret: string): string | Uint8Array {
  if (!secret.startsWith(SECRET_PREFIX)) return secret;
  return base64ToBytes(secret.slice(SECRET_PREFIX.length)) ?? secret;
}

function base64ToHex(text: string): string {
  return Array.from(base64ToBytes(text) ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64ToBytes(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
