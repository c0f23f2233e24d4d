import type { Field } from "./schema";

const MAX_VALUE_CHARS = 500;
const MAX_TAGS = 50;
const MAX_TAG_CHARS = 60;

/** More are a database. */
export const MAX_ATTRIBUTES = 200;

/** What is known of somebody or something under the keys of attributes. */
export type AttributeValues = Record<string, string | number | boolean>;
/** Null and empty take a value away; what is absent stays. */
export type AttributeChange = Record<string, string | number | boolean | null>;

/** What can be wrong with a value, as a stable code. */
export type ValueProblem = "too_long" | "not_a_number" | "not_a_date" | "not_an_option" | "not_yes_or_no";
type ReadValue = { ok: true; value: string | number | boolean } | { ok: false; problem: ValueProblem };

/** A value as it is kept, or why it is none of the attribute. Attributes without a definition take what fits. */
export function readValue(field: Pick<Field, "kind" | "options"> | null, value: string | number | boolean): ReadValue {
  const text = String(value).trim();
  switch (field?.kind) {
    case "number": {
      // "1.234,5" means two things in two countries: a plain decimal point or comma only.
      const number = /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
      return Number.isFinite(number) ? { ok: true, value: number } : { ok: false, problem: "not_a_number" };
    }
    case "boolean":
      if (text === "true" || text === "false") return { ok: true, value: text === "true" };
      return { ok: false, problem: "not_yes_or_no" };
    case "date":
      return isDate(text) ? { ok: true, value: text } : { ok: false, problem: "not_a_date" };
    case "choice":
      return field.options.includes(text) ? { ok: true, value: text } : { ok: false, problem: "not_an_option" };
    case "text":
    case undefined:
      if (typeof value !== "string" && field === null) return { ok: true, value };
      return text.length <= MAX_VALUE_CHARS ? { ok: true, value: text } : { ok: false, problem: "too_long" };
  }
}

type ChangedValues =
  | { ok: true; values: AttributeValues }
  | { ok: false; key: string; problem: ValueProblem }
  | { ok: false; key: null; problem: "too_many" };

/** Attributes with some of them changed, or the first one that is none. */
export function changeValues(fields: readonly Field[], known: AttributeValues, change: AttributeChange): ChangedValues {
  const values = { ...known };
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === "") delete values[key];
    else {
      const read = readValue(fields.find((each) => each.key === key) ?? null, value);
      if (!read.ok) return { ok: false, key, problem: read.problem };
      values[key] = read.value;
    }
  }
  return Object.keys(values).length <= MAX_ATTRIBUTES
    ? { ok: true, values }
    : { ok: false, key: null, problem: "too_many" };
}

/** Tags without blanks, once each whatever their case, sorted. Null for too many or too long ones. */
export function readTags(tags: readonly string[]): string[] | null {
  const known = new Map<string, string>();
  for (const tag of tags
    .map((each) => each.normalize("NFC").replace(/\s+/g, " ").trim())
    .filter((each) => each !== "")) {
    if (!known.has(tag.toLowerCase())) known.set(tag.toLowerCase(), tag);
  }
  const all = [...known.values()].sort((a, b) => a.localeCompare(b));
  return all.length <= MAX_TAGS && all.every((tag) => tag.length <= MAX_TAG_CHARS) ? all : null;
}

/** The key of a new attribute from its name: "Größe (cm)" → "groesse_cm". Empty where nothing is left. */
export function keyOf(label: string): string {
  const plain = label
    .toLowerCase()
    .replace(/ä/g, "ae")
    .replace(/ö/g, "oe")
    .replace(/ü/g, "ue")
    .replace(/ß/g, "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
  return plain
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  // The last day of a month: day 0 of the next one.
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
