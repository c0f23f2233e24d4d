// The values of template variables (requirement S4): of a journey, and of an answer in writing. Pure.

export type ValueFacts = {
  contact: { name: string; firstName?: string; lastName?: string; locale?: string };
  /** Null: the person has booked nothing. */
  booking: {
    title: string;
    startsAt: number;
    endsAt: number;
    externalId: string;
    location: { kind: "onsite"; text?: string } | { kind: "online"; url?: string };
  } | null;
  /** Everybody of the booking, the booker first: "people.0.name" and so on, for texts that name them all. */
  people?: readonly { name: string; firstName?: string; lastName?: string }[];
  organisation: { name: string; locale: string };
  /** The zone the person is told times in: the venue's on site, their own online. */
  zone: string;
};

/** Variables every booking of every person has a value for: a text may use them without a fallback. */
const ALWAYS_KNOWN = [
  "name",
  "organisation",
  "eventName",
  "eventDate",
  "eventTime",
  "eventEndDate",
  "eventEndTime",
  "eventZone",
  "bookingReference",
];

/** Whether a variable has a value for everybody who has booked. */
export function isAlwaysKnown(variable: string): boolean {
  return ALWAYS_KNOWN.includes(variable);
}

/**
 * Values by variable name, dates and times in the contact's locale (else the organisation's) and always in `zone`, times
 * with the zone's name (product.md 2.5 no. 45). Names without a value are absent: the template's fallback stands in.
 */
export function templateValues({
  contact,
  booking,
  people = [],
  organisation,
  zone,
}: ValueFacts): Record<string, string> {
  const locale = knownLocale(contact.locale) ?? knownLocale(organisation.locale) ?? "en";
  const { date, time } = formatsOf(locale, zone);
  const values: Record<string, string | undefined> = {
    name: contact.name,
    firstName: contact.firstName,
    lastName: contact.lastName,
    organisation: organisation.name,
    ...(booking === null
      ? {}
      : {
          eventName: booking.title,
          eventDate: date(booking.startsAt),
          eventTime: time(booking.startsAt),
          eventEndDate: date(booking.endsAt),
          eventEndTime: time(booking.endsAt),
          eventZone: zone,
          location: booking.location.kind === "onsite" ? booking.location.text : booking.location.url,
          bookingReference: booking.externalId,
        }),
    ...peopleValues(people),
  };
  const entries = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}

type Formats = { date: (at: number) => string; time: (at: number) => string };

/** More languages and zones than one workspace tells times in. */
const FORMATS_LIMIT = 500;

/** How dates and times are written. Kept, since making a format takes a hundred times as long as using it. */
const formatsOf = (() => {
  const made = new Map<string, Formats>();
  return (locale: string, zone: string): Formats => {
    const key = `${locale} ${zone}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const day = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: zone } as const;
    const clock = { hour: "2-digit", minute: "2-digit", timeZoneName: "short", timeZone: zone } as const;
    const date = new Intl.DateTimeFormat(locale, day);
    const time = new Intl.DateTimeFormat(locale, clock);
    const formats: Formats = { date: (at) => date.format(at), time: (at) => time.format(at) };
    if (made.size >= FORMATS_LIMIT) made.clear();
    made.set(key, formats);
    return formats;
  };
})();

function peopleValues(people: NonNullable<ValueFacts["people"]>): Record<string, string | undefined> {
  const named = people.map(({ name, firstName, lastName }, index) => [
    [`people.${index}.name`, name],
    [`people.${index}.firstName`, firstName],
    [`people.${index}.lastName`, lastName],
  ]);
  return Object.fromEntries(named.flat()) as Record<string, string | undefined>;
}

function knownLocale(locale: string | undefined): string | null {
  if (locale === undefined) return null;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? null;
  } catch {
    return null;
  }
}
