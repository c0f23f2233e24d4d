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

/** Only the language that is spoken is loaded: each has the texts of all screens. */
const TEXTS: Record<Language, () => Promise<{ default: object }>> = {
  en: async () => await import("../locales/en.json"),
  de: async () => await import("../locales/de.json"),
  nl: async () => await import("../locales/nl.json"),
};

/** Ready when the texts of the reader's language are there. Rejects when they cannot be loaded. */
export async function startI18n(): Promise<void> {
  const language = readStored<Language | null>("language", null) ?? browserLanguage(navigator.languages);
  document.documentElement.lang = language;
  const { default: translation } = await TEXTS[language]();
  // All languages have the same texts (locales.test.ts): none needs another one to fall back to.
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
  });
}

async function speak(language: Language): Promise<void> {
  const { default: texts } = await TEXTS[language]();
  i18next.addResourceBundle(language, "translation", texts);
  await i18next.changeLanguage(language);
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
