import { days, fork, message, offerAgain } from "../nodes";
import type { ReadyMade } from "../shape";

const NODES = [
  message(
    "welcome",
    { phase: "before", timing: days("start", -7), channel: "email", purpose: "transactional" },
    "is-online",
  ),
  fork(
    "is-online",
    "before",
    { kind: "fact", key: "booking.isOnline", comparison: "is", value: true },
    { yes: "link", no: "way" },
  ),
  message(
    "link",
    {
      phase: "before",
      timing: { kind: "minutes", anchor: "start", offsetMinutes: -180 },
      channel: "email",
      purpose: "transactional",
      // Whoever books at the last moment needs the link most.
      latePolicy: { kind: "send_now", untilMinutesBeforeAnchor: 5 },
    },
    "feedback",
  ),
  message(
    "way",
    { phase: "before", timing: days("start", -2), channel: "email", purpose: "transactional" },
    "feedback",
  ),
  message(
    "feedback",
    { phase: "after", timing: days("end", 1, "10:00"), channel: "email", purpose: "service" },
    "later",
  ),
  ...offerAgain("next-course", { afterDays: 21 }),
];

type TextId = "welcome" | "link" | "way" | "feedback" | "next-course";
type Step = TextId | "is-online" | "later" | "wants-offers" | "answer" | "goal";

