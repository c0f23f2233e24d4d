import { customerLanguage, type CustomerLanguage } from "../lib/languages";
import type { Measure } from "./measures";

// What customers read: the question in the message, the page, and the line the team sees afterwards.

type Words = {
  subject: string;
  message: (org: string, url: string) => string;
  short: (org: string, url: string) => string;
  title: string;
  languages: string;
  intro: string;
  questions: Record<Measure, string>;
  ends: Record<Measure, { low: string; high: string }>;
  comment: string;
  button: string;
  thanks: string;
  known: string;
  expired: string;
  unknown: string;
  later: string;
  nothing: string;
  team: string;
  names: Record<Measure, string>;
};

const DE_ENDS = { low: "sehr unzufrieden", high: "sehr zufrieden" };
const EN_ENDS = { low: "very dissatisfied", high: "very satisfied" };
const NL_ENDS = { low: "zeer ontevreden", high: "zeer tevreden" };

const SURVEY_WORDS: Record<CustomerLanguage, Words> = {
  de: {
    subject: "Wie war es mit uns?",
    message: (org, url) =>
      `Guten Tag,\n\nIhr Anliegen bei ${org} ist abgeschlossen. Wie zufrieden waren Sie? Die Antwort dauert eine Minute:\n\n${url}\n\nVielen Dank!`,
    short: (org, url) => `${org}: Wie zufrieden waren Sie mit uns? ${url}`,
    title: "Wie war es mit uns?",
    languages: "Sprache",
    intro: "Ihre Antwort hilft uns, besser zu werden. Sie können Fragen auslassen.",
    questions: {
      nps: "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
      speed: "Wie zufrieden waren Sie mit der Geschwindigkeit?",
      channel: "Wie zufrieden waren Sie mit dem Weg, auf dem wir uns verständigt haben?",
      resolution: "Wie zufrieden waren Sie mit der Lösung?",
    },
    ends: {
      nps: { low: "unwahrscheinlich", high: "sehr wahrscheinlich" },
      speed: DE_ENDS,
      channel: DE_ENDS,
      resolution: DE_ENDS,
    },
    comment: "Möchten Sie uns noch etwas sagen?",
    button: "Absenden",
    thanks: "Vielen Dank, Ihre Antwort ist angekommen.",
    known: "Ihre Antwort ist schon bei uns. Vielen Dank.",
    expired: "Diese Umfrage ist abgelaufen.",
    unknown: "Dieser Link ist nicht bekannt. Bitte nehmen Sie den Link aus der neuesten Nachricht.",
    later: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es in einer Minute noch einmal.",
    nothing: "Bitte beantworten Sie wenigstens eine Frage.",
    team: "Bewertung",
    names: { nps: "Empfehlung", speed: "Geschwindigkeit", channel: "Weg", resolution: "Lösung" },
  },
  en: {
    subject: "How did we do?",
    message: (org, url) =>
      `Hello,\n\nyour request at ${org} is closed. How satisfied were you? It takes a minute to answer:\n\n${url}\n\nThank you!`,
    short: (org, url) => `${org}: How satisfied were you with us? ${url}`,
    title: "How did we do?",
    languages: "Language",
    intro: "Your answer helps us to get better. You can leave questions out.",
    questions: {
      nps: "How likely are you to recommend us?",
      speed: "How satisfied were you with the speed?",
      channel: "How satisfied were you with the way we communicated?",
      resolution: "How satisfied were you with the solution?",
    },
    ends: {
      nps: { low: "not likely", high: "very likely" },
      speed: EN_ENDS,
      channel: EN_ENDS,
      resolution: EN_ENDS,
    },
    comment: "Is there anything else you want to tell us?",
    button: "Send",
    thanks: "Thank you, your answer has arrived.",
    known: "We have your answer already. Thank you.",
    expired: "This survey has expired.",
    unknown: "This link is not known. Please use the link in the newest message.",
    later: "Too many requests are coming in. Please try again in a minute.",
    nothing: "Please answer at least one question.",
    team: "Rating",
    names: { nps: "recommendation", speed: "speed", channel: "channel", resolution: "solution" },
  },
  nl: {
    subject: "Hoe hebben wij het gedaan?",
    message: (org, url) =>
      `Goedendag,\n\nuw vraag bij ${org} is afgerond. Hoe tevreden was u? Antwoorden duurt een minuut:\n\n${url}\n\nHartelijk dank!`,
    short: (org, url) => `${org}: Hoe tevreden was u over ons? ${url}`,
    title: "Hoe hebben wij het gedaan?",
    languages: "Taal",
    intro: "Uw antwoord helpt ons beter te worden. U kunt vragen overslaan.",
    questions: {
      nps: "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
      speed: "Hoe tevreden was u over de snelheid?",
      channel: "Hoe tevreden was u over de manier waarop wij contact hadden?",
      resolution: "Hoe tevreden was u over de oplossing?",
    },
    ends: {
      nps: { low: "onwaarschijnlijk", high: "zeer waarschijnlijk" },
      speed: NL_ENDS,
      channel: NL_ENDS,
      resolution: NL_ENDS,
    },
    comment: "Wilt u ons nog iets zeggen?",
    button: "Versturen",
    thanks: "Hartelijk dank, uw antwoord is aangekomen.",
    known: "Wij hebben uw antwoord al. Hartelijk dank.",
    expired: "Deze enquête is verlopen.",
    unknown: "Deze link is niet bekend. Gebruik de link uit het nieuwste bericht.",
    later: "Er komen nu te veel aanvragen binnen. Probeer het over een minuut opnieuw.",
    nothing: "Beantwoord ten minste één vraag.",
    team: "Beoordeling",
    names: { nps: "aanbeveling", speed: "snelheid", channel: "contact", resolution: "oplossing" },
  },
};

/** The words for a BCP 47 locale. */
export function surveyWords(locale: string): Words {
  return SURVEY_WORDS[customerLanguage(locale)];
}
