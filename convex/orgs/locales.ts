import { CUSTOMER_LANGUAGES, type CustomerLanguage } from "../lib/languages";

// The locales a workspace can have: the language of customer texts and the country national numbers are read in. Pure;
// the browser uses it too.

/** Countries that are offered, ISO 3166. */
export const COUNTRIES = [
  "AD AE AL AR AT AU BA BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GI GR HK HR HU IE IL IN IS IT JP KR LI LT",
  "LU LV MA MC MD ME MK MT MX MY NL NO NZ PH PL PT RO RS SA SE SG SI SK SM TH TN TR TW UA US VA VN XK ZA",
]
  .join(" ")
  .split(" ");

/** A locale taken apart; `country` is empty where it says none. */
export type LocaleParts = { language: CustomerLanguage; country: string };

/** "de-AT" → de and AT; null for what no workspace can have. */
export function localeParts(locale: string): LocaleParts | null {
  const [short, country = "", ...rest] = locale.split("-");
  const language = CUSTOMER_LANGUAGES.find((each) => each === short);
  if (language === undefined || rest.length > 0) return null;
  return country === "" || COUNTRIES.includes(country) ? { language, country } : null;
}

export function localeOf({ language, country }: LocaleParts): string {
  return country === "" ? language : `${language}-${country}`;
}

/** What a new workspace begins with: the language its founder reads, and the country their browser tells of. */
export function firstLocale(language: CustomerLanguage, preferred: readonly string[]): string {
  const regions = preferred.flatMap((tag) => regionOf(tag) ?? []);
  return localeOf({ language, country: regions.find((region) => COUNTRIES.includes(region)) ?? "" });
}

function regionOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).maximize().region;
  } catch {
    return undefined;
  }
}
