import { customerLanguage, type CustomerLanguage } from "../lib/languages";

// What is said after an opt-out word: to the person, once and short (no character outside GSM-7, one part), and to the
// team in the conversation.

type Texts = {
  stopped: Record<"sms" | "whatsapp", (org: string) => string>;
  started: Record<"sms" | "whatsapp", (org: string) => string>;
  help: (org: string, contact: string) => string;
  team: Record<TeamLine, string>;
};

/** Lines in the conversation. */
export type TeamLine = "stopped" | "started" | "confirmed" | "question" | "revocation" | "unsubscribed";

const TEXTS: Record<CustomerLanguage, Texts> = {
  de: {
    stopped: {
      sms: (org) => `${org}: Sie erhalten keine SMS mehr von uns. Mit START erhalten Sie wieder welche.`,
      whatsapp: (org) => `${org}: Sie erhalten keine Werbung mehr per WhatsApp. Mit START erhalten Sie wieder welche.`,
    },
    started: {
      sms: (org) => `${org}: Sie erhalten wieder SMS von uns. Abmelden mit STOPP.`,
      whatsapp: (org) => `${org}: Sie erhalten wieder Nachrichten per WhatsApp. Abmelden mit STOPP.`,
    },
    help: (org, contact) => `${org}: Hilfe unter ${contact}. Abmelden mit STOPP.`,
    team: {
      stopped: "Abgemeldet durch ein Stoppwort.",
      started: "Wieder angemeldet durch ein Startwort.",
      confirmed: "Anmeldung per Antwort bestätigt.",
      question: "Das kann eine Absage, Kündigung oder Abmeldung sein: bitte klären. Storniert wurde nichts.",
      revocation: "Möchte offenbar keine Nachrichten mehr: Werbung ist vorläufig gesperrt, bitte prüfen.",
      unsubscribed: "Abgemeldet über die Abmeldeadresse einer E-Mail.",
    },
  },
  en: {
    stopped: {
      sms: (org) => `${org}: You will receive no more texts from us. Reply START to receive them again.`,
      whatsapp: (org) => `${org}: You will receive no more offers on WhatsApp. Reply START to receive them again.`,
    },
    started: {
      sms: (org) => `${org}: You receive our texts again. Reply STOP to end them.`,
      whatsapp: (org) => `${org}: You receive our messages on WhatsApp again. Reply STOP to end them.`,
    },
    help: (org, contact) => `${org}: Help at ${contact}. Reply STOP to end messages.`,
    team: {
      stopped: "Opted out by a stop word.",
      started: "Opted in again by a start word.",
      confirmed: "Sign-up confirmed by an answer.",
      question: "This may mean a cancellation or an opt-out: please clarify. Nothing was cancelled.",
      revocation: "Seems to want no more messages: advertising is stopped for now, please check.",
      unsubscribed: "Unsubscribed through the address in an e-mail.",
    },
  },
  nl: {
    stopped: {
      sms: (org) => `${org}: U ontvangt geen sms meer van ons. Met START ontvangt u ze weer.`,
      whatsapp: (org) => `${org}: U ontvangt geen reclame meer via WhatsApp. Met START ontvangt u die weer.`,
    },
    started: {
      sms: (org) => `${org}: U ontvangt weer sms van ons. Afmelden met STOP.`,
      whatsapp: (org) => `${org}: U ontvangt weer berichten via WhatsApp. Afmelden met STOP.`,
    },
    help: (org, contact) => `${org}: Hulp via ${contact}. Afmelden met STOP.`,
    team: {
      stopped: "Afgemeld met een stopwoord.",
      started: "Weer aangemeld met een startwoord.",
      confirmed: "Aanmelding per antwoord bevestigd.",
      question: "Dit kan een annulering, opzegging of afmelding zijn: graag nagaan. Er is niets geannuleerd.",
      revocation: "Wil blijkbaar geen berichten meer: reclame is voorlopig gestopt, graag controleren.",
      unsubscribed: "Afgemeld via het afmeldadres van een e-mail.",
    },
  },
};

/** The one answer to STOP or START, in the person's language. */
export function optAnswer(
  locale: string,
  kind: "stopped" | "started",
  channel: "sms" | "whatsapp",
  org: string,
): string {
  return TEXTS[customerLanguage(locale)][kind][channel](org);
}

/** The answer to HELP: who writes, where to turn to, and how to end it (providers.md 21.2). */
export function helpAnswer(locale: string, org: string, contact: string): string {
  return TEXTS[customerLanguage(locale)].help(org, contact);
}

/** What the team reads in the conversation. */
export function teamLine(locale: string, line: TeamLine): string {
  return TEXTS[customerLanguage(locale)].team[line];
}
