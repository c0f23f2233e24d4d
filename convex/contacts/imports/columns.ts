import { mappedCells, type ColumnTarget, type FieldHeadings } from "../../lib/csv";
import type { WrittenContact } from "./schema";

// Contact files as other systems export them. The browser reads files with it.

/** What a column can be mapped to besides nothing and an attribute. */
export const CONTACT_FIELDS = [
  "name",
  "firstName",
  "lastName",
  "email",
  "phone",
  "whatsapp",
  "locale",
  "timezone",
  "orderNumber",
  "orderStatus",
  "orders",
] as const;
type ContactField = (typeof CONTACT_FIELDS)[number];

/** Headings that mean a field. */
export const CONTACT_HEADINGS: Record<ContactField, readonly string[]> = {
  name: ["name", "fullname", "vollername", "naam", "kontakt", "contact", "kunde", "customer"],
  firstName: ["firstname", "givenname", "vorname", "voornaam"],
  lastName: ["lastname", "surname", "familyname", "nachname", "familienname", "achternaam"],
  email: ["email", "emailaddress", "mail", "emailadresse", "emailadres"],
  phone: ["phone", "phonenumber", "telefon", "telefonnummer", "mobile", "mobil", "handy", "telefoon", "sms", "tel"],
  whatsapp: ["whatsapp", "whatsappnumber", "whatsappnummer"],
  locale: ["locale", "language", "sprache", "taal"],
  timezone: ["timezone", "zeitzone", "tijdzone"],
  orderNumber: [
    "order",
    "orderid",
    "orderno",
    "ordernr",
    "ordernumber",
    "auftrag",
    "auftragsnr",
    "auftragsnummer",
    "bestellnr",
    "bestellnummer",
    "bestellung",
    "bestelling",
    "bestelnr",
    "bestelnummer",
    "ordernummer",
  ],
  // Not "status" alone: that says something about the person more often.
  orderStatus: ["orderstate", "orderstatus", "auftragsstatus", "bestellstatus", "bestellingstatus", "bestelstatus"],
  // Several in one cell, as the export writes them (orders/cell.ts).
  orders: [
    "orders",
    "ordernumbers",
    "aufträge",
    "auftraege",
    "auftragsnummern",
    "bestellungen",
    "bestellnummern",
    "bestellingen",
    "bestelnummers",
    "ordernummers",
  ],
};

/** The fields with their headings, for guessing. */
export const CONTACT_COLUMNS: FieldHeadings<ContactField> = CONTACT_FIELDS.map((field) => [
  field,
  CONTACT_HEADINGS[field],
]);

/** A row's cells by what their columns mean. */
export function writtenContact(
  cells: readonly string[],
  headings: readonly string[],
  targets: readonly ColumnTarget<ContactField>[],
): WrittenContact {
  const { fields, attributes } = mappedCells(cells, headings, targets);
  return { ...fields, attributes };
}
