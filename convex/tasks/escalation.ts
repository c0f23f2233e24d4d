import type { Priority } from "../lib/closedSets";
import type { CustomerLanguage } from "../lib/languages";

// The task a given-up message becomes (product.md C-26). Pure.

/** A message that was given up. */
export type GivenUp = {
  lane: "critical" | "transactional" | "marketing";
  channel: string;
  subject: string;
  contactName: string;
  /** By which rule, and the provider's words. */
  rule: string;
  failureClass: string;
  reason: string;
  connectionId: string | null;
};

const WORDS: Record<CustomerLanguage, { title: string; told: string; rule: string }> = {
  de: { title: "Nachricht nicht zugestellt", told: "Grund", rule: "Regel" },
  en: { title: "Message not delivered", told: "Reason", rule: "Rule" },
  nl: { title: "Bericht niet bezorgd", told: "Reden", rule: "Regel" },
};

const PRIORITIES: Record<GivenUp["lane"], Priority> = {
  critical: "critical",
  transactional: "urgent",
  marketing: "high",
};

/** What the task says, in the organisation's language, and how urgent it is. */
export function escalationOf(
  message: GivenUp,
  language: CustomerLanguage,
): { title: string; description: string; priority: Priority } {
  const { title, told, rule } = WORDS[language];
  const to = message.contactName === "" ? "" : ` (${message.contactName})`;
  return {
    title: `${title}: ${message.subject}${to}`,
    description: `${told}: ${message.reason}\n${rule}: ${message.rule} (${message.failureClass}), ${message.channel}`,
    priority: PRIORITIES[message.lane],
  };
}

/** One trouble is one task: the same provider failing in the same way, whoever was to get the messages. */
export function escalationKey({ connectionId, failureClass, rule, channel }: GivenUp): string {
  return ["delivery", connectionId ?? channel, failureClass, rule].join(":");
}
