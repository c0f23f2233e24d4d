// The domain of an organisation's mail addresses. Pure.

/** More than this are a list of somebody's suppliers, not one organisation's domains. */
export const MAX_DOMAINS = 20;

/** Where anybody gets an address: who writes from there belongs together with nobody. */
const FREE_MAIL: ReadonlySet<string> = new Set([
  "aol.com",
  "freenet.de",
  "gmail.com",
  "gmx.at",
  "gmx.ch",
  "gmx.de",
  "gmx.net",
  "googlemail.com",
  "hetnet.nl",
  "hotmail.com",
  "icloud.com",
  "kpnmail.nl",
  "live.com",
  "live.nl",
  "mail.ru",
  "me.com",
  "msn.com",
  "outlook.com",
  "outlook.de",
  "posteo.de",
  "proton.me",
  "protonmail.com",
  "t-online.de",
  "web.de",
  "yahoo.com",
  "yahoo.de",
  "ziggo.nl",
]);

/** RFC 1035 2.3.4. */
const MAX_DOMAIN_CHARS = 253;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** A domain as it was read, or what is wrong with it. */
type ReadDomain = { ok: true; domain: string } | { ok: false; problem: "not_a_domain" | "free_mail" };

/** Reads "firma.de", "@Firma.de", "anna@firma.de" or "https://www.firma.de/kontakt"; umlauts become punycode. */
export function readDomain(text: string): ReadDomain {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\/(?:www\.)?/, "")
    .replace(/[/?#].*$/, "")
    .replace(/^.*@/, "");
  const domain = asciiOf(host);
  if (domain === null || domain.length > MAX_DOMAIN_CHARS || !DOMAIN.test(domain)) {
    return { ok: false, problem: "not_a_domain" };
  }
  return FREE_MAIL.has(domain) ? { ok: false, problem: "free_mail" } : { ok: true, domain };
}

function asciiOf(host: string): string | null {
  if (!/^[\p{L}\p{M}\d.-]+$/u.test(host)) return null;
  try {
    return new URL(`https://${host}`).hostname;
  } catch {
    return null;
  }
}

/** The domain of a mail address; null where it says nothing about an organisation. */
export function domainOf(address: string): string | null {
  const read = address.includes("@") ? readDomain(address) : null;
  return read?.ok === true ? read.domain : null;
}
