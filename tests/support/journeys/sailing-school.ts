// The sailing school's journey (product.md B-06) as an admin builds it from an empty canvas: what is pressed and typed, in
// the words of the screen. Both hands that build it, `by-mouse.ts` and `by-keyboard.ts`, go by this.

export type Field =
  | { label: string; type: string }
  | { label: string; choose: string }
  | { label: string; tick: true }
  | { label: string; press: true };

export type PlannedStep = {
  /** What it is put behind: a step, a way out of one or the entrance. */
  after: string;
  kind: string;
  name: string;
  /** In the order of the form, without the name. */
  fields: Field[];
};

const type = (label: string, text: string): Field => ({ label, type: text });
const choose = (label: string, option: string): Field => ({ label, choose: option });
const tick = (label: string): Field => ({ label, tick: true });

const WEEK = "A week before: what to pack";
const THREE_DAYS = "Three days before: where to meet";
const DAY_BEFORE = "The day before: last hints";
const CHECK_IN = "On the day: is all well?";
const THANKS = "The day after: thanks";
const REVIEW = "Ask for a review";
const LATER = "Wait a month";
const WANTS_OFFERS = "Wants to hear of offers?";
const NEXT_COURSE = "The next course";
const ANSWER = "Wait for an answer";
const AFTERWARDS = "Nach dem Kurs: Dank und nächster Schritt";

export const SAILING_STEPS: readonly PlannedStep[] = [
  {
    after: "Booking comes in",
    kind: "Message",
    name: WEEK,
    fields: [choose("Template", "Eine Woche vorher: Vorfreude und Packliste"), type("Days", "7")],
  },
  {
    after: WEEK,
    kind: "Message",
    name: THREE_DAYS,
    fields: [
      choose("Template", "Drei Tage vorher: Anfahrt und Treffpunkt"),
      type("Days", "3"),
      tick("Send again when the booking is moved"),
    ],
  },
  {
    after: THREE_DAYS,
    kind: "Message",
    name: DAY_BEFORE,
    fields: [
      choose("Template", "Einen Tag vorher: Wetter und letzte Hinweise"),
      tick("If its time has already passed, send at once"),
      type("Up to so long before", "2"),
    ],
  },
  {
    after: DAY_BEFORE,
    kind: "Message",
    name: CHECK_IN,
    fields: [
      choose("Phase", "During"),
      choose("Template", "Am Kurstag: Läuft alles?"),
      choose("Channel", "SMS"),
      choose("Purpose", "Service"),
      choose("Before or after", "on the day of / at"),
      type("At", "12:00"),
    ],
  },
  {
    after: CHECK_IN,
    kind: "Message",
    name: THANKS,
    fields: [
      choose("Phase", "After"),
      choose("Template", AFTERWARDS),
      choose("Purpose", "Service"),
      choose("Before or after", "after"),
      choose("Of what", "the end"),
      type("At", "10:00"),
    ],
  },
  {
    after: THANKS,
    kind: "Message",
    name: REVIEW,
    fields: [choose("Template", AFTERWARDS), choose("Purpose", "Review"), type("Days", "4"), type("At", "17:00")],
  },
  {
    after: REVIEW,
    kind: "Wait",
    name: LATER,
    fields: [
      choose("How long it waits", "Until calendar days before or after"),
      choose("Before or after", "after"),
      choose("Of what", "the end"),
      type("Days", "30"),
      type("At", "10:00"),
    ],
  },
  {
    after: LATER,
    kind: "Branch",
    name: WANTS_OFFERS,
    fields: [type("Name", "Yes"), { label: "Add a test", press: true }, choose("Test", "Consent")],
  },
  {
    after: "Yes",
    kind: "Message",
    name: NEXT_COURSE,
    fields: [
      choose("Template", AFTERWARDS),
      choose("Purpose", "Marketing"),
      choose("When it leaves", "As soon as the journey gets there"),
    ],
  },
  { after: NEXT_COURSE, kind: "Wait for something", name: ANSWER, fields: [type("At most", "14")] },
  { after: "It happened", kind: "Goal", name: "Interested in the next course", fields: [] },
];
