import i18next from "i18next";
import { useEffect } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import type en from "../locales/en.json";
import { readStored, useStored } from "./stored";

export const LANGUAGES = ["en", "de", "nl"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of the browser if we speak it, else English. */
export function browserLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const short = tag.slice(0, 2).toLowerCase();
    const known = LANGUAGES.find((language) => language === short);
    if (known !== undefined) return known;
  }
  return "en";
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

type Texts = Promise<{ default: object }>;

/** Only the language that is spoken is loaded, and what the first screen does not say only with what says it. */
const TEXTS: Record<Language, { first: () => Texts; rest: () => Texts }> = {
  en: {
    first: async () => await import("../locales/en.json?first"),
    rest: async () => await import("../locales/en.json?rest"),
  },
  de: {
    first: async () => await import("../locales/de.json?first"),
    rest: async () => await import("../locales/de.json?rest"),
  },
  nl: {
    first: async () => await import("../locales/nl.json?first"),
    rest: async () => await import("../locales/nl.json?rest"),
  },
};

/** Ready when the texts of the first screen are there in the reader's language. Rejects when they cannot be loaded. */
export async function startI18n(): Promise<void> {
  const language = readStored<Language | null>("language", null) ?? browserLanguage(navigator.languages);
  document.documentElement.lang = language;
  const { default: translation } = await TEXTS[language].first();
  // All languages have the same texts (locales.test.ts): none needs another one to fall back to.
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
  });
}

const complete = new Set<string>();

/** Ready when all texts of the language that is spoken are there: every screen but the first waits for it. */
export async function allTexts(): Promise<void> {
  const language = spoken();
  if (complete.has(language)) return;
  const { default: texts } = await TEXTS[language].rest();
  i18next.addResourceBundle(language, "translation", texts, true);
  complete.add(language);
}

async function speak(language: Language): Promise<void> {
  const parts = await Promise.all([TEXTS[language].first(), TEXTS[language].rest()]);
  for (const { default: texts } of parts) i18next.addResourceBundle(language, "translation", texts, true);
  complete.add(language);
  await i18next.changeLanguage(language);
}

function spoken(): Language {
  return LANGUAGES.find((language) => language === i18next.language) ?? "en";
}

/** The language of the interface: what Intl is asked with. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return LANGUAGES.find((language) => language === i18n.language) ?? "en";
}

export function useLanguageChoice(): [Language, (language: Language) => void] {
  const current = useLanguage();
  const [, remember] = useStored<Language | null>("language", null);
  useEffect(() => {
    document.documentElement.lang = current;
  }, [current]);
  return [
    current,
    (language) => {
      // Without network the texts may not come: then it stays as it is.
      speak(language).then(() => remember(language), reportError);
    },
  ];
}
