import { parse } from "papaparse";
import { attributeKey } from "../../lib/attributeKey";
import { unguarded } from "../suppressions/csv";
import type { WrittenContact } from "./schema";

// Contact files as other systems export them. The browser reads files with it.

/** What a column can be mapped to besides nothing and an attribute. */
export const CONTACT_FIELDS = [
  "name",
  "firstName",
  "lastName",
  "email",
  "phone",
  "whatsapp",
  "locale",
  "timezone",
] as const;
type ContactField = (typeof CONTACT_FIELDS)[number];
export type ColumnTarget = ContactField | "attribute" | "ignore";

/** Headings that mean a field, compared without case, spaces and punctuation. */
const HEADINGS: Record<ContactField, readonly string[]> = {
  name: ["name", "fullname", "vollername", "naam", "kontakt", "contact", "kunde", "customer"],
  firstName: ["firstname", "givenname", "vorname", "voornaam"],
  lastName: ["lastname", "surname", "familyname", "nachname", "familienname", "achternaam"],
  email: ["email", "emailaddress", "mail", "emailadresse", "emailadres"],
  phone: ["phone", "phonenumber", "telefon", "telefonnummer", "mobile", "mobil", "handy", "telefoon", "sms", "tel"],
  whatsapp: ["whatsapp", "whatsappnumber", "whatsappnummer"],
  locale: ["locale", "language", "sprache", "taal"],
  timezone: ["timezone", "zeitzone", "tijdzone"],
};

/** More rows than this are several files. */
const MAX_CONTACT_ROWS = 100_000;

type ContactTable =
  | { ok: true; headings: string[]; rows: { line: number; cells: string[] }[] }
  | { ok: false; problem: "empty" | "too_many_rows" };

/**
 * A file's text as a table: comma, semicolon or tab, with or without a byte order mark. The first row holds the
 * headings; `line` counts rows that are not blank, the headings being 1. An apostrophe that guards a formula is taken
 * off.
 */
export function readContactTable(text: string): ContactTable {
  const { data } = parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" });
  const [headings, ...body] = data.map((row) => row.map((cell) => unguarded(cell.trim())));
  if (headings === undefined || body.length === 0) return { ok: false, problem: "empty" };
  if (body.length > MAX_CONTACT_ROWS) return { ok: false, problem: "too_many_rows" };
  return { ok: true, headings, rows: body.map((cells, at) => ({ line: at + 2, cells })) };
}

/** The likely meaning of each column, by `remembered` choices for its heading, else by the heading itself. */
export function guessTargets(
  headings: readonly string[],
  remembered: Readonly<Record<string, ColumnTarget>>,
): ColumnTarget[] {
  const taken = new Set<ColumnTarget>();
  return headings.map((heading) => {
    const plain = plainHeading(heading);
    const guess = remembered[plain] ?? CONTACT_FIELDS.find((field) => HEADINGS[field].includes(plain)) ?? "ignore";
    const isField = guess !== "ignore" && guess !== "attribute";
    if (isField && taken.has(guess)) return "ignore";
    taken.add(guess);
    return guess;
  });
}

/** A heading in the form choices are remembered under. */
export function plainHeading(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** A row's cells by what their columns mean. An attribute is called like its column, in ASCII: "Größe" → "groesse". */
export function writtenContact(
  cells: readonly string[],
  headings: readonly string[],
  targets: readonly ColumnTarget[],
): WrittenContact {
  const written: WrittenContact = { attributes: {} };
  targets.forEach((target, at) => {
    const cell = cells[at] ?? "";
    if (target === "ignore" || cell === "") return;
    if (target === "attribute") {
      const key = attributeKey(headings[at] ?? "");
      if (key !== "") written.attributes[key] = cell;
    } else written[target] = cell;
  });
  return written;
}
