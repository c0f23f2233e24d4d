import { useLanguage } from "../../lib/i18n";

type LocalText = { de: string; en: string; nl: string };

/** How to show texts that an organisation keeps in several languages: in the reader's, else in German. */
export function useLocalText(): (text: LocalText) => string {
  const language = useLanguage();
  return (text) => text[language] || text.de;
}
