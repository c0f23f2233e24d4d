import type { CustomerLanguage } from "../../lib/languages";

// What the team reads in a conversation about answers that did not go out. Pure.

const ANSWERED: Record<CustomerLanguage, (name: string) => string> = {
  de: (name) =>
    `Die geplante Antwort von ${name} geht nicht hinaus, weil inzwischen geschrieben wurde; sie ist wieder ein Entwurf.`,
  en: (name) => `The answer ${name} had planned does not go out because the customer wrote first; it is a draft again.`,
  nl: (name) =>
    `Het geplande antwoord van ${name} gaat niet uit omdat de klant eerst schreef; het is weer een concept.`,
};

/** Says that the customer's message cancelled a planned answer. */
export function answeredText(language: CustomerLanguage, name: string): string {
  return ANSWERED[language](name);
}
