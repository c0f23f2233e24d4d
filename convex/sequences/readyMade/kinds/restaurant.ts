import { days, fork, message, offerAgain, task } from "../nodes";
import type { ReadyMade } from "../shape";

/** From so many guests on the kitchen wants to know what they eat. */
const LARGE_PARTY = 7;

const NODES = [
  message(
    "confirmation",
    { phase: "before", timing: { kind: "reached" }, channel: "email", purpose: "transactional" },
    "large-party",
  ),
  fork(
    "large-party",
    "before",
    { kind: "fact", key: "booking.attributes.guests", comparison: "at_least", value: LARGE_PARTY },
    { yes: "call", no: "reminder" },
  ),
  task("call", "before", 24, "reminder"),
  message(
    "reminder",
    { phase: "before", timing: days("start", -1, "11:00"), channel: "sms", purpose: "transactional" },
    "thanks",
  ),
  message("thanks", { phase: "after", timing: days("end", 1, "11:00"), channel: "email", purpose: "review" }, "later"),
  ...offerAgain("invitation", { afterDays: 42 }),
];

type TextId = "confirmation" | "reminder" | "thanks" | "invitation";
type Step = TextId | "large-party" | "call" | "later" | "wants-offers" | "answer" | "goal";

/** A table for an evening: confirmation, reminder, thanks, and an invitation to come back. */
export const RESTAURANT: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: {
    confirmation: "booking_confirmation",
    reminder: "reminder",
    thanks: "follow_up",
    invitation: "follow_up",
  },
  words: {
    de: {
      name: "Restaurant: Tisch, Erinnerung, Wiedersehen",
      description: "Bestätigt die Reservierung, erinnert am Vortag, dankt und lädt nach sechs Wochen wieder ein.",
      eventName: "Ihre Reservierung",
      steps: {
        confirmation: "Reservierung bestätigen",
        "large-party": "Große Gesellschaft?",
        call: "Große Gesellschaft: wegen des Menüs anrufen",
        reminder: "Am Tag davor: Erinnerung",
        thanks: "Am Tag danach: Dank und Rückmeldung",
        later: "Sechs Wochen warten",
        "wants-offers": "Möchte Einladungen erhalten?",
        invitation: "Einladung zum Wiederkommen",
        answer: "Auf Antwort warten",
        goal: "Kommt wieder",
      },
      texts: {
        confirmation: {
          subject: "Ihr Tisch ist reserviert",
          body: "Ihr Tisch ist für Sie reserviert: am {{eventDate}} um {{eventTime}}.\n\nGibt es Allergien, einen Anlass zum Feiern oder kleine Gäste, die einen Hochstuhl brauchen? Antworten Sie einfach auf diese E-Mail, wir richten uns gern danach.",
          short:
            "{{organisation}}: Ihr Tisch am {{eventDate}} um {{eventTime}} ist reserviert. Wir freuen uns auf Sie!",
        },
        reminder: {
          subject: "Bis morgen!",
          body: "morgen um {{eventTime}} erwarten wir Sie. Können Sie doch nicht kommen? Dann antworten Sie bitte kurz, damit andere Gäste Ihren Tisch bekommen.",
          short:
            "{{organisation}}: Bis morgen um {{eventTime}}! Falls Sie nicht kommen können, antworten Sie bitte kurz.",
        },
        thanks: {
          subject: "Hat es Ihnen geschmeckt?",
          body: "danke, dass Sie unser Gast waren. Hat es Ihnen geschmeckt, und haben Sie sich wohlgefühlt?\n\nAntworten Sie einfach auf diese E-Mail. Küche und Service lesen jede Zeile.",
          short: "{{organisation}}: Danke für Ihren Besuch! Hat es Ihnen geschmeckt?",
        },
        invitation: {
          subject: "Die neue Karte ist da",
          body: "seit Ihrem Besuch hat sich auf unserer Karte einiges getan. Wir würden Sie gern wieder bei uns begrüßen.\n\nAntworten Sie mit Tag, Uhrzeit und Zahl der Gäste, den Rest übernehmen wir.",
          short:
            "{{organisation}}: Die neue Karte ist da. Antworten Sie mit Tag und Uhrzeit, und Ihr Tisch ist reserviert.",
        },
      },
    },
    nl: {
      name: "Restaurant: tafel, herinnering, weerzien",
      description: "Bevestigt de reservering, herinnert de dag ervoor, bedankt en nodigt na zes weken weer uit.",
      eventName: "uw reservering",
      steps: {
        confirmation: "Reservering bevestigen",
        "large-party": "Groot gezelschap?",
        call: "Groot gezelschap: bellen over het menu",
        reminder: "De dag ervoor: herinnering",
        thanks: "De dag erna: dank en terugkoppeling",
        later: "Zes weken wachten",
        "wants-offers": "Wil uitnodigingen ontvangen?",
        invitation: "Uitnodiging om terug te komen",
        answer: "Op antwoord wachten",
        goal: "Komt terug",
      },
      texts: {
        confirmation: {
          subject: "Uw tafel is gereserveerd",
          body: "uw tafel is voor u gereserveerd: op {{eventDate}} om {{eventTime}}.\n\nZijn er allergieën, valt er iets te vieren of komt er een kleine gast mee die een kinderstoel nodig heeft? Beantwoord gewoon deze e-mail, dan houden we er graag rekening mee.",
          short: "{{organisation}}: Uw tafel op {{eventDate}} om {{eventTime}} is gereserveerd. Tot dan!",
        },
        reminder: {
          subject: "Tot morgen!",
          body: "morgen om {{eventTime}} staat uw tafel klaar. Kunt u toch niet komen? Laat het ons even weten, dan maken we andere gasten blij met uw tafel.",
          short: "{{organisation}}: Tot morgen om {{eventTime}}! Kunt u niet komen? Antwoord dan even.",
        },
        thanks: {
          subject: "Heeft het gesmaakt?",
          body: "bedankt dat u onze gast was. Heeft het gesmaakt, en voelde u zich op uw gemak?\n\nBeantwoord gewoon deze e-mail. Keuken en bediening lezen elke regel.",
          short: "{{organisation}}: Bedankt voor uw bezoek! Heeft het gesmaakt?",
        },
        invitation: {
          subject: "De nieuwe kaart is er",
          body: "sinds uw bezoek is er veel veranderd op onze kaart. We zien u graag weer terug.\n\nAntwoord met dag, tijd en aantal gasten, dan regelen wij de rest.",
          short: "{{organisation}}: De nieuwe kaart is er. Antwoord met dag en tijd, en uw tafel is gereserveerd.",
        },
      },
    },
    en: {
      name: "Restaurant: table, reminder, come again",
      description: "Confirms the table, reminds the day before, says thanks and invites again after six weeks.",
      eventName: "your table",
      steps: {
        confirmation: "Confirm the table",
        "large-party": "Large party?",
        call: "Large party: call about the menu",
        reminder: "The day before: reminder",
        thanks: "The day after: thanks and feedback",
        later: "Wait six weeks",
        "wants-offers": "Wants to be invited?",
        invitation: "Invitation to come again",
        answer: "Wait for an answer",
        goal: "Comes again",
      },
      texts: {
        confirmation: {
          subject: "Your table is reserved",
          body: "your table is reserved: on {{eventDate}} at {{eventTime}}.\n\nAre there allergies, something to celebrate, or small guests who need a high chair? Just answer this e-mail, and we will see to it.",
          short: "{{organisation}}: Your table on {{eventDate}} at {{eventTime}} is reserved. See you then!",
        },
        reminder: {
          subject: "See you tomorrow!",
          body: "we expect you tomorrow at {{eventTime}}. Can you not come after all? Please tell us, so that other guests get your table.",
          short: "{{organisation}}: See you tomorrow at {{eventTime}}! If you cannot come, please answer here.",
        },
        thanks: {
          subject: "Did you enjoy your meal?",
          body: "thank you for having been our guest. Did you enjoy your meal, and did you feel welcome?\n\nJust answer this e-mail. Kitchen and service read every line.",
          short: "{{organisation}}: Thank you for your visit! Did you enjoy your meal?",
        },
        invitation: {
          subject: "The new menu is here",
          body: "a lot has changed on our menu since your visit. We would love to welcome you again.\n\nAnswer with the day, the time and how many you are, and we will do the rest.",
          short: "{{organisation}}: The new menu is here. Answer with day and time, and your table is reserved.",
        },
      },
    },
  },
};
