// Several orders in one cell, as the export writes them and the import reads them: "A-17 (paid); A-18". Pure.

const QUOTED = '"(?:[^"]|"")*"';
/** A number and, in brackets, its state. */
const ITEM = new RegExp(`(${QUOTED}|[^;\\n(),"]*?) ?(?:\\( ?(${QUOTED}|[^;\\n()"]*?) ?\\) ?)?(?=[;\\n]|$)`, "uy");
const SEPARATORS = /[;\n ]*/uy;
const REST_OF_ITEM = /[^;\n]*/uy;

/** Parts of one order as they are written; empty where the cell names none. */
export type CellOrder = { orderNumber: string; orderStatus: string };

/**
 * Orders as one cell: separated by semicolons, each with its state in brackets. What would be read as something else
 * stands in quotation marks, those in it twice.
 */
export function ordersAsCell(orders: readonly { number: string; status: string | null }[]): string {
  return orders.map(({ number, status }) => itemOf(number, status)).join("; ");
}

/**
 * The orders of a cell, or the first part of it that is none. Semicolons and line breaks separate; a comma in a number
 * that stands in no quotation marks is refused, as it was most likely meant to separate.
 */
export function ordersOfCell(cell: string): { ok: true; orders: CellOrder[] } | { ok: false; part: string } {
  const text = cell
    .normalize("NFC")
    .replace(/[^\S\n]+/gu, " ")
    .trim();
  const orders: CellOrder[] = [];
  let at = matchAt(SEPARATORS, text, 0).end;
  while (at < text.length) {
    const { found, end } = matchAt(ITEM, text, at);
    if (found === null) return { ok: false, part: matchAt(REST_OF_ITEM, text, at).found?.[0].trim() ?? "" };
    orders.push({ orderNumber: unquoted(found[1]), orderStatus: unquoted(found[2]) });
    at = matchAt(SEPARATORS, text, end).end;
  }
  return { ok: true, orders };
}

function itemOf(number: string, status: string | null): string {
  const first = quoted(number, /[;(),"]/);
  return status === null ? first : `${first} (${quoted(status, /[;()"]/)})`;
}

function quoted(text: string, unclear: RegExp): string {
  return unclear.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function unquoted(text = ""): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function matchAt(pattern: RegExp, text: string, at: number): { found: RegExpExecArray | null; end: number } {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return { found, end: found === null ? at : pattern.lastIndex };
}
