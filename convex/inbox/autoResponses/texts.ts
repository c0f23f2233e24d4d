/** Languages a text may be written in: those of the product. */
export const TEXT_LANGUAGES = ["de", "en", "nl"] as const;

/** Words to begin with, one for each language of the product; {{opens}} is the next opening. */
export const SUGGESTED_TEXTS: Record<(typeof TEXT_LANGUAGES)[number], string> = {
  de: "Vielen Dank für Ihre Nachricht. Gerade ist niemand da. Ab {{opens}} Uhr sind wir wieder für Sie da und antworten Ihnen.",
  en: "Thank you for your message. Nobody is here right now. We are back on {{opens}} and will answer you then.",
  nl: "Dank voor uw bericht. Er is nu niemand. Vanaf {{opens}} zijn we er weer en krijgt u antwoord.",
};
