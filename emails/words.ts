import type { EmailLayout } from "../convex/templates/schema";

/** The words of the frame around a mail's own text. */
export type FrameWords = {
  reason: (brandName: string) => string;
  unsubscribe: string;
  preferences: string;
  answerHint: string;
  kicker: Record<EmailLayout, string>;
  wrote: (author: string) => string;
};

const GERMAN: FrameWords = {
  reason: (brandName) => `Sie erhalten diese Nachricht von ${brandName} zu Ihrer Buchung oder Anfrage.`,
  unsubscribe: "Solche Nachrichten abbestellen",
  preferences: "Einstellungen",
  answerHint: "Antworten Sie einfach auf diese E-Mail: Ihre Nachricht kommt direkt bei uns an.",
  kicker: {
    booking_confirmation: "Ihre Buchung",
    reminder: "Bald ist es so weit",
    check_in: "Wie läuft es?",
    follow_up: "Vielen Dank",
    agent_reply: "Antwort",
  },
  wrote: (author) => `${author} schrieb:`,
};

const ENGLISH: FrameWords = {
  reason: (brandName) => `You receive this message from ${brandName} about your booking or request.`,
  unsubscribe: "Unsubscribe from messages like this",
  preferences: "Preferences",
  answerHint: "Just answer this e-mail: your message reaches us directly.",
  kicker: {
    booking_confirmation: "Your booking",
    reminder: "Coming up soon",
    check_in: "How is it going?",
    follow_up: "Thank you",
    agent_reply: "Reply",
  },
  wrote: (author) => `${author} wrote:`,
};

const DUTCH: FrameWords = {
  reason: (brandName) => `U ontvangt dit bericht van ${brandName} over uw boeking of vraag.`,
  unsubscribe: "Afmelden voor dit soort berichten",
  preferences: "Voorkeuren",
  answerHint: "Beantwoord gewoon deze e-mail: uw bericht komt direct bij ons aan.",
  kicker: {
    booking_confirmation: "Uw boeking",
    reminder: "Bijna zover",
    check_in: "Hoe gaat het?",
    follow_up: "Hartelijk dank",
    agent_reply: "Antwoord",
  },
  wrote: (author) => `${author} schreef:`,
};

/** The frame's words for a BCP 47 locale: German, Dutch, else English. */
export function frameWords(locale: string): FrameWords {
  const language = locale.toLowerCase().split("-")[0];
  if (language === "de") return GERMAN;
  return language === "nl" ? DUTCH : ENGLISH;
}
