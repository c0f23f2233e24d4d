type Words = {
  title: string;
  question: (org: string, address: string) => string;
  button: string;
  done: (org: string, address: string) => string;
  unknown: string;
  later: string;
};

const WORDS: Record<"de" | "nl" | "en", Words> = {
  de: {
    title: "Abmelden",
    question: (org, address) => `Möchten Sie von ${org} keine solchen Nachrichten mehr an ${address} erhalten?`,
    button: "Ja, abmelden",
    done: (org, address) => `Erledigt. ${org} schickt keine solchen Nachrichten mehr an ${address}.`,
    unknown: "Dieser Abmeldelink ist nicht bekannt. Bitte nehmen Sie den Link aus der neuesten Nachricht.",
    later: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es in einer Minute noch einmal.",
  },
  nl: {
    title: "Afmelden",
    question: (org, address) => `Wilt u van ${org} geen berichten van dit soort meer ontvangen op ${address}?`,
    button: "Ja, afmelden",
    done: (org, address) => `Gelukt. ${org} stuurt geen berichten van dit soort meer naar ${address}.`,
    unknown: "Deze afmeldlink is niet bekend. Gebruik de link uit het nieuwste bericht.",
    later: "Er komen nu te veel aanvragen binnen. Probeer het over een minuut opnieuw.",
  },
  en: {
    title: "Unsubscribe",
    question: (org, address) => `Stop receiving messages of this kind from ${org} at ${address}?`,
    button: "Yes, unsubscribe",
    done: (org, address) => `Done. ${org} will not send messages of this kind to ${address} any more.`,
    unknown: "This unsubscribe link is not known. Please use the link in the newest message.",
    later: "Too many requests are coming in. Please try again in a minute.",
  },
};

/** What the page is about: a question, its answer, or why there is neither. */
export type UnsubscribeView =
  { kind: "question" | "done"; orgName: string; address: string } | { kind: "unknown" | "later" };

/** The unsubscribe page as a whole HTML document, in the person's language (BCP 47), English when it is another. */
export function unsubscribeHtml(locale: string, view: UnsubscribeView): string {
  const language = languageOf(locale);
  const words = WORDS[language];
  const text = escapeHtml(textOf(words, view));
  const form = view.kind === "question" ? `<form method="post"><button>${words.button}</button></form>` : "";
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${words.title}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 32rem; margin: 15vh auto; padding: 0 1.5rem }
  button { font: inherit; padding: .5rem 1rem; min-height: 44px }
</style>
<h1>${words.title}</h1>
<p>${text}</p>
${form}
</html>
`;
}

function languageOf(locale: string): keyof typeof WORDS {
  const language = locale.slice(0, 2).toLowerCase();
  return language === "de" || language === "nl" ? language : "en";
}

function textOf(words: Words, view: UnsubscribeView): string {
  switch (view.kind) {
    case "question":
      return words.question(view.orgName, view.address);
    case "done":
      return words.done(view.orgName, view.address);
    case "unknown":
      return words.unknown;
    case "later":
      return words.later;
  }
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
