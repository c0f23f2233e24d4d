import type { ConsentState } from "../../contacts/consents/schema";
import type { Purpose } from "../../lib/closedSets";
import type { CustomerLanguage } from "../../lib/languages";

type Count = (count: number) => string;

/** The texts of the preference page. */
export type PreferenceWords = {
  title: string;
  languages: string;
  intro: (org: string, address: string) => string;
  fixed: string;
  waiting: string;
  closed: string;
  pauseTitle: string;
  pauseText: string;
  pauseLabel: string;
  pauseNone: string;
  pauseKeep: (until: string) => string;
  pauseEnd: string;
  days: Record<30 | 90 | 180, string>;
  often: string;
  oftenAlways: string;
  oftenDays: Record<7 | 30, string>;
  save: string;
  saved: string;
  unchanged: string;
  confirm: Count;
  later: string;
  allTitle: string;
  allText: (org: string) => string;
  all: string;
  file: string;
  fileEmpty: string;
  everything: string;
  purposes: Record<Purpose, string>;
  states: Record<ConsentState, string>;
  unknown: string;
  tooMany: string;
};

export const PREFERENCE_WORDS: Record<CustomerLanguage, PreferenceWords> = {
  de: {
    title: "Ihre Einstellungen",
    languages: "Sprache",
    intro: (org, address) => `Hier bestimmen Sie, was ${org} Ihnen schickt. Dieser Link ging an ${address}.`,
    fixed: "gehört zu Ihrer Buchung",
    waiting: "wartet auf Ihre Bestätigung",
    closed: "kann gerade nicht erreicht werden; bitte melden Sie sich bei uns",
    pauseTitle: "Pause und Häufigkeit",
    pauseText: "Gilt für Angebote, Neuigkeiten und Bewertungsanfragen.",
    pauseLabel: "Pause machen",
    pauseNone: "Keine Pause",
    pauseKeep: (until) => `Pause bis ${until}`,
    pauseEnd: "Pause beenden",
    days: { 30: "30 Tage", 90: "3 Monate", 180: "6 Monate" },
    often: "Wie oft höchstens?",
    oftenAlways: "Immer, wenn es etwas gibt",
    oftenDays: { 7: "Höchstens einmal in der Woche", 30: "Höchstens einmal im Monat" },
    save: "Speichern",
    saved: "Ihre Einstellungen sind gespeichert.",
    unchanged: "Es hat sich nichts geändert.",
    confirm: (count) =>
      count === 1
        ? "Wir haben Ihnen eine Nachricht zur Bestätigung geschickt. Erst danach gilt diese Auswahl."
        : "Wir haben Ihnen Nachrichten zur Bestätigung geschickt. Erst danach gilt diese Auswahl.",
    later: "Eine Bestätigung ist schon unterwegs. Bitte warten Sie etwas, bevor Sie eine neue anfordern.",
    allTitle: "Alles abbestellen",
    allText: (org) =>
      `${org} schickt Ihnen dann keine Angebote, Neuigkeiten und Bewertungsanfragen mehr. Nachrichten zu Buchungen erhalten Sie weiter.`,
    all: "Alles abbestellen",
    file: "Was wir dazu gespeichert haben",
    fileEmpty: "Noch nichts.",
    everything: "alles",
    purposes: {
      transactional: "Buchungen",
      marketing: "Angebote und Neuigkeiten",
      service: "Service",
      review: "Bewertungen",
      tracking: "Auswertung",
    },
    states: {
      pending: "Bestätigung angefragt",
      granted: "Zugestimmt",
      withdrawn: "Widerrufen",
      denied: "Abgelehnt",
      paused: "Pause",
      resumed: "Pause beendet",
      limited: "Seltener gewünscht",
      unlimited: "Keine Begrenzung",
    },
    unknown: "Dieser Link ist nicht bekannt. Bitte nehmen Sie den Link aus der neuesten Nachricht.",
    tooMany: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es in einer Minute noch einmal.",
  },
  en: {
    title: "Your preferences",
    languages: "Language",
    intro: (org, address) => `Here you decide what ${org} sends you. This link went to ${address}.`,
    fixed: "belongs to your booking",
    waiting: "waits for your confirmation",
    closed: "cannot be reached at the moment; please contact us",
    pauseTitle: "Pause and frequency",
    pauseText: "For offers, news and review requests.",
    pauseLabel: "Take a break",
    pauseNone: "No break",
    pauseKeep: (until) => `Break until ${until}`,
    pauseEnd: "End the break",
    days: { 30: "30 days", 90: "3 months", 180: "6 months" },
    often: "How often at most?",
    oftenAlways: "Whenever there is something",
    oftenDays: { 7: "At most once a week", 30: "At most once a month" },
    save: "Save",
    saved: "Your preferences are saved.",
    unchanged: "Nothing has changed.",
    confirm: (count) =>
      count === 1
        ? "We have sent you a message to confirm. This choice counts from then on."
        : "We have sent you messages to confirm. These choices count from then on.",
    later: "A confirmation is on its way already. Please give it some time before you ask for another.",
    allTitle: "Unsubscribe from everything",
    allText: (org) =>
      `${org} will send you no more offers, news and review requests. You keep receiving messages about bookings.`,
    all: "Unsubscribe from everything",
    file: "What we have on file about this",
    fileEmpty: "Nothing yet.",
    everything: "everything",
    purposes: {
      transactional: "bookings",
      marketing: "offers and news",
      service: "service",
      review: "reviews",
      tracking: "measuring",
    },
    states: {
      pending: "Confirmation asked for",
      granted: "Agreed",
      withdrawn: "Withdrawn",
      denied: "Declined",
      paused: "Break",
      resumed: "Break ended",
      limited: "Wished for less often",
      unlimited: "No limit",
    },
    unknown: "This link is not known. Please use the link in the newest message.",
    tooMany: "Too many requests are coming in. Please try again in a minute.",
  },
  nl: {
    title: "Uw voorkeuren",
    languages: "Taal",
    intro: (org, address) => `Hier bepaalt u wat ${org} u stuurt. Deze link ging naar ${address}.`,
    fixed: "hoort bij uw boeking",
    waiting: "wacht op uw bevestiging",
    closed: "is op dit moment niet bereikbaar; neem contact met ons op",
    pauseTitle: "Pauze en frequentie",
    pauseText: "Voor aanbiedingen, nieuws en beoordelingsverzoeken.",
    pauseLabel: "Pauze nemen",
    pauseNone: "Geen pauze",
    pauseKeep: (until) => `Pauze tot ${until}`,
    pauseEnd: "Pauze beëindigen",
    days: { 30: "30 dagen", 90: "3 maanden", 180: "6 maanden" },
    often: "Hoe vaak hoogstens?",
    oftenAlways: "Altijd als er iets is",
    oftenDays: { 7: "Hoogstens één keer per week", 30: "Hoogstens één keer per maand" },
    save: "Opslaan",
    saved: "Uw voorkeuren zijn opgeslagen.",
    unchanged: "Er is niets veranderd.",
    confirm: (count) =>
      count === 1
        ? "Wij hebben u een bericht ter bevestiging gestuurd. Pas daarna geldt deze keuze."
        : "Wij hebben u berichten ter bevestiging gestuurd. Pas daarna gelden deze keuzes.",
    later: "Er is al een bevestiging onderweg. Wacht even voordat u een nieuwe aanvraagt.",
    allTitle: "Alles afmelden",
    allText: (org) =>
      `${org} stuurt u dan geen aanbiedingen, nieuws en beoordelingsverzoeken meer. Berichten over boekingen blijft u ontvangen.`,
    all: "Alles afmelden",
    file: "Wat wij hierover hebben opgeslagen",
    fileEmpty: "Nog niets.",
    everything: "alles",
    purposes: {
      transactional: "boekingen",
      marketing: "aanbiedingen en nieuws",
      service: "service",
      review: "beoordelingen",
      tracking: "meten",
    },
    states: {
      pending: "Bevestiging gevraagd",
      granted: "Ingestemd",
      withdrawn: "Ingetrokken",
      denied: "Geweigerd",
      paused: "Pauze",
      resumed: "Pauze beëindigd",
      limited: "Minder vaak gewenst",
      unlimited: "Geen beperking",
    },
    unknown: "Deze link is niet bekend. Gebruik de link uit het nieuwste bericht.",
    tooMany: "Er komen nu te veel aanvragen binnen. Probeer het over een minuut opnieuw.",
  },
};
