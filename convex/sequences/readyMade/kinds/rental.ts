import { days, message, offerAgain } from "../nodes";
import type { ReadyMade } from "../shape";

const NODES = [
  message(
    "confirmation",
    { phase: "before", timing: { kind: "reached" }, channel: "email", purpose: "transactional" },
    "arrival",
  ),
  message(
    "arrival",
    {
      phase: "before",
      timing: days("start", -3, "10:00"),
      channel: "email",
      purpose: "transactional",
      repeatAfterMove: true,
      // Without it nobody gets in: also for those who book today.
      latePolicy: { kind: "send_now", untilMinutesBeforeAnchor: 30 },
    },
    "all-well",
  ),
  message(
    "all-well",
    {
      phase: "during",
      timing: { kind: "minutes", anchor: "checked_in", offsetMinutes: 120 },
      channel: "sms",
      purpose: "service",
    },
    "return",
  ),
  message(
    "return",
    { phase: "during", timing: days("end", -1, "17:00"), channel: "email", purpose: "transactional" },
    "thanks",
  ),
  message("thanks", { phase: "after", timing: days("end", 1, "11:00"), channel: "email", purpose: "review" }, "later"),
  ...offerAgain("again", { afterDays: 300, answerDays: 21 }),
];

type TextId = "confirmation" | "arrival" | "all-well" | "return" | "thanks" | "again";
type Step = TextId | "later" | "wants-offers" | "answer" | "goal";

