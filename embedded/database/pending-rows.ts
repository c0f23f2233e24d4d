import type Sqlite from "libsql";
import { keyToBuffer, type KeyBytes } from "../value/key.ts";
import { type OnSlowStatement, TimedStatement } from "./statements.ts";

// Rows that one statement takes: half of what each row costs alone is the statement. What does not fill one of these
// goes into the next smaller.
const ROWS_AT_ONCE = [32, 8, 4, 2, 1];

// What waits in this process at most: documents may be large, entries are small.
const MOST_DOCUMENTS = 32;
const MOST_ENTRIES = 512;

/**
 * What commits change in documents and their index entries, several rows by one statement; of several changes of one row
 * only the last is written. Whoever reads the tables must `flush` first, or ask
 * for what waits.
 */
export class PendingRows {
  /** By row; null for a document to be deleted. */
  readonly #documents = new Map<number, { json: string; size: number } | null>();
  /** By index and key: the row to be put there, or null for an entry to be deleted. */
  readonly #entries = new Map<number, Map<KeyBytes, number | null>>();
  #entryCount = 0;
  readonly #putDocuments: ManyRows;
  readonly #deleteDocuments: ManyRows;
  readonly #putEntries: ManyRows;
  readonly #deleteEntries: ManyRows;

  constructor(db: Sqlite.Database, onSlow: OnSlowStatement) {
    const updated = "ON CONFLICT (doc) DO UPDATE SET size = excluded.size, json = excluded.json";
    this.#putDocuments = new ManyRows(db, onSlow, {
      text: (rows) => `INSERT INTO documents (doc, size, json) VALUES ${listOf("(?, ?, ?)", rows)} ${updated}`,
      columns: 3,
    });
    this.#deleteDocuments = new ManyRows(db, onSlow, {
      text: (rows) => `DELETE FROM documents WHERE doc IN (${listOf("?", rows)})`,
      columns: 1,
    });
    this.#putEntries = new ManyRows(db, onSlow, {
      text: (rows) => `INSERT OR REPLACE INTO entries (ix, key, doc) VALUES ${listOf("(?, ?, ?)", rows)}`,
      columns: 3,
    });
    this.#deleteEntries = new ManyRows(db, onSlow, {
      // With pairs of index and key SQLite would walk the whole index.
      text: (rows) => `DELETE FROM entries WHERE ix = ? AND key IN (${listOf("?", rows)})`,
      columns: 1,
    });
  }

  get isEmpty(): boolean {
    return this.#documents.size === 0 && this.#entryCount === 0;
  }

  /** Whether what waits changes which rows a range of an index has. */
  touches(ix: number, lo: KeyBytes, hi: KeyBytes): boolean {
    for (const key of this.#entries.get(ix)?.keys() ?? []) if (key >= lo && key < hi) return true;
    return false;
  }

  /** The same for one key. */
  touchesKey(ix: number, key: KeyBytes): boolean {
    return this.#entries.get(ix)?.has(key) === true;
  }

  /** What waits for a row that the file has an entry of. */
  document(rowid: number): { json: string; size: number } | undefined {
    return this.#documents.get(rowid) ?? undefined;
  }

  putDocument(rowid: number, json: string, size: number): void {
    this.#setDocument(rowid, { json, size });
  }

  deleteDocument(rowid: number): void {
    this.#setDocument(rowid, null);
  }

  putEntry(ix: number, key: KeyBytes, rowid: number): void {
    this.#setEntry(ix, key, rowid);
  }

  deleteEntry(ix: number, key: KeyBytes): void {
    this.#setEntry(ix, key, null);
  }

  flush(): void {
    this.#flushDocuments();
    this.#flushEntries();
  }

  /** Forgets what was not written, and lets go of the prepared statements, which keep a connection open. */
  close(): void {
    this.#documents.clear();
    this.#entries.clear();
    this.#entryCount = 0;
    for (const rows of [this.#putDocuments, this.#deleteDocuments, this.#putEntries, this.#deleteEntries]) rows.close();
  }

  #setDocument(rowid: number, document: { json: string; size: number } | null): void {
    this.#documents.set(rowid, document);
    if (this.#documents.size >= MOST_DOCUMENTS) this.#flushDocuments();
  }

  #setEntry(ix: number, key: KeyBytes, rowid: number | null): void {
    let keys = this.#entries.get(ix);
    if (keys === undefined) this.#entries.set(ix, (keys = new Map()));
    const before = keys.size;
    keys.set(key, rowid);
    this.#entryCount += keys.size - before;
    // With the documents: an entry without one would be passed over by whoever reads the file.
    if (this.#entryCount >= MOST_ENTRIES) this.flush();
  }

  #flushDocuments(): void {
    if (this.#documents.size === 0) return;
    const puts: unknown[] = [];
    const deletes: number[] = [];
    for (const [rowid, document] of this.#documents) {
      if (document === null) deletes.push(rowid);
      else puts.push(rowid, document.size, document.json);
    }
    this.#documents.clear();
    this.#deleteDocuments.run(deletes);
    this.#putDocuments.run(puts);
  }

  #flushEntries(): void {
    if (this.#entryCount === 0) return;
    const entries = [...this.#entries];
    this.#entries.clear();
    this.#entryCount = 0;
    const puts: unknown[] = [];
    for (const [ix, keys] of entries) {
      const deleted: Buffer[] = [];
      for (const [key, rowid] of keys) {
        if (rowid === null) deleted.push(keyToBuffer(key));
        else puts.push(ix, keyToBuffer(key), rowid);
      }
      this.#deleteEntries.run(deleted, [ix]);
    }
    this.#putEntries.run(puts);
  }
}

/** `count` times the same placeholders. */
function listOf(placeholders: string, count: number): string {
  return Array(count).fill(placeholders).join(", ");
}

/** One statement for any number of rows. */
class ManyRows {
  readonly #statements = new Map<number, TimedStatement>();

  /** `text` makes the statement for a number of rows, each with `columns` values. */
  constructor(
    private readonly db: Sqlite.Database,
    private readonly onSlow: OnSlowStatement,
    private readonly shape: { text: (rows: number) => string; columns: number },
  ) {}

  /** `values` of all rows, one row after the other; `first` come before them each time. */
  run(values: readonly unknown[], first: readonly unknown[] = []): void {
    const { columns } = this.shape;
    let from = 0;
    for (const rows of ROWS_AT_ONCE) {
      const width = rows * columns;
      for (; values.length - from >= width; from += width) {
        const part = from === 0 && values.length === width ? values : values.slice(from, from + width);
        this.#statement(rows).run(first.length === 0 ? part : [...first, ...part]);
      }
    }
  }

  close(): void {
    this.#statements.clear();
  }

  #statement(rows: number): TimedStatement {
    let statement = this.#statements.get(rows);
    if (statement === undefined) {
      this.#statements.set(rows, (statement = new TimedStatement(this.db, this.shape.text(rows), this.onSlow)));
    }
    return statement;
  }
}
