import { fillVariables, variablesIn } from "./variables";
import type { TemplateVariable } from "./schema";

// How long a text can become once its values stand in it: what an SMS costs is counted with these. Pure.

/** Of every variable a journey knows (bookings/values.ts): about the longest that people, courses and dates really have. */
const LONGEST: Record<string, string> = {
  name: "Maximiliane Schulze-Brinkmann",
  firstName: "Maximiliane",
  lastName: "Schulze-Brinkmann",
  organisation: "Segelschule Stettiner Haff",
  eventName: "Sportbootführerschein See, Wochenendkurs",
  eventDate: "Donnerstag, 30. September 2027",
  eventTime: "10:30 MESZ",
  eventEndDate: "Donnerstag, 30. September 2027",
  eventEndTime: "17:30 MESZ",
  eventZone: "America/Argentina/Buenos_Aires",
  location: "Am Stadthafen 3, Steg 2, 17373 Ueckermünde",
  bookingReference: "bk_8F3K29QZ7LMN41",
};

/** What journeys fill in by themselves; other names come from whoever sends. */
export const JOURNEY_VARIABLES: readonly string[] = Object.keys(LONGEST);

/** For a name nobody knows. */
const UNKNOWN = "x".repeat(20);

/** The text with the longest plausible value in each place; a fallback stands where it is longer. */
export function longestText(text: string, variables: readonly TemplateVariable[]): string {
  const fallbacks = new Map(variables.map(({ name, fallback }) => [name, fallback]));
  const values = variablesIn(text).map((name): [string, string] => {
    const [known, fallback] = [Object.hasOwn(LONGEST, name) ? LONGEST[name] : undefined, fallbacks.get(name) ?? ""];
    const value = known ?? UNKNOWN;
    return [name, fallback.length > value.length ? fallback : value];
  });
  return fillVariables(text, Object.fromEntries(values), variables);
}
