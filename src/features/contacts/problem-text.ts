import type { TFunction } from "i18next";
import en from "../../locales/en.json";

type Problem = keyof typeof en.contacts.problems;

/** Why a line cannot be used, in words; an unknown code stays as it is. */
export function problemText(problem: string, t: TFunction): string {
  return problem in en.contacts.problems ? t(`contacts.problems.${problem as Problem}`) : problem;
}
