// The values a template can name (requirement S4; bookings/values.ts and inbox/composing fill them). Pure.

type VariableGroup = "person" | "booking" | "team";

/** In the order a picker shows them. Always known: every message of a journey has a value, no fallback is needed. */
export const KNOWN_VARIABLES = [
  { name: "firstName", group: "person", isAlwaysKnown: false },
  { name: "lastName", group: "person", isAlwaysKnown: false },
  { name: "name", group: "person", isAlwaysKnown: true },
  { name: "eventName", group: "booking", isAlwaysKnown: true },
  { name: "eventDate", group: "booking", isAlwaysKnown: true },
  { name: "eventTime", group: "booking", isAlwaysKnown: true },
  { name: "eventEndDate", group: "booking", isAlwaysKnown: true },
  { name: "eventEndTime", group: "booking", isAlwaysKnown: true },
  { name: "eventZone", group: "booking", isAlwaysKnown: true },
  { name: "location", group: "booking", isAlwaysKnown: false },
  { name: "bookingReference", group: "booking", isAlwaysKnown: true },
  { name: "organisation", group: "team", isAlwaysKnown: true },
] as const satisfies readonly { name: string; group: VariableGroup; isAlwaysKnown: boolean }[];

/** Lists a repeat can go through, each with what an entry of it has. */
export const KNOWN_LISTS = [{ name: "people", fields: ["name", "firstName", "lastName"] }] as const;

/** What entries of the known lists are called in a document: "people.name". */
export const LIST_VARIABLES: readonly string[] = KNOWN_LISTS.flatMap(({ name, fields }) =>
  fields.map((field) => `${name}.${field}`),
);
