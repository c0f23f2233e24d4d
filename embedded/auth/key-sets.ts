import type { JSONWebKeySet } from "jose";
import { DeveloperError, coerceError } from "../errors.ts";

/** The part of `fetch` that key discovery uses; tests give their own. */
export type FetchImpl = (url: string) => Promise<Response>;

interface Cached {
  value: unknown;
  expiresMs: number;
}

// Convex-facts h.2.
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const JWKS_CONTENT_TYPES = ["application/json", "application/jwk-set+json"];

function invalid(message: string): DeveloperError {
  return new DeveloperError("InvalidAuthHeader", message, 401);
}

/** How long a response may be kept, ms. Without a header it is fetched again each time. */
function lifetimeMs(response: Response): number {
  const header = response.headers.get("cache-control") ?? "";
  if (/no-store|no-cache/i.test(header)) return 0;
  const seconds = /max-age=(\d+)/i.exec(header)?.[1];
  return seconds === undefined ? 0 : Number(seconds) * 1000;
}

async function readText(response: Response): Promise<string> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) throw new Error("the document is larger than 16 MiB");
  return new TextDecoder().decode(bytes);
}

/** The provider can't be asked right now; trying again later may help (convex-facts a.7). */
function unreachable(message: string): DeveloperError {
  return new DeveloperError("AuthProviderUnreachable", message, 503);
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === "object" && value !== null && Array.isArray((value as { keys?: unknown }).keys);
}

/** Discovery documents and key sets, kept as long as their Cache-Control headers allow (convex-facts h.2). */
export class KeySets {
  readonly #fetch: FetchImpl;
  readonly #cache = new Map<string, Cached>();

  /** `known` are answered without being fetched. */
  constructor(
    fetchImpl: FetchImpl,
    private readonly known: ReadonlyMap<string, JSONWebKeySet> = new Map(),
  ) {
    this.#fetch = fetchImpl;
  }

  /** Keys of an OIDC issuer, found by discovery. Throws DeveloperError. */
  async discover(issuer: string, nowMs: number): Promise<JSONWebKeySet> {
    const failed = `Auth provider discovery of ${issuer} failed`;
    const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const document = (await this.#cached(url, nowMs, async () => {
      const response = await this.#get(url, () => unreachable(failed));
      if (!response.ok) throw response.status >= 500 ? unreachable(failed) : invalid(failed);
      const value = await readText(response)
        .then((text) => JSON.parse(text) as unknown)
        .catch(() => null);
      return { value, keepMs: lifetimeMs(response) };
    })) as { issuer?: unknown; jwks_uri?: unknown } | null;
    const stated = typeof document?.issuer === "string" ? document.issuer : "";
    if (stated.replace(/\/$/, "") !== issuer.replace(/\/$/, "") || typeof document?.jwks_uri !== "string") {
      throw invalid(failed);
    }
    return this.fetchKeys(document.jwks_uri, nowMs);
  }

  /** Keys at an http(s) or `data:` URL. Throws DeveloperError. */
  async fetchKeys(url: string, nowMs: number): Promise<JSONWebKeySet> {
    if (url.startsWith("data:")) return keysInDataUrl(url);
    const own = this.known.get(url);
    if (own !== undefined) return own;
    const value = await this.#cached(url, nowMs, async () => {
      const response = await this.#get(url, (cause) => unreachable(`Could not fetch JWKS from URL '${url}': ${cause}`));
      if (!response.ok) {
        const message = `Could not fetch JWKS from URL '${url}': the response had status ${response.status}`;
        throw response.status >= 500 ? unreachable(message) : invalid(message);
      }
      return { value: await parseKeys(response, url), keepMs: lifetimeMs(response) };
    });
    if (isKeySet(value)) return value;
    throw invalid(badKeys(url));
  }

  async #get(url: string, failure: (cause: string) => DeveloperError): Promise<Response> {
    try {
      return await this.#fetch(url);
    } catch (error) {
      throw failure(coerceError(error).message);
    }
  }

  async #cached(url: string, nowMs: number, load: () => Promise<{ value: unknown; keepMs: number }>): Promise<unknown> {
    const known = this.#cache.get(url);
    if (known !== undefined && known.expiresMs > nowMs) return known.value;
    const { value, keepMs } = await load();
    if (keepMs > 0) this.#cache.set(url, { value, expiresMs: nowMs + keepMs });
    else this.#cache.delete(url);
    return value;
  }
}

function badKeys(url: string): string {
  return `Invalid JWKS response body from '${url}'. The response is not valid JSON or doesn't match the expected JWKS format.`;
}

async function parseKeys(response: Response, url: string): Promise<JSONWebKeySet> {
  const contentType = response.headers.get("content-type") ?? "";
  const [mediaType = ""] = contentType.split(";");
  if (!JWKS_CONTENT_TYPES.includes(mediaType.trim().toLowerCase())) {
    throw invalid(
      `Invalid Content-Type '${contentType}' when fetching JWKS from '${url}'. ` +
        `Expected one of: ${JWKS_CONTENT_TYPES.join(", ")}.`,
    );
  }
  const value = await readText(response)
    .then((text) => JSON.parse(text) as unknown)
    .catch(() => null);
  if (isKeySet(value)) return value;
  throw invalid(badKeys(url));
}

function keysInDataUrl(url: string): JSONWebKeySet {
  const comma = url.indexOf(",");
  const isBase64 = url.slice(0, Math.max(0, comma)).endsWith(";base64");
  const payload = url.slice(comma + 1);
  let value: unknown = null;
  try {
    value = JSON.parse(isBase64 ? Buffer.from(payload, "base64").toString() : decodeURIComponent(payload));
  } catch {
    // Falls through to the one refusal below.
  }
  if (comma !== -1 && isKeySet(value)) return value;
  throw invalid(badKeys(url));
}
