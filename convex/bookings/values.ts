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
  organisation: { name: string; locale: string };
  /** The zone the person is told times in: the venue's on site, their own online. */
  zone: string;
};

/**
 * Values by variable name, dates and times in the contact's locale (else the organisation's) and always in `zone`, times
 * with the zone's name (product.md 2.5 no. 45). Names without a value are absent: the template's fallback stands in.
 */
export function templateValues({ contact, booking, organisation, zone }: ValueFacts): Record<string, string> {
  const locale = knownLocale(contact.locale) ?? knownLocale(organisation.locale) ?? "en";
  const date = (at: number) =>
    new Intl.DateTimeFormat(locale, {
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      timeZone: zone,
    }).format(at);
  const time = (at: number) =>
    new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "short",
      timeZone: zone,
    }).format(at);
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
  };
  const entries = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}

function knownLocale(locale: string | undefined): string | null {
  if (locale === undefined) return null;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? null;
  } catch {
    return null;
  }
}