/** A class or workshop, online or on site. */
export const COURSE: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: {
    welcome: "booking_confirmation",
    link: "reminder",
    way: "reminder",
    feedback: "follow_up",
    "next-course": "follow_up",
  },
  words: {
    de: {
      name: "Kurs: online oder vor Ort",
      description:
        "Bereitet auf den Kurs vor, schickt online den Link und vor Ort den Weg, fragt nach und bietet den nächsten an.",
      eventName: "Ihr Kurs",
      steps: {
        welcome: "Eine Woche vorher: Willkommen",
        "is-online": "Findet er online statt?",
        link: "Drei Stunden vorher: der Link",
        way: "Zwei Tage vorher: der Weg",
        feedback: "Am Tag danach: Wie war es?",
        later: "Drei Wochen warten",
        "wants-offers": "Möchte Angebote erhalten?",
        "next-course": "Der nächste Kurs",
        answer: "Auf Antwort warten",
        goal: "Interesse am nächsten Kurs",
      },
      texts: {
        welcome: {
          subject: "Willkommen: {{eventName}}",
          body: "schön, dass Sie dabei sind: {{eventName}} beginnt am {{eventDate}} um {{eventTime}}.\n\nÜberlegen Sie sich vorab zwei Fragen, auf die Sie eine Antwort mitnehmen möchten. Schicken Sie sie uns gern als Antwort, dann gehen wir darauf ein.",
          short:
            "{{organisation}}: {{eventName}} beginnt am {{eventDate}} um {{eventTime}}. Schön, dass Sie dabei sind!",
        },
        link: {
          subject: "Ihr Link für heute: {{eventName}}",
          body: "heute um {{eventTime}} geht es los. Hier kommen Sie in den Kursraum: {{location}}\n\nBitte treten Sie fünf Minuten früher bei und prüfen Sie Ton und Kamera.",
          short: "{{organisation}}: Heute um {{eventTime}}, hier ist Ihr Kursraum: {{location}}",
        },
        way: {
          subject: "So finden Sie zu uns: {{eventName}}",
          body: "in zwei Tagen um {{eventTime}} erwarten wir Sie. Ort: {{location}}.\n\nBitte bringen Sie etwas zum Schreiben mit. Getränke stehen bereit.",
          short: "{{organisation}}: In zwei Tagen um {{eventTime}}, Ort: {{location}}. Bis bald!",
        },
        feedback: {
          subject: "Was nehmen Sie mit?",
          body: "vielen Dank, dass Sie bei {{eventName}} dabei waren. Was nehmen Sie mit, und was hat Ihnen gefehlt?\n\nAntworten Sie einfach auf diese E-Mail, zwei Sätze genügen.",
          short: "{{organisation}}: Was nehmen Sie aus {{eventName}} mit? Wir freuen uns über zwei Sätze.",
        },
        "next-course": {
          subject: "Wie geht es für Sie weiter?",
          body: "seit {{eventName}} sind drei Wochen vergangen: ein guter Zeitpunkt, das Gelernte zu vertiefen.\n\nAntworten Sie mit dem, was Sie als Nächstes lernen möchten, und wir nennen Ihnen passende Termine.",
          short: "{{organisation}}: Was möchten Sie als Nächstes lernen? Antworten Sie, wir nennen Ihnen Termine.",
        },
      },
    },
    nl: {
      name: "Cursus: online of op locatie",
      description:
        "Bereidt voor op de cursus, stuurt online de link en op locatie de route, vraagt na en biedt de volgende aan.",
      eventName: "uw cursus",
      steps: {
        welcome: "Een week ervoor: welkom",
        "is-online": "Is de cursus online?",
        link: "Drie uur ervoor: de link",
        way: "Twee dagen ervoor: de route",
        feedback: "De dag erna: hoe was het?",
        later: "Drie weken wachten",
        "wants-offers": "Wil aanbiedingen ontvangen?",
        "next-course": "De volgende cursus",
        answer: "Op antwoord wachten",
        goal: "Interesse in de volgende cursus",
      },
      texts: {
        welcome: {
          subject: "Welkom: {{eventName}}",
          body: "fijn dat u meedoet: {{eventName}} begint op {{eventDate}} om {{eventTime}}.\n\nBedenk vooraf twee vragen waarop u een antwoord wilt. Stuur ze ons gerust als antwoord, dan gaan we erop in.",
          short: "{{organisation}}: {{eventName}} begint op {{eventDate}} om {{eventTime}}. Fijn dat u meedoet!",
        },
        link: {
          subject: "Uw link voor vandaag: {{eventName}}",
          body: "vandaag om {{eventTime}} beginnen we. Hier komt u in de cursusruimte: {{location}}\n\nKom vijf minuten eerder binnen en controleer geluid en camera.",
          short: "{{organisation}}: Vandaag om {{eventTime}}, hier is uw cursusruimte: {{location}}",
        },
        way: {
          subject: "Zo vindt u ons: {{eventName}}",
          body: "over twee dagen om {{eventTime}} verwachten we u. Plaats: {{location}}.\n\nNeem iets mee om te schrijven. Voor drinken zorgen wij.",
          short: "{{organisation}}: Over twee dagen om {{eventTime}}, plaats: {{location}}. Tot dan!",
        },
        feedback: {
          subject: "Wat neemt u mee?",
          body: "hartelijk dank dat u erbij was: {{eventName}}. Wat neemt u mee, en wat hebt u gemist?\n\nBeantwoord gewoon deze e-mail, twee zinnen zijn genoeg.",
          short: "{{organisation}}: Wat neemt u mee van {{eventName}}? Twee zinnen zijn genoeg.",
        },
        "next-course": {
          subject: "Hoe gaat u verder?",
          body: "er zijn drie weken voorbij sinds {{eventName}}: een goed moment om het geleerde te verdiepen.\n\nAntwoord met wat u hierna wilt leren, dan noemen wij passende data.",
          short: "{{organisation}}: Wat wilt u hierna leren? Antwoord, dan noemen wij passende data.",
        },
      },
    },
    en: {
      name: "Course: online or on site",
      description: "Prepares for the course, sends the link or the way there, asks how it was and offers the next one.",
      eventName: "your course",
      steps: {
        welcome: "A week before: welcome",
        "is-online": "Is it online?",
        link: "Three hours before: the link",
        way: "Two days before: the way there",
        feedback: "The day after: how was it?",
        later: "Wait three weeks",
        "wants-offers": "Wants to hear of offers?",
        "next-course": "The next course",
        answer: "Wait for an answer",
        goal: "Interested in the next course",
      },
      texts: {
        welcome: {
          subject: "Welcome: {{eventName}}",
          body: "good that you take part: {{eventName}} begins on {{eventDate}} at {{eventTime}}.\n\nThink of two questions you would like to have answered. Send them to us if you like, and we will come to them.",
          short: "{{organisation}}: {{eventName}} begins on {{eventDate}} at {{eventTime}}. Good that you take part!",
        },
        link: {
          subject: "Your link for today: {{eventName}}",
          body: "we begin today at {{eventTime}}. This is the way into the room: {{location}}\n\nPlease join five minutes early and check sound and camera.",
          short: "{{organisation}}: Today at {{eventTime}}, this is your room: {{location}}",
        },
        way: {
          subject: "How to find us: {{eventName}}",
          body: "we expect you in two days at {{eventTime}}. Place: {{location}}.\n\nPlease bring something to write with. Drinks are ready.",
          short: "{{organisation}}: In two days at {{eventTime}}, place: {{location}}. See you soon!",
        },
        feedback: {
          subject: "What do you take with you?",
          body: "thank you for having taken part: {{eventName}}. What do you take with you, and what was missing?\n\nJust answer this e-mail, two sentences will do.",
          short: "{{organisation}}: What do you take with you from {{eventName}}? Two sentences will do.",
        },
        "next-course": {
          subject: "What comes next for you?",
          body: "it has been three weeks since {{eventName}}: a good moment to go deeper.\n\nAnswer with what you would like to learn next, and we will tell you the dates.",
          short: "{{organisation}}: What would you like to learn next? Answer, and we will tell you the dates.",
        },
      },
    },
  },
};
