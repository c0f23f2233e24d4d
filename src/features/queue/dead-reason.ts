import type { TFunction } from "i18next";
import en from "../../locales/en.json";

type Known = keyof typeof en.deadLetters.reasons;

/** Why messages were given up, in words: the rule that did so. An unknown rule stands for itself. */
export function deadReasonText(rule: string, t: TFunction): string {
  return rule in en.deadLetters.reasons ? t(`deadLetters.reasons.${rule as Known}`) : rule;
}
