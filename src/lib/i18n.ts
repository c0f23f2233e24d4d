import i18next from "i18next";
import { useEffect } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import de from "../locales/de.json";
import en from "../locales/en.json";
import nl from "../locales/nl.json";
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

export function startI18n(): void {
  const language = readStored<Language | null>("language", null) ?? browserLanguage(navigator.languages);
  document.documentElement.lang = language;
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, de: { translation: de }, nl: { translation: nl } },
    interpolation: { escapeValue: false },
  });
}

/** The language of the interface: what Intl is asked with. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return LANGUAGES.find((language) => language === i18n.language) ?? "en";
}

export function useLanguageChoice(): [Language, (language: Language) => void] {
  const current = useLanguage();
  const [, remember] = useStored<Language | null>("language", null);
  const { i18n } = useTranslation();
  useEffect(() => {
    document.documentElement.lang = current;
  }, [current]);
  return [
    current,
    (language) => {
      remember(language);
      void i18n.changeLanguage(language);
    },
  ];
}
