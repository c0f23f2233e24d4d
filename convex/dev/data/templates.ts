import type { EmailLayout, TemplateCategory } from "../../templates/schema";

// The texts of the demo workspace: German, polite form. Blank lines part paragraphs; `shortBody` is what SMS and
// WhatsApp say.

export type DemoTemplate = {
  name: string;
  category: TemplateCategory;
  layout: EmailLayout;
  subject: string;
  body: string;
  shortBody: string;
};

/** What stands where a value is missing; names that are not listed leave nothing. */
export const FALLBACKS = [
  { name: "eventName", fallback: "Ihr Kurs" },
  { name: "location", fallback: "Hafen Ueckermünde, Steg 3" },
  { name: "organisation", fallback: "Segelschule Haff" },
];

export const TEMPLATES = {
  week: {
    name: "Eine Woche vorher: Vorfreude und Packliste",
    category: "follow_up",
    layout: "booking_confirmation",
    subject: "In einer Woche geht es los: {{eventName}}",
    body: `Guten Tag {{name}},

in einer Woche heißen wir Sie am Haff willkommen: {{eventName}} beginnt am {{eventDate}} um {{eventTime}}.

Für Kurse auf dem Wasser bringen Sie bitte wetterfeste Kleidung, Schuhe mit heller Sohle und ein Handtuch mit. Schwimmwesten stellen wir.

Haben Sie Fragen? Antworten Sie einfach auf diese E-Mail.

Herzliche Grüße vom Haff
Ihr Team der {{organisation}}`,
    shortBody: "{{organisation}}: {{eventName}} beginnt am {{eventDate}} um {{eventTime}}. Wir freuen uns auf Sie!",
  },
  threeDays: {
    name: "Drei Tage vorher: Anfahrt und Treffpunkt",
    category: "follow_up",
    layout: "reminder",
    subject: "Anfahrt und Treffpunkt für {{eventName}}",
    body: `Guten Tag {{name}},

in drei Tagen sehen wir uns. Treffpunkt: {{location}}.

Wenn Sie mit dem Auto kommen: Kostenlose Parkplätze finden Sie direkt hinter dem Hafenmeisterhaus. Bitte seien Sie zehn Minuten vor Beginn da.

Falls Sie verhindert sind, sagen Sie uns bitte kurz Bescheid, damit wir den Platz weitergeben können.

Herzliche Grüße
Ihr Team der {{organisation}}`,
    shortBody: "{{organisation}}: In drei Tagen, {{eventTime}}, Treffpunkt {{location}}. Bis bald!",
  },
  dayBefore: {
    name: "Einen Tag vorher: Wetter und letzte Hinweise",
    category: "follow_up",
    layout: "reminder",
    subject: "Morgen ist es so weit: {{eventName}}",
    body: `Guten Tag {{name}},

morgen um {{eventTime}} beginnt {{eventName}}. Geht es aufs Wasser, lohnt sich ein Blick auf die Vorhersage: Dort ist es meist drei Grad kühler als an Land.

Sollte der Wind zu stark werden, melden wir uns bis 8 Uhr bei Ihnen.

Bis morgen am Steg!
Ihr Team der {{organisation}}`,
    shortBody: "{{organisation}}: Morgen um {{eventTime}} beginnt {{eventName}}. Bitte denken Sie an warme Kleidung.",
  },
  during: {
    name: "Am Kurstag: Läuft alles?",
    category: "customer_service",
    layout: "check_in",
    subject: "Läuft alles bei Ihnen?",
    body: `Guten Tag {{name}},

wir hoffen, Sie sind gut in {{eventName}} gestartet. Fehlt Ihnen etwas, oder können wir etwas besser machen?

Antworten Sie einfach auf diese Nachricht, wir kümmern uns sofort.

Ihr Team der {{organisation}}`,
    shortBody: "{{organisation}}: Sind Sie gut gestartet, {{name}}? Wenn etwas fehlt, antworten Sie einfach hier.",
  },
  after: {
    name: "Nach dem Kurs: Dank und nächster Schritt",
    category: "follow_up",
    layout: "follow_up",
    subject: "Schön, dass Sie bei uns waren",
    body: `Guten Tag {{name}},

vielen Dank, dass Sie bei {{eventName}} dabei waren. Wir hoffen, Ihnen weht noch etwas Haffwind um die Nase.

Wie hat es Ihnen gefallen? Wir freuen uns über zwei Sätze als Antwort auf diese E-Mail.

Wenn Sie weitersegeln möchten, beraten wir Sie gern zum nächsten Kurs.

Herzliche Grüße vom Haff
Ihr Team der {{organisation}}`,
    shortBody: "{{organisation}}: Danke, dass Sie bei {{eventName}} dabei waren! Wie hat es Ihnen gefallen?",
  },
} as const satisfies Record<string, DemoTemplate>;
export type TemplateKey = keyof typeof TEMPLATES;
