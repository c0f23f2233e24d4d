import { requireEnv } from "./env";

// WebCrypto only: the same code runs in Convex's own runtime, in Node and in the browser.

const IV_BYTES = 12; // The nonce length AES-GCM is specified for (NIST SP 800-38D, 5.2.1.1).
const KEY_BYTES = 32; // AES-256
const TOKEN_BYTES = 32; // 256 bits: not guessable, and short enough for a link.
const CIPHER_VERSION = "v1";

/**
 * Encrypts `text` for storage with the deployment's `SWITCHBOARD_SECRET_KEY` (32 bytes, base64). Returns
 * "v1.<nonce>.<ciphertext>", base64url. Throws when the key is absent or has the wrong length.
 */
export async function encryptSecret(text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const cipher = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await secretKey(), utf8(text));
  return [CIPHER_VERSION, toBase64Url(iv), toBase64Url(new Uint8Array(cipher))].join(".");
}

/** The text that `encryptSecret` took. Throws when the value was altered or the key is another one. */
export async function decryptSecret(cipher: string): Promise<string> {
  const [version, iv, data] = cipher.split(".");
  if (version !== CIPHER_VERSION || iv === undefined || data === undefined) {
    throw new Error("A stored secret has an unknown format.");
  }
  const algorithm = { name: "AES-GCM", iv: fromBase64(iv) };
  const plain = await crypto.subtle.decrypt(algorithm, await secretKey(), fromBase64(data)).catch((cause: unknown) => {
    throw new Error("A stored secret cannot be read: it was altered, or SWITCHBOARD_SECRET_KEY changed.", { cause });
  });
  return new TextDecoder().decode(plain);
}

/** HMAC-SHA-256 of `data` as 64 lower-case hex digits. */
export async function hmacSha256Hex(secret: string | Uint8Array, data: string | Uint8Array): Promise<string> {
  const key = await hmacKey(secret, "sign");
  return toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytesOf(data))));
}

/** True when `signatureHex` is the HMAC-SHA-256 of `data`. The comparison takes the same time wherever it differs. */
export async function verifyHmacSha256(
  secret: string | Uint8Array,
  data: string | Uint8Array,
  signatureHex: string,
): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/i.test(signatureHex)) return false;
  const signature = Uint8Array.from(signatureHex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return await crypto.subtle.verify("HMAC", await hmacKey(secret, "verify"), signature, bytesOf(data));
}

/** SHA-256 of `data` as 64 lower-case hex digits. */
export async function sha256Hex(data: string | Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(data))));
}

/** An unguessable token for links and secrets: 43 base64url characters. Store `sha256Hex` of it, never the token. */
export function randomToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/**
 * As unguessable as a random token, but the same for the same `text` every time: for what is made again when a job runs
 * again. `purpose` keeps tokens for different uses apart. Throws when the deployment has no proper key.
 */
export async function derivedToken(purpose: string, text: string): Promise<string> {
  const key = await hmacKey(secretBytes(), "sign");
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(JSON.stringify([purpose, text])))));
}

async function secretKey(): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", secretBytes(), "AES-GCM", false, ["encrypt", "decrypt"]);
}

function secretBytes(): Uint8Array<ArrayBuffer> {
  const raw = fromBase64(requireEnv("SWITCHBOARD_SECRET_KEY"));
  if (raw.length !== KEY_BYTES) throw new Error(`SWITCHBOARD_SECRET_KEY must be ${KEY_BYTES} bytes, base64-encoded.`);
  return raw;
}

async function hmacKey(secret: string | Uint8Array, usage: "sign" | "verify"): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", bytesOf(secret), { name: "HMAC", hash: "SHA-256" }, false, [usage]);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

// A copy, because WebCrypto's types want bytes that do not lie in shared memory.
function bytesOf(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? utf8(data) : Uint8Array.from(data);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
