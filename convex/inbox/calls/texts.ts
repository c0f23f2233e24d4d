import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import type { Call } from "./schema";

// What lists show of a call without a note. Pure.

const TEXTS: Record<CustomerLanguage, Record<Call["direction"], string>> = {
  de: { incoming: "Anruf vom Kunden", outgoing: "Anruf beim Kunden" },
  en: { incoming: "Call from the customer", outgoing: "Call to the customer" },
  nl: { incoming: "Telefoontje van de klant", outgoing: "Telefoontje naar de klant" },
};

/** A call in one line, in the language of `locale`. */
export function callLine(locale: string, { direction }: Pick<Call, "direction">): string {
  return TEXTS[customerLanguage(locale)][direction];
}
