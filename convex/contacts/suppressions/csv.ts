import { parse } from "papaparse";
import { plainHeading, unguarded } from "../../lib/csv";

// Suppression lists as CSV: what other systems export, and what ours writes. The browser reads files with it.

/** The columns of our own files, in order. */
export const CSV_FIELDS = ["channel", "address", "purpose", "topic", "reason", "note"] as const;
export type CsvField = (typeof CSV_FIELDS)[number];
export type WrittenRow = Record<CsvField, string>;

/** Headings that mean a column, compared without case, spaces and punctuation. */
const HEADINGS: Record<CsvField, readonly string[]> = {
  channel: ["channel", "kanal", "kanaal", "type", "typ"],
  address: [
    ..."address,adresse,adres,email,emailaddress,mail,emailadresse,emailadres,recipient,empfänger".split(","),
    ..."phone,phonenumber,telefon,telefonnummer,mobile,handy,number,nummer,telefoon,msisdn".split(","),
  ],
  purpose: ["purpose", "zweck", "doel"],
  topic: ["topic", "thema", "list", "liste", "lijst"],
  reason: ["reason", "grund", "reden", "status"],
  note: ["note", "notiz", "bemerkung", "opmerking", "comment", "kommentar"],
};

/** More rows than this are no list that somebody looks through; they come in several files. */
export const MAX_CSV_ROWS = 200_000;

export type ReadCsv =
  | { ok: true; rows: { line: number; written: WrittenRow }[] }
  | { ok: false; problem: "empty" | "no_address_column" | "too_many_rows" };

/**
 * Reads a file's text: comma, semicolon or tab, with or without a byte order mark. Without headings a single column is
 * taken as addresses. `line` counts rows, the first being 1. An apostrophe that guards a formula is taken off.
 */
export function readCsv(text: string): ReadCsv {
  const { data } = parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" });
  const [first] = data;
  if (first === undefined) return { ok: false, problem: "empty" };
  const named = columnsOf(first);
  const isHeaderless =
    named.address === undefined && data.every((row) => row.length === 1) && looksLikeAddress(first[0]);
  if (named.address === undefined && !isHeaderless) return { ok: false, problem: "no_address_column" };
  const columns = isHeaderless ? { address: 0 } : named;
  const body = isHeaderless ? data : data.slice(1);
  if (body.length === 0) return { ok: false, problem: "empty" };
  if (body.length > MAX_CSV_ROWS) return { ok: false, problem: "too_many_rows" };
  const offset = isHeaderless ? 1 : 2;
  return { ok: true, rows: body.map((cells, index) => ({ line: index + offset, written: rowOf(cells, columns) })) };
}

function columnsOf(header: readonly string[]): Partial<Record<CsvField, number>> {
  const plain = header.map(plainHeading);
  const columns: Partial<Record<CsvField, number>> = {};
  for (const field of CSV_FIELDS) {
    const at = plain.findIndex((cell) => HEADINGS[field].includes(cell));
    if (at >= 0) columns[field] = at;
  }
  return columns;
}

function rowOf(cells: readonly string[], columns: Partial<Record<CsvField, number>>): WrittenRow {
  const cell = (field: CsvField) => {
    const at = columns[field];
    return at === undefined ? "" : unguarded((cells[at] ?? "").trim());
  };
  return {
    channel: cell("channel"),
    address: cell("address"),
    purpose: cell("purpose"),
    topic: cell("topic"),
    reason: cell("reason"),
    note: cell("note"),
  };
}

function looksLikeAddress(cell: string | undefined): boolean {
  return cell !== undefined && (/^\S+@\S+$/.test(cell.trim()) || /^'?\+?[\d\s()/.-]{6,}$/.test(cell.trim()));
}
