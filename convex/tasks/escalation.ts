import type { Priority } from "../lib/closedSets";
import type { CustomerLanguage } from "../lib/languages";
import { ESCALATION_TEXTS } from "./escalationTexts";

// The task a given-up message becomes (product.md C-26), or one that nobody can say of whether it was sent. Pure.

/** Stands for a message of which nobody knows whether it was sent. */
export const UNDECIDED_RULE = "unknown";

/** What happened to a message: by which rule, and the provider's words. */
export type Trouble = { rule: string; failureClass: string; reason: string };

/** A message that was given up, or that waits for a person's decision. */
export type GivenUp = Trouble & {
  lane: "critical" | "transactional" | "marketing";
  channel: string;
  subject: string;
  contactName: string;
  connectionId: string | null;
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
  const texts = ESCALATION_TEXTS[language];
  const isUndecided = message.rule === UNDECIDED_RULE;
  const to = message.contactName === "" ? "" : ` (${message.contactName})`;
  const title = isUndecided ? texts.undecidedTitle : `${texts.title}:`;
  const lines = [
    isUndecided ? texts.whatToDecide : whyGivenUp(message, texts.sentences, texts.givenUp),
    `${texts.channel}: ${texts.channels[message.channel] ?? message.channel}`,
    // Of an undecided message the reason is our own note, in English: "Why?" has it.
    ...(isUndecided ? [] : [`${texts.providersWords}: ${message.reason}`]),
  ];
  return {
    title: `${title} ${message.subject}${to}`,
    description: lines.join("\n"),
    priority: PRIORITIES[message.lane],
  };
}

// "Every attempt failed" says how it ended, the class of the last failure what was the matter: both where both are known.
function whyGivenUp(
  { rule, failureClass }: Trouble,
  sentences: Readonly<Record<string, string>>,
  other: string,
): string {
  const told = [sentences[rule], rule === failureClass ? undefined : sentences[failureClass]];
  const known = told.filter((sentence) => sentence !== undefined);
  return known.length === 0 ? other : known.join(" ");
}

/** One trouble is one task: the same provider failing in the same way, whoever was to get the messages. */
export function escalationKey({ connectionId, failureClass, rule, channel }: GivenUp): string {
  return ["delivery", connectionId ?? channel, failureClass, rule].join(":");
}
