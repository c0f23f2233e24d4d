import type Sqlite from "libsql";
import { randomBytes } from "node:crypto";
import { coerceError } from "../errors.ts";
import { bufferToKey, keyToBuffer, type KeyBytes } from "../value/key.ts";
import { makeIndex, makeSearchIndex, type IndexInfo, type SearchIndexInfo, type TableInfo } from "./catalog.ts";
import { DOCUMENT_BATCH, DOCUMENT_ROWS, type DocumentBatch, MOST_BATCHED_ROWS, readBatch } from "./document-batch.ts";
import { PendingRows } from "./pending-rows.ts";
import { type OnSlowStatement, timed, TimedStatement } from "./statements.ts";
import { openFile, WAL_CHECKPOINT_PAGES } from "./store-file.ts";
import type { Namespace, SchemaJson, Timestamp } from "./types.ts";
import { WalFile } from "./wal-file.ts";

/**
 * `dropped` indexes wait for their entries to be deleted, an `abandoned` one (`by_id` of a table that was replaced) for
 * the documents as well; `building` ones found at start are left-overs of a push; `hidden` ones belong to a table that
 * an import fills.
 */
export type IndexState = "ready" | "staged" | "building" | "dropped" | "abandoned" | "hidden";

interface TableRow {
  tablet: number;
  ns: Namespace;
  name: string;
  number: number;
}

export interface IndexRow {
  ix: number;
  tablet: number;
  kind: "ordered" | "search";
  state: IndexState;
  ordered: IndexInfo | null;
  search: SearchIndexInfo | null;
}

export interface DocumentRow {
  rowid: number;
  size: number;
  json: string;
}

/** A row of an index with its document. */
interface EntryRow extends DocumentRow {
  key: KeyBytes;
}

type RawDocument = [rowid: number, size: number, json: string];

/** The file: prepared statements and nothing that knows about transactions, snapshots or schemas. */
export class Store {
  readonly db: Sqlite.Database;
  /** Called when rows of an earlier write cannot be written: the batch is then not what its writers believe it to be. */
  onWriteFailure: (error: Error) => void = () => undefined;
  readonly #statements = new Map<string, TimedStatement>();
  readonly #rows: PendingRows;
  readonly #wal: WalFile;
  #inBatch = false;
  #writeSearch: (() => void) | null = null;

  /** Opens or creates the file. Throws an Error with one clear sentence when that is impossible. */
  constructor(
    readonly path: string,
    private readonly onSlow: OnSlowStatement = () => undefined,
  ) {
    this.db = openFile(path);
    this.#rows = new PendingRows(this.db, onSlow);
    this.#wal = new WalFile(path);
  }

  get inBatch(): boolean {
    return this.#inBatch;
  }

