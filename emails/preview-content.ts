import type { EmailContent } from "./content";

/** What the preview server of react-email shows, and what tests render. */
export const PREVIEW_CONTENT: EmailContent = {
  brand: {
    name: "Segelschule Haff",
    accentColor: "#0f5c7a",
    tagline: "Segeln lernen am Stettiner Haff",
    websiteUrl: "https://haff-segeln.example",
    imprint: ["Segelschule Haff GmbH", "Am Hafen 3, 17373 Ueckermünde", "info@haff-segeln.example"],
  },
  locale: "de-DE",
  subject: "Ihr Grundkurs Segeln ist gebucht",
  paragraphs: [
    "Guten Tag Frau Muster,",
    "wir freuen uns auf Sie. Bitte bringen Sie Schuhe mit heller Sohle und eine winddichte Jacke mit.\nDie Anfahrt finden Sie unter https://haff-segeln.example/anfahrt.",
    "Herzliche Grüße\nIhr Team der Segelschule Haff",
  ],
  facts: [
    { label: "Kurs", value: "Grundkurs Segeln" },
    { label: "Beginn", value: "Samstag, 9. Mai 2026, 10:00 Uhr" },
    { label: "Treffpunkt", value: "Steg 2, Stadthafen Ueckermünde" },
  ],
  action: { label: "Buchung ansehen", url: "https://haff-segeln.example/buchung/4711" },
  signature: "Jule Petersen",
  quote: { author: "Erika Muster", text: "Kann ich meinen Hund mitbringen?" },
  unsubscribeUrl: "https://haff-segeln.example/u/abc",
};
