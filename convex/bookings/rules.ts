// What a booking that people or programs enter may hold. Pure: the forms use it too.

export const MAX_TITLE_CHARS = 200;
export const MAX_PLACE_CHARS = 500;
/** Attributes kept per booking, and the longest text of one: as of bookings that sources tell of. */
export const MAX_ATTRIBUTES = 50;
export const MAX_ATTRIBUTE_CHARS = 2_000;
/** What an attribute may be called: names of Convex's records are printable ASCII and begin with no "$" or "_". */
export const ATTRIBUTE_NAME = /^[a-zA-Z0-9][\x20-\x7e]{0,127}$/;
/** Instants outside these years are typing errors. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1);
export const LATEST_MS = Date.UTC(2100, 0, 1);
/** Longer than a year is a contract, not an appointment (366 days of 24 hours, in ms). */
export const LONGEST_MS = 366 * 86_400_000;

export type AttributeValue = string | number | boolean;
export type EnteredLocation = { kind: "onsite"; zone: string; text?: string } | { kind: "online"; url?: string };

/** The facts of a booking as somebody enters them. Instants are UTC ms. */
export type EnteredFacts = {
  title: string;
  startsAt: number;
  endsAt: number;
  location: EnteredLocation;
  attributes: Record<string, AttributeValue>;
};

export type EntryProblem = { field: keyof EnteredFacts; message: string };

/** What is wrong with the facts, the first problem only; null when nothing is. `isZone` knows the zones of the runtime. */
export function entryProblem(facts: EnteredFacts, isZone: (zone: string) => boolean): EntryProblem | null {
  const { title, startsAt, endsAt, location, attributes } = facts;
  if (title.trim() === "") return { field: "title", message: "A booking needs a title." };
  if (title.length > MAX_TITLE_CHARS) {
    return { field: "title", message: `A title has at most ${MAX_TITLE_CHARS} characters.` };
  }
  for (const [field, at] of [
    ["startsAt", startsAt],
    ["endsAt", endsAt],
  ] as const) {
    if (Number.isSafeInteger(at) && at >= EARLIEST_MS && at <= LATEST_MS) continue;
    return { field, message: `${field} must be a point in time between 2000 and 2100.` };
  }
  if (endsAt < startsAt) return { field: "endsAt", message: "A booking cannot end before it starts." };
  if (endsAt - startsAt > LONGEST_MS) return { field: "endsAt", message: "A booking lasts a year at most." };
  return locationProblem(location, isZone) ?? attributesProblem(attributes);
}

function locationProblem(location: EnteredLocation, isZone: (zone: string) => boolean): EntryProblem | null {
  const text = location.kind === "onsite" ? location.text : location.url;
  if ((text ?? "").length > MAX_PLACE_CHARS) {
    return { field: "location", message: `A place has at most ${MAX_PLACE_CHARS} characters.` };
  }
  if (location.kind === "onsite") {
    return isZone(location.zone) ? null : { field: "location", message: `"${location.zone}" is not a time zone.` };
  }
  if (location.url === undefined || /^https?:\/\/\S+$/i.test(location.url)) return null;
  return { field: "location", message: "The address of an online booking begins with https://." };
}

function attributesProblem(attributes: EnteredFacts["attributes"]): EntryProblem | null {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    return { field: "attributes", message: `A booking has at most ${MAX_ATTRIBUTES} attributes.` };
  }
  for (const [name, value] of entries) {
    if (!ATTRIBUTE_NAME.test(name)) return { field: "attributes", message: `"${name}" cannot be an attribute's name.` };
    if (typeof value === "string" && value.length > MAX_ATTRIBUTE_CHARS) {
      return { field: "attributes", message: `"${name}" has more than ${MAX_ATTRIBUTE_CHARS} characters.` };
    }
  }
  return null;
}
