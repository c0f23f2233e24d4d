// What the demo's team talks about among itself: a discussion of an order, and a ticket no customer asked for.

type Note = { from: "jana" | "malte"; text: string; ageMinutes: number };

/** The first note begins it; whoever writes the others takes part. Newest last. */
export const DISCUSSION: { subject: string; order: string; notes: readonly [Note, ...Note[]] } = {
  subject: "Praxiskurs: Fotos und Abholung am Bahnhof",
  order: "AB-2026-0418",
  notes: [
    {
      from: "malte",
      text: "Frau Weber reist mit der Bahn an. Kann jemand den Bus um 9:10 Uhr am Bahnhof abpassen?",
      ageMinutes: 1_610,
    },
    { from: "jana", text: "Mache ich. Die Passfotos kann sie am Kurstag mitbringen.", ageMinutes: 1_590 },
  ],
};

export const INTERNAL_TICKET = {
  subject: "Bootshaken an Steg 3 gebrochen",
  text: "Der lange Haken ist am Schaft gebrochen, der kurze reicht nicht bis zur zweiten Boje. Bitte bis zum Wochenende ersetzen.",
  category: "Ausrüstung",
  from: "malte",
  ageMinutes: 1_720,
} as const;
