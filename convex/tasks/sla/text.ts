import type { CustomerLanguage } from "../../lib/languages";
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

/** Title and description in the organisation's language; `dueText` is the local due time. */
export function missedDeadlineText(
  { clock, number, dueText }: { clock: ClockKind; number: number; dueText: string },
  language: CustomerLanguage,
): { title: string; description: string } {
  const { title, told, clocks } = WORDS[language];
  return { title: `${title}: ${clocks[clock]} (#${number})`, description: `${told} ${dueText}.` };
}
