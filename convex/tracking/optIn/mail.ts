import { accentOf, type EmailBrand } from "../../../emails/content";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { markup } from "../pages/frame";

// The message that asks for a confirmation. It names who asks, for what, and the link, and advertises nothing: anything
// more would itself need the consent it asks for (providers.md 21.1).

type Words = {
  subject: (topic: string) => string;
  intro: (org: string) => string;
  button: string;
  outro: string;
  sms: (org: string, topic: string, url: string) => string;
};

const WORDS: Record<CustomerLanguage, Words> = {
  de: {
    subject: (topic) => `Bitte bestätigen Sie: ${topic}`,
    intro: (org) => `bitte bestätigen Sie, dass Sie von ${org} Nachrichten erhalten möchten:`,
    button: "Ja, bestätigen",
    outro:
      "Der Link gilt sieben Tage. Haben Sie das nicht gewünscht, müssen Sie nichts tun: Ohne Bestätigung schreiben wir Ihnen nicht.",
    sms: (org, topic, url) => `${org}: Bitte bestätigen Sie Nachrichten zu "${topic}": ${url} oder antworten Sie JA.`,
  },
  en: {
    subject: (topic) => `Please confirm: ${topic}`,
    intro: (org) => `please confirm that you want to receive messages from ${org}:`,
    button: "Yes, confirm",
    outro:
      "The link works for seven days. If you did not ask for this, there is nothing to do: without a confirmation we do not write to you.",
    sms: (org, topic, url) => `${org}: Please confirm messages about "${topic}": ${url} or answer YES.`,
  },
  nl: {
    subject: (topic) => `Bevestig alstublieft: ${topic}`,
    intro: (org) => `bevestig alstublieft dat u berichten van ${org} wilt ontvangen:`,
    button: "Ja, bevestigen",
    outro:
      "De link is zeven dagen geldig. Hebt u hier niet om gevraagd, dan hoeft u niets te doen: zonder bevestiging schrijven wij u niet.",
    sms: (org, topic, url) => `${org}: Bevestig berichten over "${topic}": ${url} of antwoord met JA.`,
  },
};

const GREETINGS: Record<CustomerLanguage, string> = { de: "Guten Tag,", en: "Hello,", nl: "Goedendag," };

/** What is asked, and of whom. */
export type OptInMail = {
  locale: string;
  brand: EmailBrand;
  topic: string;
  /** What the person would agree to, word for word. */
  wording: string;
  url: string;
};

/** The confirmation mail: subject, text and simple HTML. */
export function optInMail(mail: OptInMail): { subject: string; text: string; html: string } {
  const { locale, brand, topic, wording, url } = mail;
  const language = customerLanguage(locale);
  const words = WORDS[language];
  const { accent, onAccent } = accentOf(brand);
  const intro = `${GREETINGS[language]}\n\n${words.intro(brand.name)}`;
  const footer = brand.imprint.join("\n");
  const text = [intro, wording, `${words.button}: ${url}`, words.outro, footer].join("\n\n");
  const button = `display:inline-block;padding:12px 20px;border-radius:6px;background:${accent};color:${onAccent};font-weight:600;text-decoration:none`;
  const body = markup`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${words.subject(topic)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;max-width:600px">
<p>${GREETINGS[language]}</p>
<p>${words.intro(brand.name)}</p>
<blockquote style="margin:0 0 16px;padding:8px 16px;border-left:3px solid ${accent}">${wording}</blockquote>
<p><a href="${url}" style="${button}">${words.button}</a></p>
<p style="font-size:14px">${words.outro}</p>
<hr style="border:0;border-top:1px solid #d5d9df">
${brand.imprint.map((line) => markup`<p style="margin:0;font-size:13px">${line}</p>`)}
</body></html>`;
  return { subject: words.subject(topic), text, html: body.html };
}

/** The same as a text message. */
export function optInText({ locale, brand, topic, url }: OptInMail): string {
  return WORDS[customerLanguage(locale)].sms(brand.name, topic, url);
}
