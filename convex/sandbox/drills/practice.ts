import type { CustomerLanguage } from "../../lib/languages";

// The messages of an outage drill that nobody else gets. Pure.

/** Invented people: numbers the German regulator keeps free for fiction (0171-39200-00 to -99), addresses nobody owns. */
const PEOPLE = 5;
const FIRST_NUMBER = 90;

/** The person who gets the `index`-th practice message. */
export function practicePerson(index: number): { name: string; email: string; phone: string } {
  const number = index % PEOPLE;
  const shown = number + 1;
  return {
    name: `Outage drill ${shown}`,
    email: `drill-${shown}@drill.example`,
    phone: `+4917139200${FIRST_NUMBER + number}`,
  };
}

const WORDS: Record<CustomerLanguage, { subject: string; text: string }> = {
  de: { subject: "Übung", text: "Dies ist eine Übung. Sie müssen nichts tun." },
  en: { subject: "Drill", text: "This is a drill. There is nothing you need to do." },
  nl: { subject: "Oefening", text: "Dit is een oefening. U hoeft niets te doen." },
};

/** What the `index`-th of them says. */
export function practiceText(index: number, language: CustomerLanguage): { subject: string; text: string } {
  const { subject, text } = WORDS[language];
  return { subject: `${subject} ${index + 1}`, text };
}

/** When the `index`-th of `count` is due, UTC ms: evenly over the drill. */
export function practiceDueAt(
  index: number,
  count: number,
  { startedAt, endsAt }: { startedAt: number; endsAt: number },
): number {
  return startedAt + Math.round(((endsAt - startedAt) * index) / count);
}
