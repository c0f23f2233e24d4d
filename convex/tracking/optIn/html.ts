import type { EmailBrand } from "../../../emails/content";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { markup, pageDocument, type Html } from "../pages/frame";

/** The confirmation page: the question, its answer, or why there is neither. */
export type OptInView =
  | { kind: "pending" | "confirmed" | "expired"; brand: EmailBrand; wording: string; token: string }
  | { kind: "unknown" }
  | { kind: "later" };

type Words = Record<"title" | "languages" | "intro" | "button" | "confirmed" | "expired" | "unknown" | "later", string>;

const WORDS: Record<CustomerLanguage, Words> = {
  de: {
    title: "Bitte bestätigen",
    languages: "Sprache",
    intro: "Mit der Bestätigung erklären Sie:",
    button: "Ja, bestätigen",
    confirmed: "Vielen Dank, Ihre Bestätigung ist gespeichert.",
    expired: "Dieser Link ist abgelaufen. Bitte fordern Sie dort, wo Sie sich angemeldet haben, einen neuen an.",
    unknown: "Dieser Link ist nicht bekannt. Bitte nehmen Sie den Link aus der neuesten Nachricht.",
    later: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es in einer Minute noch einmal.",
  },
  en: {
    title: "Please confirm",
    languages: "Language",
    intro: "By confirming you say:",
    button: "Yes, confirm",
    confirmed: "Thank you, your confirmation is recorded.",
    expired: "This link has expired. Please ask for a new one where you signed up.",
    unknown: "This link is not known. Please use the link in the newest message.",
    later: "Too many requests are coming in. Please try again in a minute.",
  },
  nl: {
    title: "Bevestig alstublieft",
    languages: "Taal",
    intro: "Met de bevestiging verklaart u:",
    button: "Ja, bevestigen",
    confirmed: "Hartelijk dank, uw bevestiging is opgeslagen.",
    expired: "Deze link is verlopen. Vraag een nieuwe aan waar u zich hebt aangemeld.",
    unknown: "Deze link is niet bekend. Gebruik de link uit het nieuwste bericht.",
    later: "Er komen nu te veel aanvragen binnen. Probeer het over een minuut opnieuw.",
  },
};

/** The page as a whole HTML document in the person's language (BCP 47). */
export function optInHtml(locale: string, view: OptInView): string {
  const language = customerLanguage(locale);
  const words = WORDS[language];
  const { title } = words;
  if (view.kind === "unknown" || view.kind === "later") {
    return pageDocument({ language, title, brand: null, body: markup`<p>${words[view.kind]}</p>` });
  }
  const languages = { path: `/c/${view.token}`, label: words.languages };
  return pageDocument({ language, title, brand: view.brand, languages, body: bodyOf(language, words, view) });
}

function bodyOf(
  language: CustomerLanguage,
  words: Words,
  { kind, wording, token }: Extract<OptInView, { token: string }>,
): Html {
  if (kind === "expired") return markup`<p role="status">${words.expired}</p>`;
  const quote = markup`<blockquote>${wording}</blockquote>`;
  if (kind === "confirmed") return markup`<p class="note" role="status">${words.confirmed}</p>${quote}`;
  return markup`<p>${words.intro}</p>${quote}
<form method="post" action="/c/${token}?lang=${language}" class="actions"><button>${words.button}</button></form>`;
}
