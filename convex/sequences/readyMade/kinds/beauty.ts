import { days, fork, message, offerAgain } from "../nodes";
import type { ReadyMade } from "../shape";

const REMINDER = { phase: "before", timing: days("start", -1, "16:00"), purpose: "transactional" } as const;

const NODES = [
  message(
    "confirmation",
    { phase: "before", timing: { kind: "reached" }, channel: "email", purpose: "transactional" },
    "has-whatsapp",
  ),
  fork(
    "has-whatsapp",
    "before",
    { kind: "channel", channel: "whatsapp", isAvailable: true },
    { yes: "reminder-whatsapp", no: "reminder-sms" },
  ),
  message("reminder-whatsapp", { ...REMINDER, channel: "whatsapp" }, "care"),
  message("reminder-sms", { ...REMINDER, channel: "sms" }, "care"),
  message("care", { phase: "after", timing: days("end", 1, "10:00"), channel: "email", purpose: "service" }, "later"),
  ...offerAgain("again", { afterDays: 35 }),
];

type TextId = "confirmation" | "reminder" | "care" | "again";
type Step =
  | "confirmation"
  | "has-whatsapp"
  | "reminder-whatsapp"
  | "reminder-sms"
  | "care"
  | "later"
  | "wants-offers"
  | "again"
  | "answer"
  | "goal";

