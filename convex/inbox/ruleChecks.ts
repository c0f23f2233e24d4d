import { appError } from "../lib/errors";

// What rules of assignment and of sorting have in common. Pure.

const MAX_NAME_CHARS = 120;
const LANGUAGE = /^[a-z]{2,3}$/;

/** The name of a rule as it is kept. Throws `invalid` with the field. */
export function ruleName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw appError("invalid", `Give the rule a name of at most ${MAX_NAME_CHARS} characters.`, { field: "name" });
}

/** The code of a language as it is kept; undefined: any. Throws `invalid` with the field. */
export function ruleLanguage(text: string | undefined): string | undefined {
  const language = text?.trim().toLowerCase() || undefined;
  if (language === undefined || LANGUAGE.test(language)) return language;
  throw appError("invalid", `Give the language by its code, such as "de".`, { field: "conditions.language" });
}
