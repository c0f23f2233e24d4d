import type { DomainCheck } from "./schema";
import type { Lookup, LookupPlan } from "./facts";

// DomainKeys Identified Mail (RFC 6376): the public key a receiver finds. Pure.

/** RFC 8301 3.2: receivers do not believe shorter keys. */
const MIN_BITS = 1024;
/** What signers should use. */
const GOOD_BITS = 2048;
const ED25519_BYTES = 32;

type Result = Omit<DomainCheck, "record">;

const RANKS = { pass: 0, warn: 1, fail: 2, unknown: 3 } as const;

/** Where the key of a selector stands. */
export function dkimHost(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/** The DKIM check: the best of the keys that were found. `lookups` has one entry a selector. */
export function checkDkim({ domain, dkim }: LookupPlan, lookups: ReadonlyMap<string, Lookup>): Result {
  const { selectors, isCertain } = dkim;
  const looked = selectors.map((selector) => {
    const host = dkimHost(selector, domain);
    return { host, lookup: lookups.get(host) ?? ({ kind: "none" } as const) };
  });
  const results = looked.flatMap(({ host, lookup }) =>
    lookup.kind === "found" ? [keyResult(host, lookup.values)] : [],
  );
  const [best] = results.sort((a, b) => RANKS[a.status] - RANKS[b.status]);
  if (best !== undefined) return best;
  const failed = looked.find(({ lookup }) => lookup.kind === "failed");
  if (failed?.lookup.kind === "failed") {
    return { status: "unknown", finding: "lookup_failed", host: failed.host, detail: failed.lookup.reason };
  }
  const host = looked[0]?.host ?? dkimHost("…", domain);
  if (isCertain) return { status: "fail", finding: "dkim_missing", host };
  return { status: "unknown", finding: "dkim_selector_unknown", host: dkimHost("…", domain) };
}

function keyResult(host: string, values: string[]): Result {
  const keys = values.filter((value) => /(^|;)\s*p\s*=/i.test(value));
  const [found, ...others] = keys;
  if (found === undefined) return { status: "fail", finding: "dkim_invalid", host, found: values[0] };
  if (others.length > 0) return { status: "fail", finding: "dkim_multiple", host, found };
  const tags = tagsOf(found);
  const key = (tags.get("p") ?? "").replace(/\s/g, "");
  if (key === "") return { status: "fail", finding: "dkim_revoked", host, found };
  const bytes = decode(key);
  const type = (tags.get("k") ?? "rsa").toLowerCase();
  if (bytes === null || (tags.has("v") && tags.get("v") !== "DKIM1"))
    return { status: "fail", finding: "dkim_invalid", host, found };
  if (type === "ed25519") return finish(host, found, tags, bytes.length === ED25519_BYTES ? GOOD_BITS : null);
  return finish(host, found, tags, type === "rsa" ? rsaBits(bytes) : null);
}

function finish(host: string, found: string, tags: ReadonlyMap<string, string>, bits: number | null): Result {
  if (bits === null) return { status: "fail", finding: "dkim_invalid", host, found };
  if (bits < MIN_BITS) return { status: "fail", finding: "dkim_too_short", host, found, detail: String(bits) };
  if ((tags.get("t") ?? "").split(":").includes("y")) return { status: "warn", finding: "dkim_testing", host, found };
  if (bits < GOOD_BITS) return { status: "warn", finding: "dkim_short", host, found, detail: String(bits) };
  return { status: "pass", finding: "ok", host, found };
}

/** `name=value` pairs between semicolons (RFC 6376 3.2). */
export function tagsOf(record: string): Map<string, string> {
  const pairs = record.split(";").map((pair) => /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*([\s\S]*?)\s*$/.exec(pair));
  return new Map(
    pairs.flatMap((pair) => (pair === null ? [] : [[pair[1]?.toLowerCase() ?? "", pair[2] ?? ""] as const])),
  );
}

function decode(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const SEQUENCE = 0x30;
const BIT_STRING = 0x03;
const INTEGER = 0x02;

/** Bits of an RSA key's modulus: bare (PKCS #1) or in a SubjectPublicKeyInfo; null when it is neither. */
function rsaBits(der: Uint8Array): number | null {
  const outer = contentOf(der, SEQUENCE);
  if (outer === null) return null;
  if (outer[0] === INTEGER) return modulusBits(outer);
  const algorithm = contentOf(outer, SEQUENCE);
  const rest = algorithm === null ? null : outer.subarray(algorithm.byteOffset - outer.byteOffset + algorithm.length);
  const bits = rest === null ? null : contentOf(rest, BIT_STRING);
  // The first byte of a bit string counts unused bits.
  const key = bits === null ? null : contentOf(bits.subarray(1), SEQUENCE);
  return key === null ? null : modulusBits(key);
}

function modulusBits(key: Uint8Array): number | null {
  const modulus = contentOf(key, INTEGER);
  if (modulus === null) return null;
  const digits = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  return digits.length === 0 ? null : digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
}

/** The content of the DER element at the start; null when it has another tag or does not fit. */
function contentOf(der: Uint8Array, tag: number): Uint8Array | null {
  const first = der[1];
  if (der[0] !== tag || first === undefined) return null;
  const sizeBytes = first < 0x80 ? 0 : first - 0x80;
  const length =
    sizeBytes === 0 ? first : der.subarray(2, 2 + sizeBytes).reduce((value, byte) => value * 256 + byte, 0);
  const start = 2 + sizeBytes;
  return sizeBytes > 3 || start + length > der.length ? null : der.subarray(start, start + length);
}
