import { customerLanguage, type CustomerLanguage } from "../../lib/languages";

// What the team reads in a conversation that rules sorted. Pure.

const TEXTS: Record<CustomerLanguage, { one: string; more: string; quote: (name: string) => string }> = {
  de: {
    one: "Einsortiert von der Regel {names}",
    more: "Einsortiert von den Regeln {names}",
    quote: (name) => `„${name}“`,
  },
  en: { one: "Sorted by the rule {names}", more: "Sorted by the rules {names}", quote: (name) => `“${name}”` },
  nl: {
    one: "Gesorteerd door de regel {names}",
    more: "Gesorteerd door de regels {names}",
    quote: (name) => `‘${name}’`,
  },
};

/** The line for rules that took a conversation, in the language of `locale`. */
export function sortedText(locale: string, names: readonly string[]): string {
  const { one, more, quote } = TEXTS[customerLanguage(locale)];
  const quoted = names.map(quote).join(", ");
  // A function: a name with "$&" of its own stays as it is.
  return (names.length === 1 ? one : more).replace("{names}", () => quoted);
}
