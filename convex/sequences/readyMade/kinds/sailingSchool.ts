import { days, message, offerAgain } from "../nodes";
import type { ReadyMade } from "../shape";

const NODES = [
  message(
    "week",
    { phase: "before", timing: days("start", -7), channel: "email", purpose: "transactional" },
    "three-days",
  ),
  message(
    "three-days",
    {
      phase: "before",
      timing: days("start", -3),
      channel: "email",
      purpose: "transactional",
      // Where to meet is worth telling again for another date.
      repeatAfterMove: true,
    },
    "day-before",
  ),
  message(
    "day-before",
    {
      phase: "before",
      timing: days("start", -1),
      channel: "email",
      purpose: "transactional",
      // Better late than never, until two hours before the start.
      latePolicy: { kind: "send_now", untilMinutesBeforeAnchor: 120 },
    },
    "check-in",
  ),
  message(
    "check-in",
    { phase: "during", timing: days("start", 0, "12:00"), channel: "sms", purpose: "service" },
    "thanks",
  ),
  message(
    "thanks",
    { phase: "after", timing: days("end", 1, "10:00"), channel: "email", purpose: "service" },
    "review",
  ),
  message("review", { phase: "after", timing: days("end", 4, "17:00"), channel: "email", purpose: "review" }, "later"),
  ...offerAgain("next-course", { afterDays: 30 }),
];

type Step =
  | "week"
  | "three-days"
  | "day-before"
  | "check-in"
  | "thanks"
  | "review"
  | "later"
  | "wants-offers"
  | "next-course"
  | "answer"
  | "goal";
type TextId = "week" | "three-days" | "day-before" | "check-in" | "thanks" | "review" | "next-course";