  /** Begins a write batch unless one is open. Everything written until `commit` becomes durable at once or not at all. */
  ensureBatch(): void {
    if (this.#inBatch) return;
    this.db.exec("BEGIN IMMEDIATE");
    this.#inBatch = true;
  }

  /** Hands the batch to the operating system, `ts` being its last commit: it outlives this process, but not the machine. */
  commit(ts: Timestamp): void {
    if (!this.#inBatch) return;
    this.setMeta("ts", ts.toString());
    timed("COMMIT", this.onSlow, () => this.db.exec("COMMIT"));
    this.#inBatch = false;
  }

  /**
   * Resolves when every batch committed before the call is on the disk, whatever happens to the machine; null for a
   * database in memory. What is written meanwhile belongs to the next batch. Rejects when the disk refuses.
   */
  sync(): Promise<void> | null {
    return this.#wal.sync();
  }

  /** The same while everybody waits. */
  syncNow(): void {
    this.#wal.syncNow();
  }

  /**
   * Brings everything into the main file and lets nothing into it until `releaseFile`: later writes stay in the WAL, so
   * the file can be copied beside them. No batch may be open.
   */
  holdFile(): void {
    const [result] = this.db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    if (result?.busy !== 0) throw new Error("The write-ahead log could not be brought into the database file");
    this.db.pragma("wal_autocheckpoint = 0");
  }

  releaseFile(): void {
    this.db.pragma(`wal_autocheckpoint = ${WAL_CHECKPOINT_PAGES}`);
  }

  close(): void {
    this.#rows.close();
    this.#wal.close();
    if (this.#inBatch) this.db.exec("ROLLBACK");
    this.#inBatch = false;
    // libsql keeps the connection open until the last statement is garbage, but the lock must go now. Out of WAL an
    // idle connection holds none, and the file is complete without its companions.
    this.db.pragma("journal_mode = DELETE");
    this.db.pragma("locking_mode = NORMAL");
    this.getMeta("format");
    this.#statements.clear();
    this.db.close();
  }

  getMeta(key: string): string | undefined {
    const row = this.sql("SELECT value FROM meta WHERE key = ?").get([key]) as [string] | undefined;
    return row?.[0];
  }

  setMeta(key: string, value: string): void {
    this.ensureBatch();
    this.sql("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run([key, value]);
  }

  /** A random secret of this file, made on first use. */
  secret(key: string, bytes: number): Buffer {
    const known = this.getMeta(key);
    if (known !== undefined) return Buffer.from(known, "base64");
    const fresh = randomBytes(bytes);
    this.setMeta(key, fresh.toString("base64"));
    return fresh;
  }

  // Documents and entries

  point(ix: number, key: KeyBytes): DocumentRow | null {
    if (this.#rows.touchesKey(ix, key)) this.#writeRows();
    const row = this.#prepared(
      "SELECT d.doc, d.size, d.json FROM entries e JOIN documents d ON d.doc = e.doc WHERE e.ix = ? AND e.key = ?",
    ).get([ix, keyToBuffer(key)]) as RawDocument | undefined;
    return row === undefined ? null : this.#current(toDocument(row));
  }

  /** Documents of a range of an index, in its order. Keys are left out: as buffers they take longer than the rest. */
  documents(ix: number, lo: KeyBytes, hi: KeyBytes, order: "asc" | "desc", limit: number): DocumentRow[] {
    if (this.#rows.touches(ix, lo, hi)) this.#writeRows();
    const range = [ix, keyToBuffer(lo), keyToBuffer(hi), limit];
    const rows =
      limit <= MOST_BATCHED_ROWS
        ? readBatch(this.#prepared(DOCUMENT_BATCH[order]).get(range) as DocumentBatch)
        : (this.#prepared(DOCUMENT_ROWS[order]).all(range) as RawDocument[]).map(toDocument);
    return this.#rows.isEmpty ? rows : rows.map((row) => this.#current(row));
  }

  /** What the row will be when everything that waits is written. */
  #current(row: DocumentRow): DocumentRow {
    const waiting = this.#rows.document(row.rowid);
    return waiting === undefined ? row : { rowid: row.rowid, ...waiting };
  }

  /** The same with keys, ascending. */
  entries(ix: number, lo: KeyBytes, hi: KeyBytes, limit: number): EntryRow[] {
    const rows = this.sql(
      `SELECT e.key, d.doc, d.size, d.json FROM entries e JOIN documents d ON d.doc = e.doc
       WHERE e.ix = ? AND e.key >= ? AND e.key < ? ORDER BY e.key LIMIT ?`,
    ).all([ix, keyToBuffer(lo), keyToBuffer(hi), limit]) as [Buffer, ...RawDocument][];
    return rows.map(([key, ...row]) => ({ key: bufferToKey(key), ...toDocument(row) }));
  }

  documentByRow(rowid: number): { json: string; size: number } | null {
    const row = this.sql("SELECT json, size FROM documents WHERE doc = ?").get([rowid]) as [string, number] | undefined;
    return row === undefined ? null : { json: row[0], size: row[1] };
  }

  countEntries(ix: number): number {
    const [count] = this.sql("SELECT count(*) FROM entries WHERE ix = ?").get([ix]) as [number];
    return count;
  }

  insertDocument(rowid: number, json: string, size: number): void {
    this.#rows.putDocument(rowid, json, size);
  }

  updateDocument(rowid: number, json: string, size: number): void {
    this.#rows.putDocument(rowid, json, size);
  }

  deleteDocument(rowid: number): void {
    this.#rows.deleteDocument(rowid);
  }

  putEntry(ix: number, key: KeyBytes, rowid: number): void {
    this.#rows.putEntry(ix, key, rowid);
  }

  deleteEntry(ix: number, key: KeyBytes): void {
    this.#rows.deleteEntry(ix, key);
  }

  /** Deletes at most `limit` rows of a dropped index from each of its tables; true when nothing is left. */
  deleteIndexSlice(ix: number, limit: number): boolean {
    this.ensureBatch();
    let left = false;
    const [state] = (this.sql("SELECT state FROM indexes WHERE ix = ?").get([ix]) ?? []) as [IndexState?];
    if (state === "abandoned") {
      const documents = "SELECT doc FROM entries WHERE ix = ?1 ORDER BY key LIMIT ?2";
      this.sql(`DELETE FROM documents WHERE doc IN (${documents})`).run([ix, limit]);
    }
    const first = "FROM packed_postings WHERE ix = ?1 ORDER BY part, term, first LIMIT ?2";
    this.sql(`DELETE FROM posting_data WHERE block IN (SELECT block ${first})`).run([ix, limit]);
    const slices = [
      "DELETE FROM entries WHERE ix = ?1 AND key IN (SELECT key FROM entries WHERE ix = ?1 ORDER BY key LIMIT ?2)",
      `DELETE FROM postings WHERE ix = ?1 AND (part, term, doc) IN
       (SELECT part, term, doc FROM postings WHERE ix = ?1 LIMIT ?2)`,
      `DELETE FROM packed_postings WHERE ix = ?1 AND (part, term, first) IN (SELECT part, term, first ${first})`,
    ];
    for (const sql of slices) if (this.sql(sql).run([ix, limit]).changes >= limit) left = true;
    if (left) return false;
    this.sql("DELETE FROM search_parts WHERE ix = ?").run([ix]);
    this.sql("DELETE FROM indexes WHERE ix = ?").run([ix]);
    return true;
  }

  // Catalog

  highestNumbers(): { rowid: number; ix: number; tablet: number } {
    const [rowid, ix, tablet] = this.sql(
      `SELECT (SELECT max(doc) FROM documents), (SELECT max(ix) FROM indexes),
       (SELECT max(tablet) FROM (SELECT tablet FROM tables UNION ALL SELECT tablet FROM hidden_tables))`,
    ).get([]) as [number | null, number | null, number | null];
    return { rowid: rowid ?? 0, ix: ix ?? 0, tablet: tablet ?? 0 };
  }

  tables(): TableRow[] {
    const rows = this.sql("SELECT tablet, ns, name, number FROM tables").all([]) as [number, string, string, number][];
    return rows.map(([tablet, ns, name, number]) => ({ tablet, ns, name, number }));
  }

  indexes(): IndexRow[] {
    const rows = this.sql("SELECT ix, tablet, name, kind, definition, state FROM indexes ORDER BY ix").all([]) as [
      number, number, string, string, string, IndexState,
    ][]; // prettier-ignore
    return rows.map(([ix, tablet, name, kind, definition, state]) => {
      const staged = state === "staged";
      const parsed = JSON.parse(definition) as { fields: string[]; searchField: string; filterFields: string[] };
      const isSearch = kind === "search";
      return {
        ix,
        tablet,
        kind: isSearch ? "search" : "ordered",
        state,
        ordered: isSearch ? null : makeIndex(ix, name, parsed.fields, staged),
        search: isSearch ? makeSearchIndex(ix, { ...parsed, indexDescriptor: name }, staged) : null,
      };
    });
  }

  schemas(): { ns: Namespace; schema: SchemaJson }[] {
    const rows = this.sql("SELECT ns, json FROM schemas").all([]) as [string, string][];
    return rows.map(([ns, json]) => ({ ns, schema: JSON.parse(json) as SchemaJson }));
  }

  insertTable(table: TableInfo): void {
    this.ensureBatch();
    this.sql("INSERT INTO tables (tablet, ns, name, number) VALUES (?, ?, ?, ?)").run([
      table.tablet, table.ns, table.name, table.number,
    ]); // prettier-ignore
    for (const index of table.ordered) this.saveIndex(table.tablet, index, index.staged ? "staged" : "ready");
    for (const index of table.searches.values())
      this.saveSearchIndex(table.tablet, index, index.staged ? "staged" : "ready");
  }

  /** Takes a table out of the catalog; its indexes are dropped by themselves. */
  deleteTable(tablet: number): void {
    this.ensureBatch();
    this.sql("DELETE FROM tables WHERE tablet = ?").run([tablet]);
  }

  renumberTables(tables: readonly TableInfo[]): void {
    this.ensureBatch();
    const update = this.sql("UPDATE tables SET number = ? WHERE tablet = ?");
    // Two tables may swap numbers, and no two may have one at any moment.
    for (const { tablet } of tables) update.run([-tablet, tablet]);
    for (const { tablet, number } of tables) update.run([number, tablet]);
  }

  saveIndex(tablet: number, index: IndexInfo, state: IndexState): void {
    this.#saveIndexRow(index.ix, tablet, index.name, "ordered", { fields: index.fields }, state);
  }

  saveSearchIndex(tablet: number, index: SearchIndexInfo, state: IndexState): void {
    const { searchField, filterFields } = index;
    this.#saveIndexRow(index.ix, tablet, index.name, "search", { searchField, filterFields }, state);
  }

  setIndexState(ix: number, state: IndexState): void {
    this.ensureBatch();
    this.sql("UPDATE indexes SET state = ? WHERE ix = ?").run([state, ix]);
  }

  /** From now on the index waits to be deleted. */
  dropIndex(ix: number): void {
    this.ensureBatch();
    this.sql("UPDATE indexes SET state = 'dropped' WHERE ix = ? AND state <> 'abandoned'").run([ix]);
  }

  /** The documents of a table go with its `by_id`, this index. */
  abandonDocuments(ix: number): void {
    this.setIndexState(ix, "abandoned");
  }

  saveSchema(ns: Namespace, schema: SchemaJson | null): void {
    this.ensureBatch();
    if (schema === null) this.sql("DELETE FROM schemas WHERE ns = ?").run([ns]);
    else this.sql("INSERT OR REPLACE INTO schemas (ns, json) VALUES (?, ?)").run([ns, JSON.stringify(schema)]);
  }

  /**
   * A prepared statement that gives rows as arrays; each text is prepared once. To be run at once: documents and entries
   * that are put later may wait in this process until the next one is asked for.
   */
  sql(text: string): TimedStatement {
    if (!this.#rows.isEmpty) this.#writeRows();
    return this.searchSql(text);
  }

  /** The same for tables of the text search: documents and entries that wait go on waiting. */
  searchSql(text: string): TimedStatement {
    this.settleSearch();
    return this.#prepared(text);
  }

  /** The same for `search_parts`, of which nothing ever waits. */
  partSql(text: string): TimedStatement {
    return this.#prepared(text);
  }

  /** `write` is called before anybody reads the tables of the text search, and before the batch is written. */
  whenSearched(write: () => void): void {
    this.#writeSearch = write;
  }

  /** Writes what waits for the tables of the text search. */
  settleSearch(): void {
    const write = this.#writeSearch;
    this.#writeSearch = null;
    if (write !== null) this.#guardWrite(write);
  }

  #prepared(text: string): TimedStatement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      this.#statements.set(text, (statement = new TimedStatement(this.db, text, this.onSlow)));
    }
    return statement;
  }

  #writeRows(): void {
    this.#guardWrite(() => this.#rows.flush());
  }

  #guardWrite(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.onWriteFailure(coerceError(error));
      throw error;
    }
  }

  #saveIndexRow(ix: number, tablet: number, name: string, kind: string, definition: object, state: IndexState): void {
    this.ensureBatch();
    this.sql(
      "INSERT OR REPLACE INTO indexes (ix, tablet, name, kind, definition, state) VALUES (?, ?, ?, ?, ?, ?)",
    ).run([ix, tablet, name, kind, JSON.stringify(definition), state]);
  }
}

function toDocument([rowid, size, json]: RawDocument): DocumentRow {
  return { rowid, size, json };
}
