import type { CustomerLanguage } from "../../lib/languages";

/** Occasions on which a person is told something they agree to or refuse. */
export const WORDING_KEYS = [
  "double_opt_in",
  "preference_yes",
  "preference_no",
  "preference_pause",
  "unsubscribe_page",
  "unsubscribe_all",
  "opt_out_word",
  "opt_in_word",
  "agent_record",
] as const;
export type WordingKey = (typeof WORDING_KEYS)[number];

/** Blanks a wording may have; whatever else stands in braces is text. */
export const WORDING_BLANKS = ["org", "topic", "channel", "words"] as const;
export type WordingBlanks = Partial<Record<(typeof WORDING_BLANKS)[number], string>>;

type Texts = Record<WordingKey, string>;

/** What counts until the organisation has words of its own: version 1. */
export const DEFAULT_WORDINGS: Record<CustomerLanguage, Texts> = {
  de: {
    double_opt_in:
      "Ja, {org} darf mir per {channel} Nachrichten zum Thema „{topic}“ schicken. Ich kann das jederzeit widerrufen.",
    preference_yes: "{org} darf mir per {channel} Nachrichten zum Thema „{topic}“ schicken.",
    preference_no: "{org} soll mir per {channel} keine Nachrichten zum Thema „{topic}“ mehr schicken.",
    preference_pause: "{org} soll mit Werbung, Neuigkeiten und Bewertungsanfragen warten oder sie seltener schicken.",
    unsubscribe_page: "Solche Nachrichten abbestellen ({topic}, {channel}).",
    unsubscribe_all: "{org} soll mir keine Werbung, Neuigkeiten oder Bewertungsanfragen mehr schicken.",
    opt_out_word: "Nachricht der Person: „{words}“",
    opt_in_word: "Nachricht der Person: „{words}“",
    agent_record: "Von {org} festgehalten: „{topic}“ per {channel}.",
  },
  en: {
    double_opt_in: "Yes, {org} may send me messages about “{topic}” by {channel}. I can take this back at any time.",
    preference_yes: "{org} may send me messages about “{topic}” by {channel}.",
    preference_no: "{org} is not to send me messages about “{topic}” by {channel} any more.",
    preference_pause: "{org} is to wait with offers, news and review requests, or send them less often.",
    unsubscribe_page: "Unsubscribe from messages like this ({topic}, {channel}).",
    unsubscribe_all: "{org} is not to send me any offers, news or review requests any more.",
    opt_out_word: "The person wrote: “{words}”",
    opt_in_word: "The person wrote: “{words}”",
    agent_record: "Recorded by {org}: “{topic}” by {channel}.",
  },
  nl: {
    double_opt_in:
      "Ja, {org} mag mij via {channel} berichten over „{topic}” sturen. Ik kan dit op elk moment intrekken.",
    preference_yes: "{org} mag mij via {channel} berichten over „{topic}” sturen.",
    preference_no: "{org} mag mij via {channel} geen berichten over „{topic}” meer sturen.",
    preference_pause: "{org} moet wachten met aanbiedingen, nieuws en beoordelingsverzoeken, of ze minder vaak sturen.",
    unsubscribe_page: "Afmelden voor dit soort berichten ({topic}, {channel}).",
    unsubscribe_all: "{org} mag mij geen aanbiedingen, nieuws of beoordelingsverzoeken meer sturen.",
    opt_out_word: "Bericht van de persoon: „{words}”",
    opt_in_word: "Bericht van de persoon: „{words}”",
    agent_record: "Vastgelegd door {org}: „{topic}” via {channel}.",
  },
};

/** How customers call the channels. */
export const CHANNEL_NAMES: Record<CustomerLanguage, Record<"email" | "sms" | "whatsapp" | "webhook", string>> = {
  de: { email: "E-Mail", sms: "SMS", whatsapp: "WhatsApp", webhook: "Webhook" },
  en: { email: "e-mail", sms: "SMS", whatsapp: "WhatsApp", webhook: "webhook" },
  nl: { email: "e-mail", sms: "sms", whatsapp: "WhatsApp", webhook: "webhook" },
};

/** A wording with its blanks filled; a blank without a value stays empty and takes the space before it along. */
export function fillWording(text: string, blanks: WordingBlanks): string {
  return text.replace(/( ?)\{(\w+)\}/g, (whole, space: string, name: string) => {
    const known = WORDING_BLANKS.find((blank) => blank === name);
    if (known === undefined) return whole;
    const value = blanks[known];
    return value === undefined ? "" : `${space}${value}`;
  });
}

/** How the ledger names a version: "double_opt_in/de/3". */
export function wordingLabel(key: string, language: string, version: number): string {
  return `${key}/${language}/${version}`;
}
