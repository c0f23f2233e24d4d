import type { DocumentRow } from "./store.ts";

/**
 * Rows that may be asked for as a batch: as many of the largest documents stay well below what SQLite and V8 allow for
 * one text (1 GB and 512 MiB).
 */
export const MOST_BATCHED_ROWS = 256;

const ASCENDING = `SELECT d.doc, d.size, d.json FROM entries e JOIN documents d ON d.doc = e.doc
  WHERE e.ix = ? AND e.key >= ? AND e.key < ? ORDER BY e.key ASC LIMIT ?`;

/** Documents of a range of an index as rows: number, size, text. Parameters: index, first key, key after the last, limit. */
export const DOCUMENT_ROWS = { asc: ASCENDING, desc: ASCENDING.replace("ASC", "DESC") };

// The aggregate takes the rows as they come: SQLite runs a subquery with a limit by itself, in its order.
const batchOf = (rows: string) =>
  `SELECT group_concat(doc), group_concat(size), group_concat(json, char(30)) FROM (${rows})`;

/**
 * The same as one row, for {@link readBatch}. A row with three values costs the driver half a microsecond, more than
 * SQLite takes to find it: of a page of 50 rows that is half of the time, of 256 rows two thirds.
 */
export const DOCUMENT_BATCH = { asc: batchOf(DOCUMENT_ROWS.asc), desc: batchOf(DOCUMENT_ROWS.desc) };

// Texts of documents are JSON, which has such a character only in escaped form.
const SEPARATOR = "\x1e";

export type DocumentBatch = [rowids: string, sizes: string, texts: string] | [null, null, null];

/** The documents of a batch. Their texts are parts of one: whoever keeps one of them longer than the others copies it. */
export function readBatch([rowids, sizes, texts]: DocumentBatch): DocumentRow[] {
  if (texts === null) return [];
  const rowidList = JSON.parse(`[${rowids}]`) as number[];
  const sizeList = JSON.parse(`[${sizes}]`) as number[];
  return texts
    .split(SEPARATOR)
    .map((json, position) => ({ rowid: rowidList[position] ?? 0, size: sizeList[position] ?? 0, json }));
}

/** The same text with memory of its own. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
