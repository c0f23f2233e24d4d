import type { ThreadStatus, ThreadType } from "../../lib/closedSets";
import type { Priority } from "../../lib/closedSets";
import type { ContactKey } from "./people";

// The conversations of the demo inbox. Ages are minutes before the workspace was made. Two wait past their deadline on
// any day of the week and at any hour, opening hours or not; of the others no deadline falls due for the first minutes.

export type Agent = "jana" | "malte";
export type DemoMessage = { from: "customer" | Agent; isNote?: boolean; ageMinutes: number; text: string };

export type DemoThread = {
  contact: ContactKey;
  channel: "email" | "sms" | "whatsapp";
  subject: string;
  type: ThreadType;
  priority: Priority;
  status: ThreadStatus;
  assignee: Agent | null;
  tags: string[];
  /** It is a ticket of that kind. */
  ticket?: string;
  /** Who has seen the newest message, besides those who wrote last. */
  readBy: Agent[];
  /** Oldest first. */
  messages: DemoMessage[];
};

const HOUR = 60;
const DAY = 24 * HOUR;

export const THREADS: DemoThread[] = [
  {
    contact: "mehmet",
    channel: "whatsapp",
    subject: "",
    type: "complaint",
    priority: "urgent",
    status: "escalated",
    assignee: "jana",
    tags: ["Prüfung", "eilig"],
    readBy: [],
    messages: [
      {
        from: "customer",
        ageMinutes: 14,
        text: "Guten Tag, meine Prüfung ist morgen um 8 Uhr und ich habe noch keine Teilnahmebestätigung vom Praxiskurs. Ohne die lässt mich der Prüfungsausschuss nicht zu!",
      },
      {
        from: "malte",
        isNote: true,
        ageMinutes: 9,
        text: "Bestätigung liegt unterschrieben im Büro, Scan fehlt. Jana, kannst du das heute noch verschicken?",
      },
      { from: "customer", ageMinutes: 4, text: "Können Sie mir bitte kurz sagen, ob das heute noch klappt?" },
    ],
  },
  {
    contact: "anna",
    channel: "email",
    subject: "Re: Anfahrt und Treffpunkt für SBF See Praxiskurs",
    type: "customer_support",
    priority: "normal",
    status: "open",
    assignee: null,
    tags: ["Kurs"],
    readBy: [],
    messages: [
      {
        from: "customer",
        ageMinutes: 34,
        text: "Guten Tag,\n\nvielen Dank für die Wegbeschreibung. Mein Mann und ich kommen mit der Bahn. Gibt es eine Möglichkeit, dass uns jemand am Bahnhof Ueckermünde abholt?\n\nUnd müssen wir die Fotos für den Führerschein schon mitbringen?\n\nFreundliche Grüße\nAnna Weber",
      },
    ],
  },
  {
    contact: "sophie",
    channel: "whatsapp",
    subject: "",
    type: "customer_support",
    priority: "normal",
    status: "waiting_customer",
    assignee: "malte",
    tags: ["Ausrüstung"],
    readBy: ["jana"],
    messages: [
      {
        from: "customer",
        ageMinutes: 3 * HOUR,
        text: "Hallo! Habt ihr Neoprenanzüge zum Ausleihen? Größe 38, für den Schnupperkurs morgen",
      },
      {
        from: "malte",
        ageMinutes: 2 * HOUR + 40,
        text: "Guten Tag Frau Brandt, ja, wir legen Ihnen einen Neoprenanzug in Größe 38 bereit. Schuhe in 39 haben wir auch da, möchten Sie welche?",
      },
    ],
  },
  {
    contact: "julia",
    channel: "email",
    subject: "Gutschein verlängern",
    type: "sales_inquiry",
    priority: "normal",
    status: "in_progress",
    assignee: "jana",
    tags: ["Gutschein"],
    ticket: "Gutschein",
    readBy: ["jana", "malte"],
    messages: [
      {
        from: "customer",
        ageMinutes: DAY + 2 * HOUR,
        text: "Sehr geehrtes Team,\n\nich habe einen Gutschein (Nr. 2231), der im nächsten Monat abläuft. Durch die Verschiebung des Katamarankurses komme ich erst danach dazu. Können Sie ihn verlängern?\n\nMit freundlichen Grüßen\nJulia Neumann",
      },
      {
        from: "jana",
        ageMinutes: DAY,
        text: "Guten Tag Frau Neumann,\n\nselbstverständlich, wir verlängern Ihren Gutschein um ein halbes Jahr. Sie erhalten die neue Fassung, sobald die Buchhaltung sie freigegeben hat.\n\nHerzliche Grüße\nJana Petersen",
      },
      {
        from: "customer",
        ageMinutes: 75,
        text: "Das ist sehr freundlich, vielen Dank! Dann freue ich mich auf die neue Fassung.",
      },
      {
        from: "jana",
        isNote: true,
        ageMinutes: 62,
        text: "Bei der Buchhaltung nachgefragt, kommt bis Freitag.",
      },
    ],
  },
  {
    contact: "ines",
    channel: "sms",
    subject: "",
    type: "customer_support",
    priority: "high",
    status: "open",
    assignee: null,
    tags: ["Storno"],
    readBy: ["malte"],
    messages: [
      {
        from: "customer",
        ageMinutes: 70,
        text: "Guten Tag, ich musste den Sonnenuntergangstörn leider absagen. Bekomme ich die Anzahlung zurück? Ines Falk",
      },
    ],
  },
  {
    contact: "omar",
    channel: "email",
    subject: "Firmenausflug mit 18 Personen",
    type: "sales_inquiry",
    priority: "high",
    status: "open",
    assignee: "jana",
    tags: ["Firma", "Angebot"],
    ticket: "Angebot",
    readBy: [],
    messages: [
      {
        from: "customer",
        ageMinutes: 50,
        text: "Guten Tag,\n\nwir planen für das Frühjahr einen Betriebsausflug mit 18 Personen, die meisten ohne Segelerfahrung. Haben Sie genug Boote, und was würde ein Tag mit Einweisung und Mittagessen kosten?\n\nÜber ein Angebot bis Ende der Woche würde ich mich freuen.\n\nMit freundlichen Grüßen\nOmar Haddad",
      },
    ],
  },
  {
    contact: "carla",
    channel: "whatsapp",
    subject: "",
    type: "sales_inquiry",
    priority: "normal",
    status: "waiting_customer",
    assignee: "malte",
    tags: ["Kinder"],
    readBy: [],
    messages: [
      {
        from: "customer",
        ageMinutes: 2 * DAY,
        text: "Guten Tag, ab welchem Alter darf meine Tochter beim Opti-Kurs mitmachen? Sie ist 6.",
      },
      {
        from: "malte",
        ageMinutes: 2 * DAY - 25,
        text: "Guten Tag Frau Wendt, ab 7 Jahren, und das Bronze-Abzeichen muss da sein. Für Jüngere gibt es im Sommer die Seepferdchen-Gruppe. Soll ich Ihnen die Termine schicken?",
      },
    ],
  },
  {
    contact: "frank",
    channel: "email",
    subject: "Rechnung für SKS-Törnvorbereitung",
    type: "customer_support",
    priority: "low",
    status: "open",
    assignee: "malte",
    tags: ["Rechnung"],
    ticket: "Rechnung",
    readBy: ["malte"],
    messages: [
      {
        from: "customer",
        ageMinutes: 5 * DAY,
        text: "Hallo zusammen,\n\nkönnten Sie die Rechnung bitte auf meine Firma ausstellen? Dombrowski Elektrotechnik GmbH, Hafenstraße 4, 17389 Anklam.\n\nDanke und Gruß\nFrank Dombrowski",
      },
    ],
  },
  {
    contact: "david",
    channel: "email",
    subject: "Theory evening in English?",
    type: "customer_support",
    priority: "normal",
    status: "waiting_internal",
    assignee: "jana",
    tags: ["Englisch"],
    ticket: "Kurse",
    readBy: ["jana"],
    messages: [
      {
        from: "customer",
        ageMinutes: 58,
        text: "Hello,\n\nI have booked the theory evening next week. My German is fine for sailing, but less so for law. Is there any material in English I could prepare with?\n\nBest regards\nDavid Miller",
      },
      {
        from: "jana",
        isNote: true,
        ageMinutes: 45,
        text: "Malte fragen, ob die englischen Unterlagen vom letzten Jahr noch aktuell sind.",
      },
    ],
  },
  {
    contact: "karl",
    channel: "email",
    subject: "Re: Schön, dass Sie bei uns waren",
    type: "customer_support",
    priority: "normal",
    status: "closed",
    assignee: "malte",
    tags: ["Lob"],
    readBy: ["jana"],
    messages: [
      {
        from: "customer",
        ageMinutes: 19 * DAY,
        text: "Moin,\n\ndas war ein großartiger Kurs. Besonders die Geduld von Herrn Brandt beim Anlegen hat mir gefallen. Prüfung bestanden!\n\nMit besten Grüßen\nKarl-Heinz Ohlsen",
      },
      {
        from: "malte",
        ageMinutes: 19 * DAY - 90,
        text: "Guten Tag Herr Ohlsen,\n\nherzlichen Glückwunsch zur bestandenen Prüfung! Ihr Lob gebe ich gern ans ganze Team weiter. Allzeit gute Fahrt und immer eine Handbreit Wasser unter dem Kiel.\n\nHerzliche Grüße\nMalte Brandt",
      },
    ],
  },
  {
    contact: "lukas",
    channel: "sms",
    subject: "",
    type: "customer_support",
    priority: "normal",
    status: "resolved",
    assignee: "jana",
    tags: ["Nachholtermin"],
    ticket: "Nachholtermin",
    readBy: ["malte"],
    messages: [
      {
        from: "customer",
        ageMinutes: 11 * DAY,
        text: "Tut mir leid, ich habe den Funkkurs gestern verpasst. Kann ich nachholen? L. Hartwig",
      },
      {
        from: "jana",
        ageMinutes: 11 * DAY - 60,
        text: "Guten Tag Herr Hartwig, kein Problem. Der nächste Termin ist in drei Wochen, 18 Uhr, ohne Aufpreis. Ich habe Sie vorgemerkt.",
      },
    ],
  },
  {
    contact: "mia",
    channel: "whatsapp",
    subject: "",
    type: "sales_inquiry",
    priority: "low",
    status: "open",
    assignee: null,
    tags: [],
    readBy: [],
    messages: [
      {
        from: "customer",
        ageMinutes: 26,
        text: "Moin! Vermieten Sie auch Jollen übers Wochenende? Ich habe den SBF Binnen.",
      },
    ],
  },
  {
    contact: "rolf",
    channel: "email",
    subject: "Liegeplatz für die kommende Saison",
    type: "partner_inquiry",
    priority: "low",
    status: "open",
    assignee: null,
    tags: ["Liegeplatz"],
    readBy: ["jana"],
    messages: [
      {
        from: "customer",
        ageMinutes: 6 * DAY,
        text: "Sehr geehrte Damen und Herren,\n\nist an Ihrem Steg für die kommende Saison noch ein Liegeplatz für eine 22-Fuß-Yacht frei? Tiefgang 1,10 m.\n\nMit freundlichen Grüßen\nRolf Eggers",
      },
    ],
  },
];
