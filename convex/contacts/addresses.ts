import type { Channel } from "../lib/closedSets";
import type { AddressChannel } from "./schema";
import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js";

// Normalisation decides what "the same address" means (product.md A-29): one row per channel and normalised address.

const MAX_EMAIL = 254; // RFC 5321 4.5.3.1.3, less the angle brackets
const MAX_LOCAL_PART = 64; // RFC 5321 4.5.3.1.1

/**
 * Plain ASCII in the form it is stored in already: what every message's address is compared by before it is sent. Labels
 * that begin with "xn--" are left to the platform, which refuses some.
 */
const NORMALISED_EMAIL =
  /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * An e-mail address in the form it is stored and compared in: trimmed, lower-case, domain in ASCII. Accepts
 * `mailto:x@y` and `Name <x@y>`. Returns null when it is no address. Dots and +tags stay: not every provider ignores
 * them.
 */
export function normaliseEmail(text: string): string | null {
  const isShort = text.length <= MAX_EMAIL && text.indexOf("@") <= MAX_LOCAL_PART;
  return isShort && NORMALISED_EMAIL.test(text) ? text : readEmail(text);
}

function readEmail(text: string): string | null {
  const bracketed = /<([^<>]*)>\s*$/.exec(text);
  const bare = (bracketed?.[1] ?? text)
    .trim()
    .replace(/^mailto:/i, "")
    .normalize("NFC")
    .toLowerCase();
  const at = bare.lastIndexOf("@");
  const local = bare.slice(0, Math.max(at, 0));
  const domain = domainToAscii(bare.slice(at + 1));
  if (local === "" || local.length > MAX_LOCAL_PART || domain === null) return null;
  if (/[\s<>(),;:"@[\]\\\p{Cc}]/u.test(local) || local.startsWith(".") || local.endsWith(".")) return null;
  if (local.includes("..")) return null;
  const address = `${local}@${domain}`;
  return address.length > MAX_EMAIL ? null : address;
}

/**
 * A phone number as E.164 ("+491711234567"), or null when it cannot be one. `defaultCountry` (ISO 3166, upper case)
 * reads national forms such as "0171 123…"; without it only international forms are understood. Checks length, not
 * whether a number range is assigned: ranges are opened faster than metadata is updated.
 */
export function normalisePhone(text: string, defaultCountry?: string): string | null {
  const bare = text.trim().replace(/^(tel|sms|whatsapp):/i, "");
  const parsed = parsePhoneNumberFromString(bare, { defaultCountry: defaultCountry as CountryCode | undefined });
  return parsed === undefined || !parsed.isPossible() ? null : parsed.number;
}

/**
 * True for a WhatsApp business-scoped user id such as "CH.13491208655302741918": what a person without a visible number
 * is addressed by (providers.md 13.1). Never a phone number, though its digits may look like one.
 */
export function isWhatsAppUserId(text: string): boolean {
  return /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(text);
}

/** An address in the form it is stored in on its channel, or null when it cannot be read. */
export function normaliseAddress(channel: Channel, text: string, defaultCountry?: string): string | null {
  if (channel === "email") return normaliseEmail(text);
  const bare = text.trim();
  if (channel === "whatsapp" && isWhatsAppUserId(bare)) return bare;
  return normalisePhone(bare, defaultCountry);
}

/** Languages whose speakers, without further knowledge, write numbers of this country. */
const COUNTRY_OF_LANGUAGE: Record<string, string> = { de: "DE", nl: "NL" };

/** The country national phone numbers are read in for a BCP 47 locale: "de-CH" → "CH", "de" → "DE", "en" → undefined. */
export function countryOfLocale(locale: string): string | undefined {
  const [language = "", ...rest] = locale.split("-");
  const region = rest.find((part) => /^[A-Za-z]{2}$/.test(part));
  return region?.toUpperCase() ?? COUNTRY_OF_LANGUAGE[language.toLowerCase()];
}

/**
 * Where a person and the organisation may be, ISO 3166: by the number, by what is known of the person, by the
 * organisation's language. Of a language only an explicit region says anything ("de-CH"). Without doubles.
 */
export function countriesOf(of: {
  channel: Channel;
  address: string | null;
  contact: { locale?: string; attributes: Record<string, string | number | boolean> };
  orgLocale: string;
}): string[] {
  const { channel, address, contact, orgLocale } = of;
  const byNumber = channel === "email" || address === null ? undefined : parsePhoneNumberFromString(address)?.country;
  const region = (contact.locale ?? "").includes("-") ? countryOfLocale(contact.locale ?? "") : undefined;
  const { country } = contact.attributes;
  const named = typeof country === "string" && /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : undefined;
  const all = [byNumber, named, region, countryOfLocale(orgLocale)];
  return [...new Set(all.filter((each) => each !== undefined))];
}

/** A normalised address and the channel it is for. */
export type ReadAddress = { channel: AddressChannel; address: string };

/**
 * The readable addresses among what somebody wrote, e-mail first, and those that could not be read, by the contact
 * attribute they are kept under.
 */
export function readAddresses(
  written: { email?: string; phone?: string; whatsapp?: string },
  country: string | undefined,
): { addresses: ReadAddress[]; unreadable: Record<string, string> } {
  const addresses: ReadAddress[] = [];
  const unreadable: Record<string, string> = {};
  const read = (channel: AddressChannel, text: string | undefined, attribute: string) => {
    if (text === undefined || text.trim() === "") return;
    const address = normaliseAddress(channel, text, country);
    if (address === null) unreadable[attribute] = text.trim();
    else addresses.push({ channel, address });
  };
  read("email", written.email, "unreadableEmail");
  read("whatsapp", written.whatsapp, "unreadablePhone");
  read("sms", written.phone, "unreadablePhone");
  return { addresses, unreadable };
}

/** The form suppressions are compared in. An address that cannot be normalised is still compared with itself. */
export function comparableAddress(channel: Channel, address: string): string {
  return normaliseAddress(channel, address) ?? address.trim().toLowerCase();
}

// The host parser of the platform does IDNA; it also refuses what no host name may contain.
function domainToAscii(domain: string): string | null {
  if (!/^[^\s/?#@:[\]%\\]+\.[^\s/?#@:[\]%\\]+$/.test(domain)) return null;
  let host: string;
  try {
    host = new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
  const labels = host.split(".");
  const isSound = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const isIp = /^\d+$/.test(labels.at(-1) ?? "");
  return labels.length > 1 && isSound && !isIp ? host : null;
}
