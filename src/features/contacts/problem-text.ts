import type { TFunction } from "i18next";
import en from "../../locales/en.json";

type Problem = keyof typeof en.contacts.problems;

/** Why a line cannot be used, in words, and for which order; an unknown code stays as it is. */
export function problemText(problem: string, order: string | undefined, t: TFunction): string {
  const text = problem in en.contacts.problems ? t(`contacts.problems.${problem as Problem}`) : problem;
  return order === undefined ? text : t("contacts.problemOfOrder", { order, problem: text });
}
