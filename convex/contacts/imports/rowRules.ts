import { normaliseEmail, normaliseAddress, normalisePhone, type ReadAddress } from "../addresses";
import { splitName } from "../names";
import type { OrdersProblem } from "../orders/rules";
import { reverted } from "../revert";
import type { FilledFields, WrittenContact } from "./schema";

/** Why a line cannot be used; the interface has a sentence for each. */
export type ContactProblem = "no_address" | "unreadable_email" | "unreadable_phone" | "unknown_timezone" | "two_people";

/** Why a line cannot be used, its orders included. */
export type LineProblem = ContactProblem | OrdersProblem;

/** One line as it would be written. Addresses are normalised, e-mail first. */
export type ReadContact = {
  name: string;
  firstName?: string;
  lastName?: string;
  locale?: string;
  timezone?: string;
  email?: string;
  phone?: string;
  whatsapp?: string;
  attributes: Record<string, string>;
};

/**
 * What a line says, or why it says nothing usable. National numbers are read in `country` (ISO 3166). A line needs an
 * address: without one it could not be found again, and every further import would make another contact.
 */
export function readContactRow(
  written: WrittenContact,
  country: string | undefined,
): { ok: true; row: ReadContact } | { ok: false; problem: ContactProblem } {
  const email = cell(written.email);
  const phone = cell(written.phone);
  const whatsapp = cell(written.whatsapp);
  const timezone = cell(written.timezone);
  if (email === undefined && phone === undefined && whatsapp === undefined) return bad("no_address");
  const read = {
    email: email === undefined ? undefined : normaliseEmail(email),
    phone: phone === undefined ? undefined : normalisePhone(phone, country),
    whatsapp: whatsapp === undefined ? undefined : normaliseAddress("whatsapp", whatsapp, country),
  };
  if (read.email === null) return bad("unreadable_email");
  if (read.phone === null || read.whatsapp === null) return bad("unreadable_phone");
  if (timezone !== undefined && !isTimezone(timezone)) return bad("unknown_timezone");
  const addresses = { email: read.email, phone: read.phone, whatsapp: read.whatsapp };
  const attributes = Object.fromEntries(
    Object.entries(written.attributes)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([, value]) => value !== ""),
  );
  return { ok: true, row: { ...namesOf(written), locale: cell(written.locale), timezone, ...addresses, attributes } };
}

export type RowAddresses = Pick<ReadContact, "email" | "phone" | "whatsapp">;

/** Whether two lines have an address in common; the same number is the same person on SMS and WhatsApp. */
export function hasAddressOf(a: RowAddresses, b: RowAddresses): boolean {
  const known = new Set(addressesOfRow(b).map(({ address }) => address));
  return addressesOfRow(a).some(({ address }) => known.has(address));
}

/** The addresses of a line by channel, e-mail first. */
export function addressesOfRow({ email, phone, whatsapp }: RowAddresses): ReadAddress[] {
  return [
    ...(email === undefined ? [] : [{ channel: "email" as const, address: email }]),
    ...(whatsapp === undefined ? [] : [{ channel: "whatsapp" as const, address: whatsapp }]),
    ...(phone === undefined ? [] : [{ channel: "sms" as const, address: phone }]),
  ];
}

/**
 * A known contact's fields with its blanks filled from the line; nothing known is overwritten. A contact that is called
 * by one of its `addresses` has no name yet.
 */
export function filledFrom(known: FilledFields, row: ReadContact, addresses: readonly string[]): FilledFields {
  const takesName = row.name !== "" && (known.name === "" || addresses.includes(known.name));
  return {
    name: takesName ? row.name : known.name,
    firstName: known.firstName ?? row.firstName,
    lastName: known.lastName ?? row.lastName,
    locale: known.locale ?? row.locale,
    timezone: known.timezone ?? row.timezone,
    attributes: { ...row.attributes, ...known.attributes },
  };
}

/** True when both hold the same, whatever the order of the attributes. */
export function sameFields(a: FilledFields, b: FilledFields): boolean {
  return canonical(a) === canonical(b);
}

/** A contact's fields with what an import wrote taken back; what somebody changed since stays. */
export function takenBack(current: FilledFields, before: FilledFields, after: FilledFields): FilledFields {
  return reverted(current, before, after, ["name", "firstName", "lastName", "locale", "timezone"]);
}

function namesOf(written: WrittenContact): { name: string; firstName?: string; lastName?: string } {
  const firstName = cell(written.firstName);
  const lastName = cell(written.lastName);
  const name = cell(written.name) ?? [firstName, lastName].filter((part) => part !== undefined).join(" ");
  const parts = name === "" ? {} : splitName(name);
  return { name, firstName: firstName ?? parts.firstName, lastName: lastName ?? parts.lastName };
}

function cell(text: string | undefined): string | undefined {
  const tidy = text?.normalize("NFC").replace(/\s+/g, " ").trim();
  return tidy === "" ? undefined : tidy;
}

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}

function canonical({ attributes, ...fields }: FilledFields): string {
  const entries = Object.entries({ ...fields, ...prefixed(attributes) }).filter(([, value]) => value !== undefined);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prefixed(attributes: FilledFields["attributes"]): FilledFields["attributes"] {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`attribute:${key}`, value]));
}

function bad(problem: ContactProblem): { ok: false; problem: ContactProblem } {
  return { ok: false, problem };
}
