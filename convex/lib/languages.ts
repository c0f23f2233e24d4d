import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";

/** Languages of what customers read: German polite form first (design.md 3.3). */
export const CUSTOMER_LANGUAGES = ["de", "en", "nl"] as const;
export const vCustomerLanguage = literals(...CUSTOMER_LANGUAGES);
export type CustomerLanguage = Infer<typeof vCustomerLanguage>;

/**
 * The language for a BCP 47 locale or an Accept-Language header ("de-CH, en;q=0.8"): the first one we have, in the
 * order given; English when there is none.
 */
export function customerLanguage(locale: string): CustomerLanguage {
  const asked = locale.split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  for (const language of asked) {
    const known = CUSTOMER_LANGUAGES.find((each) => each === language);
    if (known !== undefined) return known;
  }
  return "en";
}
