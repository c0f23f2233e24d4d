import type { AddressChannel } from "../../contacts/schema";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { placeText } from "../merges/texts";

// What the team reads where a conversation goes on over another channel. Pure.

const CHANNEL_NAMES: Record<CustomerLanguage, Record<AddressChannel, string>> = {
  de: { email: "E-Mail", sms: "SMS", whatsapp: "WhatsApp" },
  en: { email: "e-mail", sms: "SMS", whatsapp: "WhatsApp" },
  nl: { email: "e-mail", sms: "sms", whatsapp: "WhatsApp" },
};

const TEXTS: Record<CustomerLanguage, { wentOn: string; cameFrom: string; subject: string }> = {
  de: {
    wentOn: "{name} hat per {channel} geantwortet: {other}",
    cameFrom: "{name} hat hier auf {other} geantwortet",
    subject: "Ihre Nachricht",
  },
  en: {
    wentOn: "{name} answered by {channel}: {other}",
    cameFrom: "{name} answered {other} here",
    subject: "Your message",
  },
  nl: {
    wentOn: "{name} heeft via {channel} geantwoord: {other}",
    cameFrom: "{name} heeft hier op {other} geantwoord",
    subject: "Uw bericht",
  },
};

type Line = { name: string; other: { number: number; subject: string }; channel: AddressChannel };

/** The line in the conversation that was left (`wentOn`) or gone on in, in the language of `locale`. */
export function goneOnText(locale: string, kind: "wentOn" | "cameFrom", { name, other, channel }: Line): string {
  const language = customerLanguage(locale);
  const words = { name, other: placeText(locale, other), channel: CHANNEL_NAMES[language][channel] };
  // One pass: a name or a subject with braces of its own stays as it is.
  return TEXTS[language][kind].replace(/\{(name|other|channel)\}/g, (_, part: keyof typeof words) => words[part]);
}

/** What a mail is about that answers a text without a subject, in the customer's language. */
export function subjectOfAnswer(locale: string): string {
  return TEXTS[customerLanguage(locale)].subject;
}
