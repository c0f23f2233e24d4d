import { answer, days, goal, message, pause, task } from "../nodes";
import type { ReadyMade } from "../shape";

const NODES = [
  message(
    "confirmation",
    { phase: "before", timing: { kind: "reached" }, channel: "email", purpose: "transactional" },
    "day-before",
  ),
  message(
    "day-before",
    { phase: "before", timing: days("start", -1, "15:00"), channel: "sms", purpose: "transactional" },
    "done",
  ),
  // Only work that is reported as done is asked about.
  pause("done", days("completed", 1, "10:00"), "all-fine"),
  message("all-fine", { phase: "after", timing: { kind: "reached" }, channel: "email", purpose: "service" }, "answer"),
  answer("answer", 3, "call-back", "review"),
  task("call-back", "after", 4, "goal"),
  message("review", { phase: "after", timing: { kind: "reached" }, channel: "email", purpose: "review" }, "goal"),
  goal("goal"),
];

type TextId = "confirmation" | "day-before" | "all-fine" | "review";
type Step = TextId | "done" | "answer" | "call-back" | "goal";

/** A craftsman's visit: what to prepare, when somebody comes, whether all is well afterwards. */
export const TRADES: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: {
    confirmation: "booking_confirmation",
    "day-before": "reminder",
    "all-fine": "follow_up",
    review: "follow_up",
  },
  words: {
    de: {
      name: "Handwerk: Termin beim Kunden",
      description:
        "Sagt, was vorzubereiten ist, kündigt den Besuch an, fragt nach getaner Arbeit nach und bittet um Bewertung.",
      eventName: "Ihr Termin",
      steps: {
        confirmation: "Termin bestätigen und vorbereiten",
        "day-before": "Am Tag davor: Ankündigung",
        done: "Warten, bis die Arbeit erledigt ist",
        "all-fine": "Ist alles in Ordnung?",
        answer: "Drei Tage auf Antwort warten",
        "call-back": "Rückmeldung des Kunden: zurückrufen",
        review: "Bitte um eine Bewertung",
        goal: "Auftrag abgeschlossen",
      },
      texts: {
        confirmation: {
          subject: "Ihr Termin: {{eventName}}",
          body: "wir kommen am {{eventDate}} um {{eventTime}} zu Ihnen: {{eventName}}.\n\nBitte halten Sie den Zugang frei und sorgen Sie dafür, dass wir an Strom und Wasser kommen. Fotos der Stelle helfen uns, gleich das richtige Material mitzubringen: Schicken Sie sie einfach als Antwort.",
          short: "{{organisation}}: Wir kommen am {{eventDate}} um {{eventTime}}. Fotos der Stelle gern als Antwort.",
        },
        "day-before": {
          subject: "Morgen kommen wir zu Ihnen",
          body: "morgen um {{eventTime}} sind wir bei Ihnen. Ist niemand zu Hause? Dann sagen Sie uns bitte heute noch Bescheid.",
          short:
            "{{organisation}}: Morgen um {{eventTime}} sind wir bei Ihnen. Passt es nicht, antworten Sie bitte heute noch.",
        },
        "all-fine": {
          subject: "Ist alles in Ordnung?",
          body: "unsere Arbeit bei Ihnen ist erledigt: {{eventName}}. Funktioniert alles, wie es soll?\n\nWenn Ihnen etwas auffällt, antworten Sie einfach auf diese E-Mail. Wir rufen Sie zurück.",
          short: "{{organisation}}: Funktioniert alles, wie es soll? Sonst antworten Sie einfach, wir rufen zurück.",
        },
        review: {
          subject: "Waren Sie zufrieden?",
          body: "wir freuen uns, dass alles läuft. Gute Handwerker findet man über Empfehlungen: Würden Sie uns in zwei Sätzen schreiben, wie Sie uns erlebt haben?\n\nVielen Dank für Ihr Vertrauen.",
          short: "{{organisation}}: Waren Sie zufrieden? Zwei Sätze von Ihnen helfen uns sehr. Vielen Dank!",
        },
      },
    },
    nl: {
      name: "Vakbedrijf: afspraak bij de klant",
      description:
        "Zegt wat klaar moet staan, kondigt het bezoek aan, vraagt na het werk of alles goed is en om een beoordeling.",
      eventName: "uw afspraak",
      steps: {
        confirmation: "Afspraak bevestigen en voorbereiden",
        "day-before": "De dag ervoor: aankondiging",
        done: "Wachten tot het werk klaar is",
        "all-fine": "Is alles in orde?",
        answer: "Drie dagen op antwoord wachten",
        "call-back": "Reactie van de klant: terugbellen",
        review: "Vraag om een beoordeling",
        goal: "Opdracht afgerond",
      },
      texts: {
        confirmation: {
          subject: "Uw afspraak: {{eventName}}",
          body: "we komen op {{eventDate}} om {{eventTime}} bij u langs: {{eventName}}.\n\nHoud de toegang vrij en zorg dat we bij stroom en water kunnen. Met foto's van de plek nemen we meteen het juiste materiaal mee: stuur ze gewoon als antwoord.",
          short: "{{organisation}}: We komen op {{eventDate}} om {{eventTime}}. Foto's van de plek graag als antwoord.",
        },
        "day-before": {
          subject: "Morgen komen we bij u langs",
          body: "morgen om {{eventTime}} zijn we bij u. Is er niemand thuis? Laat het ons dan vandaag nog weten.",
          short:
            "{{organisation}}: Morgen om {{eventTime}} zijn we bij u. Komt het niet uit? Antwoord dan vandaag nog.",
        },
        "all-fine": {
          subject: "Is alles in orde?",
          body: "ons werk bij u is klaar: {{eventName}}. Werkt alles zoals het hoort?\n\nValt u iets op, beantwoord dan gewoon deze e-mail. We bellen u terug.",
          short: "{{organisation}}: Werkt alles zoals het hoort? Zo niet, antwoord gewoon, dan bellen we terug.",
        },
        review: {
          subject: "Was u tevreden?",
          body: "fijn dat alles werkt. Een goede vakman vindt men door aanbevelingen: wilt u in twee zinnen schrijven hoe u ons hebt ervaren?\n\nHartelijk dank voor uw vertrouwen.",
          short: "{{organisation}}: Was u tevreden? Twee zinnen van u helpen ons enorm. Hartelijk dank!",
        },
      },
    },
    en: {
      name: "Trades: a visit at the customer's",
      description: "Says what to prepare, announces the visit, asks afterwards whether all is well and for a review.",
      eventName: "your appointment",
      steps: {
        confirmation: "Confirm the visit and prepare it",
        "day-before": "The day before: announcement",
        done: "Wait until the work is done",
        "all-fine": "Is everything in order?",
        answer: "Wait three days for an answer",
        "call-back": "The customer has answered: call back",
        review: "Ask for a review",
        goal: "Job finished",
      },
      texts: {
        confirmation: {
          subject: "Your appointment: {{eventName}}",
          body: "we will be with you on {{eventDate}} at {{eventTime}}: {{eventName}}.\n\nPlease keep the way clear and make sure that we can reach electricity and water. Photos help us to bring the right material at once: just send them as an answer.",
          short: "{{organisation}}: We will be with you on {{eventDate}} at {{eventTime}}. Photos help: just answer.",
        },
        "day-before": {
          subject: "We will be with you tomorrow",
          body: "we will be with you tomorrow at {{eventTime}}. Is nobody at home? Please tell us today.",
          short:
            "{{organisation}}: We will be with you tomorrow at {{eventTime}}. Does it not suit? Please answer today.",
        },
        "all-fine": {
          subject: "Is everything in order?",
          body: "our work is done: {{eventName}}. Does everything work as it should?\n\nIf you notice anything, just answer this e-mail. We will call you back.",
          short: "{{organisation}}: Does everything work as it should? If not, just answer and we will call back.",
        },
        review: {
          subject: "Were you satisfied?",
          body: "we are glad that everything works. Good craftsmen are found by word of mouth: would you tell us in two sentences how you liked our work?\n\nThank you for your trust.",
          short: "{{organisation}}: Were you satisfied? Two sentences help us a lot. Thank you!",
        },
      },
    },
  },
};
