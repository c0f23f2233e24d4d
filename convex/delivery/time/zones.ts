import { isZone } from "../../lib/time";

// Where a recipient's clock hangs (product.md C-14): the person's own zone, else what the country of the phone number
// says, else the organisation's. Pure.

/**
 * Zones of countries by phone number. One for countries with one clock; where there are several, those at the edges: what
 * is allowed in them is allowed in between (providers.md 21.1: the area code is a weak hint, take the strictest).
 */
const ZONES_OF_COUNTRY: Record<string, readonly string[]> = {
  AT: ["Europe/Vienna"],
  BE: ["Europe/Brussels"],
  CH: ["Europe/Zurich"],
  CZ: ["Europe/Prague"],
  DE: ["Europe/Berlin"],
  DK: ["Europe/Copenhagen"],
  ES: ["Europe/Madrid", "Atlantic/Canary"],
  FI: ["Europe/Helsinki"],
  FR: ["Europe/Paris"],
  GB: ["Europe/London"],
  IE: ["Europe/Dublin"],
  IT: ["Europe/Rome"],
  LI: ["Europe/Vaduz"],
  LU: ["Europe/Luxembourg"],
  NL: ["Europe/Amsterdam"],
  NO: ["Europe/Oslo"],
  PL: ["Europe/Warsaw"],
  PT: ["Europe/Lisbon", "Atlantic/Azores"],
  SE: ["Europe/Stockholm"],
  US: ["America/New_York", "Pacific/Honolulu"],
  CA: ["America/St_Johns", "America/Vancouver"],
};

/** The zones a recipient may be in, at least one: a message goes only when it is right in all of them. */
export function recipientZones(known: {
  personZone?: string;
  phoneCountry?: string;
  orgZone: string;
}): readonly string[] {
  const { personZone, phoneCountry, orgZone } = known;
  if (personZone !== undefined && isZone(personZone)) return [personZone];
  const byPhone = phoneCountry === undefined ? undefined : ZONES_OF_COUNTRY[phoneCountry];
  return byPhone ?? [isZone(orgZone) ? orgZone : "UTC"];
}

/** The country a zone lies in, as far as the rule packs need it: for recipients nothing else is known of. */
export function countryOfZone(zone: string): string | undefined {
  return Object.entries(ZONES_OF_COUNTRY).find(([, zones]) => zones.includes(zone))?.[0];
}