/** Product.md B-04 and B-06: three mails before a course, one message on its first day, and what comes afterwards. */
export const SAILING_SCHOOL: ReadyMade<Step, TextId> = {
  nodes: NODES,
  layouts: {
    week: "booking_confirmation",
    "three-days": "reminder",
    "day-before": "reminder",
    "check-in": "check_in",
    thanks: "follow_up",
    review: "follow_up",
    "next-course": "follow_up",
  },
  words: {
    de: {
      name: "Segelschule: vor, während und nach dem Kurs",
      description:
        "Drei E-Mails vor dem Kurs, eine Nachfrage am ersten Tag, danach Dank, Bewertung und der nächste Kurs.",
      eventName: "Ihr Kurs",
      steps: {
        week: "Eine Woche vorher: Packliste",
        "three-days": "Drei Tage vorher: Treffpunkt",
        "day-before": "Am Tag davor: letzte Hinweise",
        "check-in": "Am Kurstag: Läuft alles?",
        thanks: "Am Tag danach: Dank",
        review: "Bitte um eine Bewertung",
        later: "Einen Monat warten",
        "wants-offers": "Möchte Angebote erhalten?",
        "next-course": "Der nächste Kurs",
        answer: "Auf Antwort warten",
        goal: "Interesse am nächsten Kurs",
      },
      texts: {
        week: {
          subject: "In einer Woche heißt es: Leinen los!",
          body: "in einer Woche beginnt {{eventName}}: am {{eventDate}} um {{eventTime}}.\n\nBitte packen Sie wetterfeste Kleidung, Schuhe mit heller Sohle, Sonnenschutz und ein Handtuch ein. Schwimmwesten in allen Größen liegen bei uns bereit.\n\nHaben Sie noch Fragen? Antworten Sie einfach auf diese E-Mail.",
          short: "{{organisation}}: {{eventName}} beginnt am {{eventDate}} um {{eventTime}}. Wir freuen uns auf Sie!",
        },
        "three-days": {
          subject: "So finden Sie zu uns: {{eventName}}",
          body: "in drei Tagen sehen wir uns. Treffpunkt: {{location}}.\n\nBitte seien Sie zehn Minuten vor {{eventTime}} da, damit wir in Ruhe die Westen anpassen können.\n\nSind Sie verhindert? Dann geben Sie uns bitte kurz Bescheid, damit jemand anderes Ihren Platz bekommt.",
          short: "{{organisation}}: In drei Tagen um {{eventTime}}, Treffpunkt {{location}}. Bis bald!",
        },
        "day-before": {
          subject: "Morgen geht es aufs Wasser",
          body: "morgen um {{eventTime}} beginnt {{eventName}}. Auf dem Wasser ist es meist einige Grad kühler als an Land: Nehmen Sie lieber eine Schicht mehr mit.\n\nSollte der Wind zu stark werden, melden wir uns morgen früh bei Ihnen.",
          short: "{{organisation}}: Morgen um {{eventTime}} beginnt {{eventName}}. Bitte denken Sie an warme Kleidung.",
        },
        "check-in": {
          subject: "Sind Sie gut gestartet?",
          body: "wir hoffen, Ihre ersten Stunden auf dem Wasser gefallen Ihnen. Fehlt etwas, oder können wir etwas besser machen?\n\nAntworten Sie einfach, wir kümmern uns sofort.",
          short: "{{organisation}}: Sind Sie gut gestartet? Wenn etwas fehlt, antworten Sie einfach hier.",
        },
        thanks: {
          subject: "Schön, dass Sie an Bord waren",
          body: "vielen Dank, dass Sie bei {{eventName}} dabei waren.\n\nUnser Rat: Gehen Sie bald wieder aufs Wasser, solange die Handgriffe frisch sind. Wenn Sie Fragen zu Prüfung oder Praxis haben, sind wir gern für Sie da.",
          short: "{{organisation}}: Danke, dass Sie bei {{eventName}} an Bord waren!",
        },
        review: {
          subject: "Wie war es bei uns?",
          body: "wie hat Ihnen {{eventName}} gefallen? Zwei Sätze von Ihnen helfen anderen, sich für das Segeln zu entscheiden, und uns, besser zu werden.\n\nAntworten Sie einfach auf diese E-Mail. Herzlichen Dank!",
          short: "{{organisation}}: Wie hat Ihnen {{eventName}} gefallen? Wir freuen uns über Ihre Antwort.",
        },
        "next-course": {
          subject: "Lust auf mehr Wind?",
          body: "seit {{eventName}} ist ein Monat vergangen. Möchten Sie weitersegeln? Vom Katamaran bis zum nächsten Schein haben wir für jede Stufe einen Kurs.\n\nAntworten Sie mit Ihren Wunschterminen, wir schlagen Ihnen etwas Passendes vor.",
          short: "{{organisation}}: Lust auf den nächsten Kurs? Antworten Sie mit Ihren Wunschterminen.",
        },
      },
    },
    nl: {
      name: "Zeilschool: voor, tijdens en na de cursus",
      description:
        "Drie e-mails voor de cursus, een berichtje op de eerste dag, daarna dank, een beoordeling en de volgende cursus.",
      eventName: "uw cursus",
      steps: {
        week: "Een week ervoor: paklijst",
        "three-days": "Drie dagen ervoor: ontmoetingspunt",
        "day-before": "De dag ervoor: laatste tips",
        "check-in": "Op de cursusdag: gaat alles goed?",
        thanks: "De dag erna: dank",
        review: "Vraag om een beoordeling",
        later: "Een maand wachten",
        "wants-offers": "Wil aanbiedingen ontvangen?",
        "next-course": "De volgende cursus",
        answer: "Op antwoord wachten",
        goal: "Interesse in de volgende cursus",
      },
      texts: {
        week: {
          subject: "Over een week gooien we de trossen los!",
          body: "over een week begint {{eventName}}: op {{eventDate}} om {{eventTime}}.\n\nNeem weerbestendige kleding, schoenen met een lichte zool, zonnebrand en een handdoek mee. Zwemvesten in alle maten liggen bij ons klaar.\n\nHebt u nog vragen? Beantwoord gewoon deze e-mail.",
          short: "{{organisation}}: {{eventName}} begint op {{eventDate}} om {{eventTime}}. Tot dan!",
        },
        "three-days": {
          subject: "Zo vindt u ons: {{eventName}}",
          body: "over drie dagen zien we elkaar. Ontmoetingspunt: {{location}}.\n\nWilt u er tien minuten voor {{eventTime}} zijn, zodat we rustig de vesten kunnen passen?\n\nBent u verhinderd? Laat het ons even weten, dan maken we iemand anders blij met uw plek.",
          short: "{{organisation}}: Over drie dagen om {{eventTime}}, ontmoetingspunt {{location}}. Tot dan!",
        },
        "day-before": {
          subject: "Morgen gaan we het water op",
          body: "morgen om {{eventTime}} begint {{eventName}}. Op het water is het meestal een paar graden kouder dan aan land: neem liever een laag extra mee.\n\nWaait het te hard, dan hoort u dat morgenvroeg van ons.",
          short: "{{organisation}}: Morgen om {{eventTime}} begint {{eventName}}. Denk aan warme kleding.",
        },
        "check-in": {
          subject: "Bent u goed van start gegaan?",
          body: "we hopen dat uw eerste uren op het water bevallen. Mist u iets, of kunnen we iets beter doen?\n\nBeantwoord dit bericht gewoon, dan regelen we het meteen.",
          short: "{{organisation}}: Bent u goed begonnen? Mist u iets, antwoord dan gewoon hier.",
        },
        thanks: {
          subject: "Fijn dat u aan boord was",
          body: "hartelijk dank dat u erbij was: {{eventName}}.\n\nOnze tip: ga snel weer het water op, zolang de handgrepen nog vers zijn. Hebt u vragen over het examen of de praktijk, dan helpen we u graag.",
          short: "{{organisation}}: Bedankt dat u aan boord was!",
        },
        review: {
          subject: "Hoe was het bij ons?",
          body: "hoe vond u {{eventName}}? Met twee zinnen helpt u anderen om voor zeilen te kiezen, en ons om beter te worden.\n\nBeantwoord gewoon deze e-mail. Hartelijk dank!",
          short: "{{organisation}}: Hoe vond u {{eventName}}? We horen het graag.",
        },
        "next-course": {
          subject: "Zin in meer wind?",
          body: "er is een maand voorbij sinds {{eventName}}. Wilt u verder zeilen? Van catamaran tot het volgende diploma: voor elk niveau hebben we een cursus.\n\nAntwoord met de data die u schikken, dan doen wij een voorstel.",
          short: "{{organisation}}: Zin in de volgende cursus? Antwoord met de data die u schikken.",
        },
      },
    },
    en: {
      name: "Sailing school: before, during and after the course",
      description:
        "Three e-mails before the course, a question on the first day, then thanks, a review and the next course.",
      eventName: "your course",
      steps: {
        week: "A week before: what to pack",
        "three-days": "Three days before: where to meet",
        "day-before": "The day before: last hints",
        "check-in": "On the day: is all well?",
        thanks: "The day after: thanks",
        review: "Ask for a review",
        later: "Wait a month",
        "wants-offers": "Wants to hear of offers?",
        "next-course": "The next course",
        answer: "Wait for an answer",
        goal: "Interested in the next course",
      },
      texts: {
        week: {
          subject: "One week until we cast off!",
          body: "in a week {{eventName}} begins: on {{eventDate}} at {{eventTime}}.\n\nPlease bring weatherproof clothes, shoes with light soles, sun cream and a towel. We have life jackets in all sizes.\n\nAny questions? Just answer this e-mail.",
          short: "{{organisation}}: {{eventName}} begins on {{eventDate}} at {{eventTime}}. See you soon!",
        },
        "three-days": {
          subject: "How to find us: {{eventName}}",
          body: "we will see you in three days. Meeting point: {{location}}.\n\nPlease be there ten minutes before {{eventTime}}, so that there is time to fit the life jackets.\n\nCan you not make it? Tell us, and somebody else will be glad of your place.",
          short: "{{organisation}}: In three days at {{eventTime}}, meeting point {{location}}. See you!",
        },
        "day-before": {
          subject: "Tomorrow we go on the water",
          body: "tomorrow at {{eventTime}} {{eventName}} begins. It is usually a few degrees cooler on the water than ashore: better bring one layer more.\n\nShould the wind be too strong, you will hear from us in the morning.",
          short: "{{organisation}}: Tomorrow at {{eventTime}} {{eventName}} begins. Please bring warm clothes.",
        },
        "check-in": {
          subject: "Off to a good start?",
          body: "we hope you enjoy your first hours on the water. Is anything missing, or could we do anything better?\n\nJust answer, and we will see to it at once.",
          short: "{{organisation}}: Off to a good start? If anything is missing, just answer here.",
        },
        thanks: {
          subject: "Good to have had you on board",
          body: "thank you for having been with us: {{eventName}}.\n\nOur advice: go out again soon, while your hands still remember. If you have questions about the exam or about practice, we are glad to help.",
          short: "{{organisation}}: Thank you for having been on board!",
        },
        review: {
          subject: "How was it?",
          body: "how did you like {{eventName}}? Two sentences help others to decide for sailing, and us to become better.\n\nJust answer this e-mail. Thank you!",
          short: "{{organisation}}: How did you like {{eventName}}? We would love to hear.",
        },
        "next-course": {
          subject: "Ready for more wind?",
          body: "it has been a month since {{eventName}}. Would you like to sail on? From catamaran to the next licence, we have a course for every level.\n\nAnswer with the dates that suit you, and we will propose something.",
          short: "{{organisation}}: Ready for the next course? Answer with the dates that suit you.",
        },
      },
    },
  },
};
