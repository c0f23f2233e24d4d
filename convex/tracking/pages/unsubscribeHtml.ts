import type { EmailBrand } from "../../../emails/content";
import type { LocalText } from "../../contacts/topics/schema";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { markup, pageDocument, type Html } from "./frame";

type About = { brand: EmailBrand; address: string; topic: LocalText | null; token: string };

/** What the page is about: a question, its answer, or why there is neither. */
export type UnsubscribeView =
  ({ kind: "question" | "done" | "undone" } & About) | { kind: "unknown" } | { kind: "later" };

/** The body of the button's request, besides mail providers' own `List-Unsubscribe=One-Click` (RFC 8058). */
export const UNDO_FIELD = "undo";

type Sentence = (org: string, what: string, address: string) => string;
type Words = {
  title: string;
  languages: string;
  what: (topic: string | null) => string;
  question: Sentence;
  button: string;
  done: Sentence;
  undone: Sentence;
  mistake: string;
  undo: string;
  more: string;
  unknown: string;
  later: string;
};

const WORDS: Record<CustomerLanguage, Words> = {
  de: {
    title: "Abmelden",
    languages: "Sprache",
    what: (topic) => (topic === null ? "Nachrichten dieser Art" : `Nachrichten zum Thema „${topic}“`),
    question: (org, what, address) => `Möchten Sie von ${org} keine ${what} mehr an ${address} erhalten?`,
    button: "Ja, abmelden",
    done: (org, what, address) => `Erledigt. ${org} schickt keine ${what} mehr an ${address}.`,
    undone: (org, what, address) => `Erledigt. ${org} schickt wieder ${what} an ${address}.`,
    mistake: "War das ein Versehen?",
    undo: "Abmeldung rückgängig machen",
    more: "Alle Einstellungen ansehen",
    unknown: "Dieser Abmeldelink ist nicht bekannt. Bitte nehmen Sie den Link aus der neuesten Nachricht.",
    later: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es in einer Minute noch einmal.",
  },
  en: {
    title: "Unsubscribe",
    languages: "Language",
    what: (topic) => (topic === null ? "messages of this kind" : `messages about “${topic}”`),
    question: (org, what, address) => `Stop receiving ${what} from ${org} at ${address}?`,
    button: "Yes, unsubscribe",
    done: (org, what, address) => `Done. ${org} will not send ${what} to ${address} any more.`,
    undone: (org, what, address) => `Done. ${org} sends ${what} to ${address} again.`,
    mistake: "Was that a mistake?",
    undo: "Undo unsubscribing",
    more: "See all settings",
    unknown: "This unsubscribe link is not known. Please use the link in the newest message.",
    later: "Too many requests are coming in. Please try again in a minute.",
  },
  nl: {
    title: "Afmelden",
    languages: "Taal",
    what: (topic) => (topic === null ? "berichten van dit soort" : `berichten over „${topic}”`),
    question: (org, what, address) => `Wilt u van ${org} geen ${what} meer ontvangen op ${address}?`,
    button: "Ja, afmelden",
    done: (org, what, address) => `Gelukt. ${org} stuurt geen ${what} meer naar ${address}.`,
    undone: (org, what, address) => `Gelukt. ${org} stuurt weer ${what} naar ${address}.`,
    mistake: "Was dat een vergissing?",
    undo: "Afmelding ongedaan maken",
    more: "Alle instellingen bekijken",
    unknown: "Deze afmeldlink is niet bekend. Gebruik de link uit het nieuwste bericht.",
    later: "Er komen nu te veel aanvragen binnen. Probeer het over een minuut opnieuw.",
  },
};

/** The unsubscribe page as a whole HTML document, in the person's language (BCP 47), English when it is another. */
export function unsubscribeHtml(locale: string, view: UnsubscribeView): string {
  const language = customerLanguage(locale);
  const words = WORDS[language];
  const { title } = words;
  if (view.kind === "unknown" || view.kind === "later") {
    return pageDocument({ language, title, brand: null, body: markup`<p>${words[view.kind]}</p>` });
  }
  const { brand, token } = view;
  const languages = view.kind === "question" ? { path: `/u/${token}`, label: words.languages } : undefined;
  return pageDocument({ language, title, brand, languages, body: bodyOf(language, words, view) });
}

function bodyOf(
  language: CustomerLanguage,
  words: Words,
  view: Extract<UnsubscribeView, { kind: "question" | "done" | "undone" }>,
): Html {
  const { brand, address, topic, token, kind } = view;
  const what = words.what(topic === null ? null : topic[language] || topic.de);
  const role = kind === "question" ? null : markup` role="status"`;
  const said = markup`<p${role}>${words[kind](brand.name, what, address)}</p>`;
  const settings = markup`<a href="/p/${token}?lang=${language}">${words.more}</a>`;
  const action = `/u/${token}?lang=${language}`;
  switch (kind) {
    case "question":
      return markup`${said}
<form method="post" action="${action}" class="actions"><button>${words.button}</button> ${settings}</form>`;
    case "undone":
      return markup`${said}<p>${settings}</p>`;
    case "done":
      return markup`${said}
<form method="post" action="${action}" class="actions"><span>${words.mistake}</span>
<button class="plain" name="${UNDO_FIELD}" value="yes">${words.undo}</button> ${settings}</form>`;
  }
}
