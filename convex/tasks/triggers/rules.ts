import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import type { CallbackRule } from "./schema";

// Which calls become a task, and what it says (product.md A-37, requirement S1 "Callback Scheduled"). Pure; the browser
// uses it too.

export const DEFAULT_CALLBACK_RULE: CallbackRule = { isOn: true, withinMinutes: 240 };

/** Opening time that is offered: an hour to two working days. */
export const CALLBACK_MINUTES = [60, 120, 240, 480, 960] as const;

type CallFacts = { direction: string; outcome: string; callbackAt: number | null };

/** True for a call after which we are to call: agreed, at an hour, or because the customer called in vain. */
export function wantsCallback({ direction, outcome, callbackAt }: CallFacts): boolean {
  if (outcome === "answered") return false;
  return outcome === "callback_agreed" || callbackAt !== null || direction === "incoming";
}

const TITLES: Record<CustomerLanguage, string> = {
  de: "Zurückrufen: Gespräch Nr. {number}",
  en: "Call back: conversation no. {number}",
  nl: "Terugbellen: gesprek nr. {number}",
};

/** The title of the task, in the language of `locale`. */
export function callbackTitle(locale: string, number: number): string {
  return TITLES[customerLanguage(locale)].replace("{number}", String(number));
}
