import { fromBase64, joinBytes } from "./bytes";
import { asText, type JsonObject } from "../../lib/json";

// Amazon SNS signs what it posts with a certificate of its own (providers.md section 5).

/** Hosts SNS lives on; nothing is ever fetched from another one. */
const SNS_HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;

/** Certificates change about once a year and a region; more than this were not AWS's. */
const MAX_CERTIFICATES = 8;
const FETCH_TIMEOUT_MS = 5_000;

/** True for an https address of SNS itself. */
export function isSnsUrl(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return false;
  const { protocol, hostname, port, username } = new URL(text);
  return protocol === "https:" && port === "" && username === "" && SNS_HOST.test(hostname);
}

const CONFIRMATIONS = ["SubscriptionConfirmation", "UnsubscribeConfirmation"];
const NOTIFICATION_FIELDS = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION_FIELDS = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/** True when the message is signed by SNS: version 1 is SHA1withRSA, version 2 SHA256withRSA. */
export async function isSignedBySns(message: JsonObject): Promise<boolean> {
  const hash = { "1": "SHA-1", "2": "SHA-256" }[asText(message.SignatureVersion) ?? ""];
  const signature = fromBase64(asText(message.Signature) ?? "");
  const url = asText(message.SigningCertURL);
  if (hash === undefined || signature === null || url === undefined) return false;
  if (!isSnsUrl(url) || !new URL(url).pathname.endsWith(".pem")) return false;
  const spki = await certificateKey(url);
  if (spki === null) return false;
  const scheme = { name: "RSASSA-PKCS1-v1_5", hash };
  const key = await crypto.subtle.importKey("spki", spki, scheme, false, ["verify"]).catch(() => null);
  return key !== null && (await crypto.subtle.verify(scheme, key, signature, signedBytes(message)));
}

function signedBytes(message: JsonObject): Uint8Array<ArrayBuffer> {
  const fields = CONFIRMATIONS.includes(asText(message.Type) ?? "") ? CONFIRMATION_FIELDS : NOTIFICATION_FIELDS;
  const lines = fields.flatMap((name) => {
    const value = message[name];
    return typeof value === "string" ? [`${name}\n${value}\n`] : [];
  });
  return joinBytes(lines.join(""));
}

/**
 * The key behind a certificate's address, fetched once. The memory is inside a closure: a module that writes to its own
 * variables is evaluated anew for every run, with all that import it, and this one is imported by every webhook.
 */
const certificateKey = rememberingKeys();

function rememberingKeys(): (url: string) => Promise<Uint8Array<ArrayBuffer> | null> {
  const certificates = new Map<string, Promise<Uint8Array<ArrayBuffer> | null>>();
  return async (url) => {
    const known = certificates.get(url) ?? fetchKey(url);
    if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
    certificates.set(url, known);
    const key = await known;
    // What could not be fetched may be there a moment later.
    if (key === null) certificates.delete(url);
    return key;
  };
}

async function fetchKey(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    return response.ok ? publicKeyOf(await response.text()) : null;
  } catch {
    return null; // Not provable now: the request is refused and SNS posts it again.
  }
}

/**
 * The public key (SubjectPublicKeyInfo, DER) of a PEM certificate; null when it is none. X.509 (RFC 5280 4.1): the key is
 * the sixth field of the certificate's body, after an optional version.
 */
export function publicKeyOf(pem: string): Uint8Array<ArrayBuffer> | null {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(pem)?.[1];
  const der = fromBase64((body ?? "").replace(/\s/g, ""));
  const certificate = der === null ? null : elementAt(der, 0);
  const tbs = certificate === null ? null : elementAt(certificate.content, 0);
  if (tbs === null) return null;
  const fields: Element[] = [];
  for (let at = 0; at < tbs.content.length;) {
    const field = elementAt(tbs.content, at);
    if (field === null) return null;
    fields.push(field);
    at += field.bytes.length;
  }
  const key = fields[fields[0]?.tag === VERSION_TAG ? 6 : 5];
  return key?.tag === SEQUENCE_TAG ? Uint8Array.from(key.bytes) : null;
}

const VERSION_TAG = 0xa0;
const SEQUENCE_TAG = 0x30;
const LONG_FORM = 0x80;
/** Lengths of certificates fit in three bytes. */
const MAX_LENGTH_BYTES = 3;

type Element = { tag: number; bytes: Uint8Array; content: Uint8Array };

/** One DER element: tag, length, content. Null when it does not fit into `der`. */
function elementAt(der: Uint8Array, at: number): Element | null {
  const [tag, first] = [der[at], der[at + 1]];
  if (tag === undefined || first === undefined) return null;
  const sizeBytes = first < LONG_FORM ? 0 : first - LONG_FORM;
  if (sizeBytes > MAX_LENGTH_BYTES || (first >= LONG_FORM && sizeBytes === 0)) return null;
  const start = at + 2 + sizeBytes;
  const digits = der.subarray(at + 2, start);
  const length = sizeBytes === 0 ? first : digits.reduce((value, byte) => value * 256 + byte, 0);
  if (start + length > der.length) return null;
  return { tag, bytes: der.subarray(at, start + length), content: der.subarray(start, start + length) };
}
