import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import type { JSONValue } from "convex/values";
import type { Namespace } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";

/** Where the public keys are served on the client origin (convex-facts h.5). */
export const JWKS_PATH = "/.well-known/jwks.json";

// Convex-facts h.5, seconds.
const MIN_LIFETIME_S = 1;
const MAX_LIFETIME_S = 60 * 60;

// The deployment says who signed and how long it holds; what begins with these prefixes is Convex's own.
const RESERVED_CLAIMS = new Set(["iss", "iat", "exp", "nbf"]);
const RESERVED_PREFIX = /^(?:convex|cvx)/i;

/** A token to sign: `claims` as they are to appear in it. */
export interface TokenRequest {
  claims: Record<string, JSONValue | undefined>;
  /** Seconds from `nowMs` on. */
  expiresInSeconds: number;
  component: Namespace;
  nowMs: number;
}

function invalid(argument: string, cause: string): DeveloperError {
  return new DeveloperError("InvalidArgument", `Invalid argument \`${argument}\` for \`auth.signJwt\`: ${cause}`);
}

function checkLifetime(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= MIN_LIFETIME_S && seconds <= MAX_LIFETIME_S) return;
  throw invalid(
    "expiresInSeconds",
    `must be a whole number between ${MIN_LIFETIME_S} and ${MAX_LIFETIME_S}, got ${seconds}`,
  );
}

function checkClaims(claims: TokenRequest["claims"]): void {
  for (const name of Object.keys(claims)) {
    if (RESERVED_CLAIMS.has(name)) throw invalid("claims", `the claim \`${name}\` is set by Convex`);
    if (RESERVED_PREFIX.test(name)) {
      throw invalid("claims", `the claim \`${name}\` is reserved: names must not start with "convex" or "cvx"`);
    }
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** A private key for {@link TokenSigner}, as PEM text. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Signs ES256 tokens in the deployment's name and tells the key to verify them with (convex-facts h.5). */
export class TokenSigner {
  /** What {@link JWKS_PATH} answers. */
  readonly keySet: JSONWebKeySet;
  readonly #key: KeyObject;
  readonly #keyId: string;
  readonly #origin: string;

  /** `pem` from {@link newSigningKey}; `origin` is the deployment's client origin. */
  constructor(pem: string, origin: string) {
    this.#key = createPrivateKey(pem);
    this.#origin = origin;
    const { crv, kty, x, y } = createPublicKey(this.#key).export({ format: "jwk" });
    // The thumbprint of RFC 7638: these members in this order.
    this.#keyId = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    this.keySet = {
      keys: [{ kty: "EC", crv: "P-256", x, y, kid: this.#keyId, alg: "ES256", use: "sig" }],
    } as JSONWebKeySet;
  }

  /** Throws DeveloperError `InvalidArgument` for claims that are not the caller's to set and lifetimes out of range. */
  sign({ claims, expiresInSeconds, component, nowMs }: TokenRequest): string {
    checkLifetime(expiresInSeconds);
    checkClaims(claims);
    const iat = Math.floor(nowMs / 1000);
    const iss = component === "" ? this.#origin : `${this.#origin}/components/${component}`;
    const header = encode({ alg: "ES256", typ: "JWT", kid: this.#keyId });
    const payload = encode({ ...claims, iss, iat, exp: iat + expiresInSeconds });
    const text = `${header}.${payload}`;
    const signature = sign("sha256", Buffer.from(text), { key: this.#key, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }
}
