import { CONTACT_HEADINGS } from "../../contacts/imports/columns";
import { mappedCells, type ColumnTarget, type FieldHeadings } from "../../lib/csv";
import type { WrittenBooking } from "./schema";

// Booking files as other systems export them: one row a person. The browser reads files with it.

/** What a column can be mapped to besides nothing and an attribute. */
export const BOOKING_FIELDS = [
  "reference",
  "title",
  "date",
  "start",
  "end",
  "duration",
  "zone",
  "place",
  "state",
  "name",
  "firstName",
  "lastName",
  "email",
  "phone",
  "locale",
] as const;
export type BookingField = (typeof BOOKING_FIELDS)[number];

const words = (text: string) => text.split(" ");

/** Headings that mean a field, in English, German and Dutch. */
const HEADINGS: Record<BookingField, readonly string[]> = {
  reference: words(
    "reference ref id uid externalid externalreference bookingid bookingnumber bookingno bookingreference reservation " +
      "reservationid ordernumber orderid referenz buchungsnummer buchungsnr buchungsid buchungscode auftragsnummer " +
      "vorgangsnummer referentie boekingsnummer boekingnummer reserveringsnummer",
  ),
  title: words(
    "title event eventname eventtype course class service subject appointment booking summary titel kurs veranstaltung " +
      "leistung termin angebot betreff bezeichnung cursus dienst onderwerp afspraak les evenement",
  ),
  date: words("date day bookingdate eventdate coursedate datum tag dag kursdatum termindatum cursusdatum"),
  start: words(
    "start starts startsat starttime startdate startdatetime begin from time beginn von uhrzeit zeit startzeit " +
      "startdatum anfang begintijd starttijd begindatum van tijd tijdstip",
  ),
  end: words(
    "end ends endsat endtime enddate enddatetime until to ende bis endzeit enddatum einde tot eindtijd einddatum",
  ),
  duration: words("duration length minutes durationminutes dauer minuten dauerminuten duur duurminuten"),
  zone: words("timezone zone tz zeitzone tijdzone"),
  place: words(
    "place location venue link url meetinglink meetingurl where ort treffpunkt standort veranstaltungsort plaats " +
      "locatie waar",
  ),
  state: words("status state bookingstatus zustand buchungsstatus boekingsstatus staat"),
  name: [
    ...CONTACT_HEADINGS.name,
    ...words("person attendee participant guest customername teilnehmer gast kundenname deelnemer klant klantnaam"),
  ],
  firstName: CONTACT_HEADINGS.firstName,
  lastName: CONTACT_HEADINGS.lastName,
  email: CONTACT_HEADINGS.email,
  phone: CONTACT_HEADINGS.phone,
  locale: CONTACT_HEADINGS.locale,
};

/** The fields with their headings, for guessing. */
export const BOOKING_COLUMNS: FieldHeadings<BookingField> = BOOKING_FIELDS.map((field) => [field, HEADINGS[field]]);

/** Longest cell kept: one more than a detail may have, so that a longer one is refused rather than cut. */
const MAX_CELL_CHARS = 2_001;

/** A row's cells by what their columns mean. */
export function writtenBooking(
  cells: readonly string[],
  headings: readonly string[],
  targets: readonly ColumnTarget<BookingField>[],
): WrittenBooking {
  const short = cells.map((cell) => cell.slice(0, MAX_CELL_CHARS));
  const { fields, attributes } = mappedCells(short, headings, targets);
  return { ...fields, attributes };
}

/** One row of a file. */
export type BookingLine = { line: number; written: WrittenBooking };

/** Rows one booking may have: as many as people may take part. What is beyond stands as a booking of its own, and is refused. */
export const MAX_LINES = 100;
/** Characters of all its rows: a row in the database holds a megabyte. */
const MAX_CHARS = 200_000;

/** Rows by the booking they are of, in the order of their first rows. */
export function bookingsOfLines(lines: readonly BookingLine[]): BookingLine[][] {
  const bookings: { lines: BookingLine[]; chars: number }[] = [];
  const latest = new Map<string, (typeof bookings)[number]>();
  for (const line of lines) {
    const key = keyOf(line.written);
    const chars = JSON.stringify(line.written).length;
    const known = latest.get(key);
    if (known !== undefined && known.lines.length < MAX_LINES && known.chars + chars <= MAX_CHARS) {
      known.lines.push(line);
      known.chars += chars;
      continue;
    }
    const begun = { lines: [line], chars };
    latest.set(key, begun);
    bookings.push(begun);
  }
  return bookings.map((booking) => booking.lines);
}

/**
 * What tells the rows of one booking: its reference, else what, when and who, as it is written. The same row in another file
 * is the same booking then, whatever else was added to it.
 */
export function keyOf(written: WrittenBooking): string {
  const reference = tidy(written.reference);
  if (reference !== "") return `reference ${reference}`;
  const { title, date, start, email, phone } = written;
  const who = tidy(email) === "" ? tidy(phone).replace(/[^\d+]/g, "") : tidy(email).toLowerCase();
  return `row ${JSON.stringify([tidy(title).toLowerCase(), tidy(date), tidy(start), who])}`;
}

/** A cell without spaces that say nothing. */
export function tidy(cell: string | undefined): string {
  return (cell ?? "").normalize("NFC").replace(/\s+/g, " ").trim();
}
