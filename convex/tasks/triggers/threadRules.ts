import { PRIORITIES, type Priority, type ThreadType } from "../../lib/closedSets";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import type { ThreadTrigger, ThreadTriggers } from "./sets";

// Which moments of a conversation become a task, and which take it away (product.md A-37, requirement S1 "Task Creation
// Triggers"). Pure; the browser uses it too. Calls and tickets have their own rule (rules.ts), missed deadlines theirs
// (tasks/sla), failed messages theirs (escalation.ts).

export const DEFAULT_THREAD_TRIGGERS: ThreadTriggers = {
  follow_up: { isOn: false, withinMinutes: 1_440, threadTypes: ["sales_inquiry", "partner_inquiry"] },
  documentation: { isOn: false, withinMinutes: 960, threadTypes: ["installation_coordination"] },
  approval_request: { isOn: false, withinMinutes: 240, threadTypes: ["technical_issue", "complaint"] },
};

/** Opening time that is offered: an hour to ten days of eight hours. */
export const TRIGGER_MINUTES = [60, 120, 240, 480, 960, 1_440, 2_400, 4_800] as const;

/** From here on a conversation counts as complex: what is urgent is answered by whoever is there. */
const COMPLEX_FROM: Priority = "urgent";

/** A conversation as it is when the reaction runs, which may be after the next moment. */
export type ThreadFacts = {
  threadType: ThreadType;
  priority: Priority;
  isOpen: boolean;
  /** Spam, or put into another conversation. */
  isAway: boolean;
  /** The newest message is the customer's. */
  isAwaitingUs: boolean;
};

export type TriggerMoment =
  "thread.created" | "thread.answered" | "message.received" | "thread.closed" | "thread.reopened" | "thread.classified";

export type TriggerDecision = { make: ThreadTrigger[]; drop: ThreadTrigger[] };

/**
 * What a moment means for the tasks of its conversation. After our answer somebody is to follow it up unless the customer
 * writes or the conversation ends; a closed installation is to be documented unless it is opened again; what is or becomes
 * complex is to be approved until it is not any more.
 */
export function decideTriggers(moment: TriggerMoment, facts: ThreadFacts, rules: ThreadTriggers): TriggerDecision {
  const applies = (trigger: ThreadTrigger) =>
    rules[trigger].isOn && !facts.isAway && rules[trigger].threadTypes.includes(facts.threadType);
  const made = (trigger: ThreadTrigger, is: boolean): TriggerDecision =>
    is ? { make: [trigger], drop: [] } : { make: [], drop: [] };
  switch (moment) {
    case "thread.answered":
      return made("follow_up", applies("follow_up") && facts.isOpen && !facts.isAwaitingUs);
    case "message.received":
      return { make: [], drop: ["follow_up"] };
    case "thread.closed":
      return { ...made("documentation", applies("documentation") && !facts.isOpen), drop: ["follow_up"] };
    case "thread.reopened":
      return { make: [], drop: facts.isOpen ? ["documentation"] : [] };
    case "thread.created":
    case "thread.classified": {
      const isComplex = PRIORITIES.indexOf(facts.priority) >= PRIORITIES.indexOf(COMPLEX_FROM);
      const is = applies("approval_request") && isComplex && facts.isOpen;
      return is ? made("approval_request", true) : { make: [], drop: ["approval_request"] };
    }
  }
}

type Words = { title: string; reason: string };

const TEXTS: Record<CustomerLanguage, Record<ThreadTrigger, Words>> = {
  de: {
    follow_up: {
      title: "Nachfassen: Gespräch Nr. {number}",
      reason: "Von selbst entstanden: Wir haben am {at} geantwortet, der Kunde noch nicht.",
    },
    documentation: {
      title: "Dokumentieren: Gespräch Nr. {number}",
      reason: "Von selbst entstanden: Das Gespräch wurde am {at} abgeschlossen.",
    },
    approval_request: {
      title: "Freigeben: Gespräch Nr. {number}",
      reason: "Von selbst entstanden: Das Gespräch gilt seit {at} als schwierig (Art und Priorität).",
    },
  },
  en: {
    follow_up: {
      title: "Follow up: conversation no. {number}",
      reason: "Made by itself: we answered on {at}, the customer has not yet.",
    },
    documentation: {
      title: "Document: conversation no. {number}",
      reason: "Made by itself: the conversation was closed on {at}.",
    },
    approval_request: {
      title: "Approve: conversation no. {number}",
      reason: "Made by itself: since {at} the conversation counts as complex (type and priority).",
    },
  },
  nl: {
    follow_up: {
      title: "Opvolgen: gesprek nr. {number}",
      reason: "Vanzelf ontstaan: wij hebben op {at} geantwoord, de klant nog niet.",
    },
    documentation: {
      title: "Documenteren: gesprek nr. {number}",
      reason: "Vanzelf ontstaan: het gesprek is op {at} afgesloten.",
    },
    approval_request: {
      title: "Goedkeuren: gesprek nr. {number}",
      reason: "Vanzelf ontstaan: het gesprek geldt sinds {at} als lastig (soort en prioriteit).",
    },
  },
};

/** What a task of a conversation says, in the language of `locale`: its title, and why it is there. */
export function triggerWords(locale: string, trigger: ThreadTrigger, facts: { number: number; at: string }): Words {
  const { title, reason } = TEXTS[customerLanguage(locale)][trigger];
  return { title: title.replace("{number}", String(facts.number)), reason: reason.replace("{at}", facts.at) };
}