/** An appointment in a salon: confirmation, reminder where the person reads it, care afterwards, the next appointment. */
export const BEAUTY: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: { confirmation: "booking_confirmation", reminder: "reminder", care: "follow_up", again: "follow_up" },
  textOf: { "reminder-whatsapp": "reminder", "reminder-sms": "reminder" },
  words: {
    de: {
      name: "Kosmetik und Friseur: Termin und Folgetermin",
      description:
        "Bestätigt den Termin, erinnert per WhatsApp oder SMS, gibt Pflegehinweise und lädt nach fünf Wochen ein.",
      eventName: "Ihr Termin",
      steps: {
        confirmation: "Termin bestätigen",
        "has-whatsapp": "Per WhatsApp erreichbar?",
        "reminder-whatsapp": "Am Tag davor: WhatsApp",
        "reminder-sms": "Am Tag davor: SMS",
        care: "Am Tag danach: Pflegehinweise",
        later: "Fünf Wochen warten",
        "wants-offers": "Möchte eingeladen werden?",
        again: "Zeit für den nächsten Termin",
        answer: "Auf Antwort warten",
        goal: "Möchte einen Folgetermin",
      },
      texts: {
        confirmation: {
          subject: "Ihr Termin ist notiert: {{eventName}}",
          body: "wir haben Sie eingetragen: {{eventName}} am {{eventDate}} um {{eventTime}}.\n\nBitte kommen Sie möglichst ungeschminkt und sagen Sie uns vorab, wenn Sie auf Inhaltsstoffe empfindlich reagieren. Verschieben können Sie bis 24 Stunden vorher, eine kurze Antwort genügt.",
          short: "{{organisation}}: {{eventName}} am {{eventDate}} um {{eventTime}} ist für Sie notiert.",
        },
        reminder: {
          subject: "Morgen sehen wir uns",
          body: "morgen um {{eventTime}} ist Ihr Termin: {{eventName}}. Sind Sie verhindert? Dann antworten Sie uns bitte kurz.",
          short:
            "{{organisation}}: Morgen um {{eventTime}} ist Ihr Termin. Sind Sie verhindert? Dann antworten Sie bitte kurz.",
        },
        care: {
          subject: "So haben Sie länger Freude daran",
          body: "vielen Dank für Ihren Besuch. Damit das Ergebnis lange schön bleibt: Verzichten Sie in den ersten zwei Tagen auf Sauna und starke Sonne, und pflegen Sie mild.\n\nFühlt sich etwas nicht richtig an? Antworten Sie bitte gleich, wir bessern gern nach.",
          short:
            "{{organisation}}: Danke für Ihren Besuch! Fühlt sich etwas nicht richtig an, antworten Sie bitte gleich.",
        },
        again: {
          subject: "Zeit für etwas Gutes",
          body: "Ihr letzter Termin bei uns liegt fünf Wochen zurück. Möchten Sie wieder vorbeikommen?\n\nAntworten Sie mit zwei Zeiten, die Ihnen passen, und wir tragen Sie ein.",
          short: "{{organisation}}: Zeit für den nächsten Termin? Antworten Sie mit zwei Zeiten, die Ihnen passen.",
        },
      },
    },
    nl: {
      name: "Schoonheid en kapper: afspraak en vervolgafspraak",
      description:
        "Bevestigt de afspraak, herinnert via WhatsApp of sms, geeft verzorgingstips en nodigt na vijf weken uit.",
      eventName: "uw afspraak",
      steps: {
        confirmation: "Afspraak bevestigen",
        "has-whatsapp": "Via WhatsApp bereikbaar?",
        "reminder-whatsapp": "De dag ervoor: WhatsApp",
        "reminder-sms": "De dag ervoor: sms",
        care: "De dag erna: verzorgingstips",
        later: "Vijf weken wachten",
        "wants-offers": "Wil uitgenodigd worden?",
        again: "Tijd voor de volgende afspraak",
        answer: "Op antwoord wachten",
        goal: "Wil een vervolgafspraak",
      },
      texts: {
        confirmation: {
          subject: "Uw afspraak staat: {{eventName}}",
          body: "we hebben u ingepland: {{eventName}} op {{eventDate}} om {{eventTime}}.\n\nKom liefst zonder make-up, en laat ons vooraf weten of u gevoelig bent voor bepaalde stoffen. Verzetten kan tot 24 uur van tevoren, een kort antwoord is genoeg.",
          short: "{{organisation}}: {{eventName}} op {{eventDate}} om {{eventTime}} staat voor u genoteerd.",
        },
        reminder: {
          subject: "Tot morgen",
          body: "morgen om {{eventTime}} is het zover: {{eventName}}. Bent u verhinderd? Laat het ons dan even weten.",
          short: "{{organisation}}: Morgen om {{eventTime}} is uw afspraak. Verhinderd? Antwoord dan even.",
        },
        care: {
          subject: "Zo geniet u er langer van",
          body: "bedankt voor uw bezoek. Zo blijft het resultaat lang mooi: vermijd de eerste twee dagen sauna en felle zon, en gebruik milde verzorging.\n\nVoelt er iets niet goed? Laat het ons meteen weten, dan verhelpen we het graag.",
          short: "{{organisation}}: Bedankt voor uw bezoek! Voelt er iets niet goed? Antwoord dan meteen.",
        },
        again: {
          subject: "Tijd voor iets goeds",
          body: "uw laatste afspraak bij ons is vijf weken geleden. Komt u weer langs?\n\nAntwoord met twee tijden die u schikken, dan plannen we u in.",
          short: "{{organisation}}: Tijd voor de volgende afspraak? Antwoord met twee tijden die u schikken.",
        },
      },
    },
    en: {
      name: "Beauty and hair: appointment and the next one",
      description:
        "Confirms the appointment, reminds by WhatsApp or SMS, says how to care for it and invites after five weeks.",
      eventName: "your appointment",
      steps: {
        confirmation: "Confirm the appointment",
        "has-whatsapp": "Reached by WhatsApp?",
        "reminder-whatsapp": "The day before: WhatsApp",
        "reminder-sms": "The day before: SMS",
        care: "The day after: how to care for it",
        later: "Wait five weeks",
        "wants-offers": "Wants to be invited?",
        again: "Time for the next appointment",
        answer: "Wait for an answer",
        goal: "Wants another appointment",
      },
      texts: {
        confirmation: {
          subject: "You are booked in: {{eventName}}",
          body: "we have booked you in: {{eventName}} on {{eventDate}} at {{eventTime}}.\n\nPlease come without make-up if you can, and tell us beforehand if your skin does not take kindly to something. You can move the appointment until 24 hours before; a short answer will do.",
          short: "{{organisation}}: {{eventName}} on {{eventDate}} at {{eventTime}} is booked for you.",
        },
        reminder: {
          subject: "See you tomorrow",
          body: "tomorrow at {{eventTime}} it is time: {{eventName}}. Can you not make it? Please answer briefly.",
          short:
            "{{organisation}}: Your appointment is tomorrow at {{eventTime}}. Can you not make it? Please answer here.",
        },
        care: {
          subject: "How to enjoy it longer",
          body: "thank you for your visit. To keep the result, stay away from sauna and strong sun for two days, and use mild products.\n\nDoes anything not feel right? Please answer at once, and we will put it right.",
          short: "{{organisation}}: Thank you for your visit! If anything does not feel right, please answer at once.",
        },
        again: {
          subject: "Time for something good",
          body: "your last appointment with us was five weeks ago. Would you like to come again?\n\nAnswer with two times that suit you, and we will book you in.",
          short: "{{organisation}}: Time for the next appointment? Answer with two times that suit you.",
        },
      },
    },
  },
};
