import type { TemplateVariable } from "../../templates/schema";
import type { Language } from "./shape";

// What all ready-made texts of one language have in common.

type Frame = { locale: string; greeting: string; farewell: string; yes: string; fallbacks: Record<string, string> };

/** `fallbacks` stand where a value is missing, so that the sentence around it still reads (product.md B-11). */
export const FRAMES: Record<Language, Frame> = {
  de: {
    locale: "de-DE",
    greeting: "Guten Tag {{name}},",
    farewell: "Herzliche Grüße\n{{organisation}}",
    yes: "Ja",
    fallbacks: {
      name: "und willkommen",
      organisation: "Ihr Team",
      eventDate: "vereinbarten Tag",
      eventTime: "der vereinbarten Zeit",
      eventEndDate: "zum vereinbarten Tag",
      eventEndTime: "zur vereinbarten Zeit",
      location: "wie vereinbart",
    },
  },
  nl: {
    locale: "nl-NL",
    greeting: "Beste {{name}},",
    farewell: "Hartelijke groet\n{{organisation}}",
    yes: "Ja",
    fallbacks: {
      name: "gast",
      organisation: "Uw team",
      eventDate: "de afgesproken dag",
      eventTime: "de afgesproken tijd",
      eventEndDate: "de afgesproken dag",
      eventEndTime: "de afgesproken tijd",
      location: "zoals afgesproken",
    },
  },
  en: {
    locale: "en-GB",
    greeting: "Dear {{name}},",
    farewell: "Kind regards\n{{organisation}}",
    yes: "Yes",
    fallbacks: {
      name: "guest",
      organisation: "Your team",
      eventDate: "the agreed day",
      eventTime: "the agreed time",
      eventEndDate: "the agreed day",
      eventEndTime: "the agreed time",
      location: "as agreed",
    },
  },
};

/** The variables of ready-made texts, each with what stands in for it. */
export function variablesOf(language: Language, eventName: string): TemplateVariable[] {
  const fallbacks = { ...FRAMES[language].fallbacks, eventName };
  return Object.entries(fallbacks).map(([name, fallback]) => ({ name, fallback }));
}