/** Something let for days: a holiday flat, a boat, a van. */
export const RENTAL: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: {
    confirmation: "booking_confirmation",
    arrival: "reminder",
    "all-well": "check_in",
    return: "reminder",
    thanks: "follow_up",
    again: "follow_up",
  },
  words: {
    de: {
      name: "Vermietung: von der Buchung bis zur Rückgabe",
      description:
        "Bestätigt die Miete, erklärt die Übergabe, fragt nach der Ankunft nach, erinnert an die Rückgabe und lädt wieder ein.",
      eventName: "Ihre Miete",
      steps: {
        confirmation: "Buchung bestätigen",
        arrival: "Drei Tage vorher: Übergabe",
        "all-well": "Nach der Ankunft: Passt alles?",
        return: "Am Tag vor der Rückgabe",
        thanks: "Am Tag danach: Dank und Rückmeldung",
        later: "Zehn Monate warten",
        "wants-offers": "Möchte Angebote erhalten?",
        again: "Einladung für das nächste Jahr",
        answer: "Auf Antwort warten",
        goal: "Möchte wieder mieten",
      },
      texts: {
        confirmation: {
          subject: "Gebucht: {{eventName}}",
          body: "Ihre Buchung steht: {{eventName}} ab {{eventDate}}, {{eventTime}}, bis {{eventEndDate}}.\n\nEtwa drei Tage vorher schicken wir Ihnen alles zur Übergabe. Bis dahin beantworten wir gern Ihre Fragen, eine Antwort auf diese E-Mail genügt.",
          short: "{{organisation}}: {{eventName}} ab {{eventDate}} ist für Sie gebucht.",
        },
        arrival: {
          subject: "So läuft die Übergabe",
          body: "bald ist es so weit. Die Übergabe ist am {{eventDate}} um {{eventTime}}. Ort: {{location}}.\n\nBitte halten Sie einen Ausweis bereit, und prüfen Sie mit uns gemeinsam den Zustand. Kommen Sie später? Sagen Sie uns kurz Bescheid.",
          short:
            "{{organisation}}: Übergabe am {{eventDate}} um {{eventTime}}, Ort: {{location}}. Bitte Ausweis mitbringen.",
        },
        "all-well": {
          subject: "Passt alles?",
          body: "Sie sind gut angekommen? Wenn etwas fehlt oder nicht funktioniert, antworten Sie einfach: Wir helfen sofort.",
          short: "{{organisation}}: Passt alles? Wenn etwas fehlt, antworten Sie einfach, wir helfen sofort.",
        },
        return: {
          subject: "Morgen ist Rückgabe",
          body: "morgen endet Ihre Mietzeit: Rückgabe bis {{eventEndTime}}. Bitte hinterlassen Sie alles so, wie Sie es vorgefunden haben, und denken Sie an Ladekabel und Kleinteile.\n\nMöchten Sie verlängern? Antworten Sie, wir prüfen es gleich.",
          short: "{{organisation}}: Morgen bis {{eventEndTime}} ist Rückgabe. Verlängern? Antworten Sie einfach.",
        },
        thanks: {
          subject: "Danke, und wie war es?",
          body: "vielen Dank, dass Sie bei uns gemietet haben. Waren Sie zufrieden?\n\nSchreiben Sie uns in zwei Sätzen, was gut war und was wir besser machen können.",
          short: "{{organisation}}: Danke, dass Sie bei uns gemietet haben! Waren Sie zufrieden?",
        },
        again: {
          subject: "Dieses Jahr wieder?",
          body: "vor bald einem Jahr waren Sie bei uns. Die schönsten Zeiten sind früh vergeben: Möchten Sie wieder mieten?\n\nAntworten Sie mit Ihrem Wunschzeitraum, wir halten ihn für Sie frei.",
          short: "{{organisation}}: Dieses Jahr wieder? Antworten Sie mit Ihrem Wunschzeitraum.",
        },
      },
    },
    nl: {
      name: "Verhuur: van boeking tot teruggave",
      description:
        "Bevestigt de huur, legt de overdracht uit, vraagt na aankomst of alles klopt, herinnert aan de teruggave en nodigt weer uit.",
      eventName: "uw huur",
      steps: {
        confirmation: "Boeking bevestigen",
        arrival: "Drie dagen ervoor: overdracht",
        "all-well": "Na aankomst: klopt alles?",
        return: "De dag voor de teruggave",
        thanks: "De dag erna: dank en terugkoppeling",
        later: "Tien maanden wachten",
        "wants-offers": "Wil aanbiedingen ontvangen?",
        again: "Uitnodiging voor volgend jaar",
        answer: "Op antwoord wachten",
        goal: "Wil weer huren",
      },
      texts: {
        confirmation: {
          subject: "Geboekt: {{eventName}}",
          body: "uw boeking staat: {{eventName}} vanaf {{eventDate}}, {{eventTime}}, tot {{eventEndDate}}.\n\nOngeveer drie dagen van tevoren sturen we u alles over de overdracht. Hebt u eerder vragen, beantwoord dan gewoon deze e-mail.",
          short: "{{organisation}}: {{eventName}} vanaf {{eventDate}} is voor u geboekt.",
        },
        arrival: {
          subject: "Zo gaat de overdracht",
          body: "binnenkort is het zover. De overdracht is op {{eventDate}} om {{eventTime}}. Plaats: {{location}}.\n\nNeem een identiteitsbewijs mee en controleer samen met ons de staat. Komt u later? Laat het even weten.",
          short:
            "{{organisation}}: Overdracht op {{eventDate}} om {{eventTime}}, plaats: {{location}}. Neem een ID mee.",
        },
        "all-well": {
          subject: "Klopt alles?",
          body: "bent u goed aangekomen? Ontbreekt er iets of werkt er iets niet, antwoord dan gewoon: we helpen meteen.",
          short: "{{organisation}}: Klopt alles? Ontbreekt er iets, antwoord gewoon, dan helpen we meteen.",
        },
        return: {
          subject: "Morgen is de teruggave",
          body: "morgen eindigt uw huurperiode: teruggave tot {{eventEndTime}}. Laat alles achter zoals u het aantrof en denk aan kabels en losse onderdelen.\n\nWilt u verlengen? Antwoord, dan kijken we het meteen na.",
          short: "{{organisation}}: Morgen tot {{eventEndTime}} is de teruggave. Verlengen? Antwoord gewoon.",
        },
        thanks: {
          subject: "Bedankt, en hoe was het?",
          body: "hartelijk dank dat u bij ons hebt gehuurd. Was u tevreden?\n\nSchrijf ons in twee zinnen wat goed was en wat beter kan.",
          short: "{{organisation}}: Bedankt dat u bij ons hebt gehuurd! Was u tevreden?",
        },
        again: {
          subject: "Dit jaar weer?",
          body: "bijna een jaar geleden was u bij ons. De mooiste weken zijn vroeg vergeven: wilt u weer huren?\n\nAntwoord met de periode die u wenst, dan houden we die voor u vrij.",
          short: "{{organisation}}: Dit jaar weer? Antwoord met de periode die u wenst.",
        },
      },
    },
    en: {
      name: "Rental: from booking to return",
      description:
        "Confirms the rental, explains the handover, asks after arrival, reminds of the return and invites again.",
      eventName: "your rental",
      steps: {
        confirmation: "Confirm the booking",
        arrival: "Three days before: handover",
        "all-well": "After arrival: is all well?",
        return: "The day before the return",
        thanks: "The day after: thanks and feedback",
        later: "Wait ten months",
        "wants-offers": "Wants to hear of offers?",
        again: "Invitation for the next year",
        answer: "Wait for an answer",
        goal: "Wants to rent again",
      },
      texts: {
        confirmation: {
          subject: "Booked: {{eventName}}",
          body: "your booking stands: {{eventName}} from {{eventDate}}, {{eventTime}}, until {{eventEndDate}}.\n\nAbout three days before, we will send you everything about the handover. If you have questions until then, just answer this e-mail.",
          short: "{{organisation}}: {{eventName}} from {{eventDate}} is booked for you.",
        },
        arrival: {
          subject: "How the handover works",
          body: "it will soon be time. The handover is on {{eventDate}} at {{eventTime}}. Place: {{location}}.\n\nPlease have an identity card with you, and look at the condition together with us. Will you be later? Please tell us.",
          short:
            "{{organisation}}: Handover on {{eventDate}} at {{eventTime}}, place: {{location}}. Please bring an ID.",
        },
        "all-well": {
          subject: "Is all well?",
          body: "have you arrived well? If anything is missing or does not work, just answer: we will help at once.",
          short: "{{organisation}}: Is all well? If anything is missing, just answer and we will help at once.",
        },
        return: {
          subject: "The return is tomorrow",
          body: "your rental ends tomorrow: please return everything by {{eventEndTime}}, as you found it, and think of cables and small parts.\n\nWould you like to stay longer? Answer, and we will look at once.",
          short: "{{organisation}}: The return is tomorrow by {{eventEndTime}}. Longer? Just answer.",
        },
        thanks: {
          subject: "Thank you, and how was it?",
          body: "thank you for having rented from us. Were you satisfied?\n\nTell us in two sentences what was good and what we can do better.",
          short: "{{organisation}}: Thank you for having rented from us! Were you satisfied?",
        },
        again: {
          subject: "Again this year?",
          body: "almost a year ago you were with us. The best weeks go early: would you like to rent again?\n\nAnswer with the time you would like, and we will keep it for you.",
          short: "{{organisation}}: Again this year? Answer with the time you would like.",
        },
      },
    },
  },
};
