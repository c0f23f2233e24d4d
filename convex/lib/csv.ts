import { parse, unparse } from "papaparse";
import { attributeKey } from "./attributeKey";

// Tables as CSV: what other systems export, and what ours writes. The browser reads files with it.

/** More rows than this are several files. */
const MAX_ROWS = 100_000;

/** `line` counts rows that are not blank, the headings being 1. */
export type Table = { headings: string[]; rows: { line: number; cells: string[] }[] };
export type TableProblem = "empty" | "too_many_rows";

/**
 * A file's text as a table: comma, semicolon or tab, with or without a byte order mark. The first row holds the headings.
 * An apostrophe that guards a formula is taken off.
 */
export function readTable(text: string): { ok: true; table: Table } | { ok: false; problem: TableProblem } {
  const { data } = parse<string[]>(text.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" });
  const [headings, ...body] = data.map((row) => row.map((cell) => unguarded(cell.trim())));
  if (headings === undefined || body.length === 0) return { ok: false, problem: "empty" };
  if (body.length > MAX_ROWS) return { ok: false, problem: "too_many_rows" };
  return { ok: true, table: { headings, rows: body.map((cells, at) => ({ line: at + 2, cells })) } };
}

/** What a column can mean: a field, an attribute called like the column, or nothing. */
export type ColumnTarget<Field extends string> = Field | "attribute" | "ignore";

/** Fields of a table, each with the headings that mean it in the form of `plainHeading`. */
export type FieldHeadings<Field extends string> = readonly (readonly [Field, readonly string[]])[];

/** The likely meaning of each column, by `remembered` choices for its heading, else by the heading itself. */
export function guessTargets<Field extends string>(
  headings: readonly string[],
  fields: FieldHeadings<Field>,
  remembered: Readonly<Record<string, string>>,
): ColumnTarget<Field>[] {
  const choices: readonly ColumnTarget<Field>[] = ["ignore", "attribute", ...fields.map(([field]) => field)];
  const taken = new Set<ColumnTarget<Field>>();
  return headings.map((heading) => {
    const plain = plainHeading(heading);
    const chosen = choices.find((choice) => choice === remembered[plain]);
    const guess = chosen ?? fields.find(([, words]) => words.includes(plain))?.[0] ?? "ignore";
    if (!isShared(guess) && taken.has(guess)) return "ignore";
    taken.add(guess);
    return guess;
  });
}

/** Whether several columns may mean this. */
export function isShared(target: string): target is "attribute" | "ignore" {
  return target === "ignore" || target === "attribute";
}

/** A heading in the form choices are remembered under: without case, spaces and punctuation. */
export function plainHeading(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * A row's cells by what their columns mean, blank ones left out. An attribute is called like its column, in ASCII:
 * "Größe" → "groesse".
 */
export function mappedCells<Field extends string>(
  cells: readonly string[],
  headings: readonly string[],
  targets: readonly ColumnTarget<Field>[],
): { fields: { [field in Field]?: string }; attributes: Record<string, string> } {
  const fields: { [field in Field]?: string } = {};
  const attributes: Record<string, string> = {};
  targets.forEach((target, at) => {
    const cell = cells[at] ?? "";
    if (cell === "") return;
    if (!isShared(target)) Object.assign(fields, { [target]: cell });
    const key = target === "attribute" ? attributeKey(headings[at] ?? "") : "";
    if (key !== "") attributes[key] = cell;
  });
  return { fields, attributes };
}

/**
 * Rows as CSV for spreadsheets: with a byte order mark unless told otherwise, and no cell that a spreadsheet would run
 * as a formula.
 */
export function writeCsv(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { hasMark = true }: { hasMark?: boolean } = {},
): string {
  const cells = [columns, ...rows].map((row) => row.map(guarded));
  return `${hasMark ? "\uFEFF" : ""}${unparse(cells, { newline: "\r\n" })}\r\n`;
}

// A spreadsheet runs what begins like a formula; an apostrophe before it makes it text. A cell that begins with apostrophes
// of its own before such a sign gets one more, so that taking one off gives back what was there.
function guarded(cell: string): string {
  return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** A cell without the apostrophe that guards a formula. */
export function unguarded(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r])/, "");
}
