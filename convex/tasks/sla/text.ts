import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import type { ClockKind } from "../../sla/sets";

// What the task of a missed deadline says (product.md A-34). Pure.

const WORDS: Record<CustomerLanguage, { title: string; told: string; clocks: Record<ClockKind, string> }> = {
  de: {
    title: "Frist überschritten",
    told: "Fällig war es am",
    clocks: {
      first_response: "erste Antwort",
      next_response: "Antwort",
      resolution: "Lösung",
      escalation: "eskaliertes Gespräch",
    },
  },
  en: {
    title: "Deadline missed",
    told: "It was due on",
    clocks: {
      first_response: "first response",
      next_response: "response",
      resolution: "resolution",
      escalation: "escalated conversation",
    },
  },
  nl: {
    title: "Termijn overschreden",
    told: "Uiterlijk op",
    clocks: {
      first_response: "eerste antwoord",
      next_response: "antwoord",
      resolution: "oplossing",
      escalation: "geëscaleerd gesprek",
    },
  },
};

type Missed = { clock: ClockKind; number: number; dueAt: number };

/** Title and description in the language of `locale` (an IETF tag); `dueAt` (UTC ms) as clocks in `timezone` show it. */
export function missedDeadlineText(
  { clock, number, dueAt }: Missed,
  { locale, timezone }: { locale: string; timezone: string },
): { title: string; description: string } {
  const language = customerLanguage(locale);
  const { title, told, clocks } = WORDS[language];
  // Words and date speak one language, that of a region where the locale has one.
  const due = new Intl.DateTimeFormat(locale.startsWith(language) ? locale : language, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: timezone,
  });
  return { title: `${title}: ${clocks[clock]} (#${number})`, description: `${told} ${due.format(dueAt)}.` };
}
