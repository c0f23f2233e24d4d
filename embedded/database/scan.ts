import { keyAfter, type KeyBytes } from "../value/key.ts";
import type { TableInfo } from "./catalog.ts";
import type { SortedMap } from "./sorted-map.ts";
import { StoredDoc } from "./stored-doc.ts";
import type { EntryRow, Store } from "./store.ts";

// The first fetch is small because most queries want one or a few rows; each following fetch is four times larger.
const FIRST_CHUNK_ROWS = 16;
const LARGEST_CHUNK_ROWS = 1024;
const CHUNK_GROWTH = 4;

export interface ScannedRow {
  key: KeyBytes;
  doc: StoredDoc;
}

/** Where a scan finds what differs from the file; asked again at each step, so that later changes are seen. */
export interface ScanLayers {
  /** Lower layers first; an entry of a later layer wins. */
  layers(ix: number): readonly (SortedMap<StoredDoc | null> | undefined)[];
}

/** Walks a key range of one index as one snapshot sees it: rows of the file, corrected by the layers above it. */
export class IndexScan {
  #lo: KeyBytes;
  #hi: KeyBytes;
  #chunk: EntryRow[] = [];
  #chunkAt = 0;
  #chunkRows: number;
  #isFileDone = false;
  readonly #idLength: number;

  constructor(
    private readonly store: Store,
    private readonly source: ScanLayers,
    private readonly table: TableInfo,
    private readonly ix: number,
    lo: KeyBytes,
    hi: KeyBytes,
    private readonly order: "asc" | "desc",
    /** Rows the caller will probably want. */
    expectedRows: number | null,
  ) {
    this.#lo = lo;
    this.#hi = hi;
    this.#chunkRows = Math.max(1, Math.min(expectedRows ?? FIRST_CHUNK_ROWS, LARGEST_CHUNK_ROWS));
    this.#idLength = table.idLength;
  }

  /** The next row in order, or null at the end of the range. */
  next(): ScannedRow | null {
    for (;;) {
      const layers = this.source.layers(this.ix);
      const fileRow = this.#peekFile();
      let key = fileRow?.key;
      for (const layer of layers) {
        if (layer === undefined || layer.size === 0) continue;
        const candidate = this.order === "asc" ? layer.firstIn(this.#lo, this.#hi) : layer.lastIn(this.#lo, this.#hi);
        if (candidate !== undefined && (key === undefined || this.#comesFirst(candidate, key))) key = candidate;
      }
      if (key === undefined) return null;
      if (this.order === "asc") this.#lo = keyAfter(key);
      else this.#hi = key;
      const doc = this.#resolve(key, fileRow, layers);
      if (doc !== null) return { key, doc };
    }
  }

  #comesFirst(a: KeyBytes, b: KeyBytes): boolean {
    return this.order === "asc" ? a < b : a > b;
  }

  #resolve(
    key: KeyBytes,
    fileRow: EntryRow | undefined,
    layers: readonly (SortedMap<StoredDoc | null> | undefined)[],
  ): StoredDoc | null {
    for (let i = layers.length - 1; i >= 0; i--) {
      const found = layers[i]?.get(key);
      if (found !== undefined) return found;
    }
    if (fileRow === undefined || fileRow.key !== key) return null;
    return docOfRow(this.table, this.ix, fileRow, this.#idLength);
  }

  /** The file's first row not yet passed. */
  #peekFile(): EntryRow | undefined {
    for (;;) {
      const row = this.#chunk[this.#chunkAt];
      if (row !== undefined) {
        if (row.key >= this.#lo && row.key < this.#hi) return row;
        this.#chunkAt++;
        continue;
      }
      if (this.#isFileDone || this.#lo >= this.#hi) return undefined;
      this.#fetch();
    }
  }

  #fetch(): void {
    this.#chunk = this.store.range(this.ix, this.#lo, this.#hi, this.order, this.#chunkRows);
    this.#chunkAt = 0;
    if (this.#chunk.length < this.#chunkRows) this.#isFileDone = true;
    this.#chunkRows = Math.min(this.#chunkRows * CHUNK_GROWTH, LARGEST_CHUNK_ROWS);
  }
}

/** The document of a row of the file. */
function docOfRow(table: TableInfo, ix: number, row: EntryRow, idLength: number): StoredDoc {
  // The key of by_id is the id's text, of every other index it ends with the id's bytes.
  if (ix === table.byId.ix) return StoredDoc.fromJson(table, row.json, row.size, row.rowid);
  return new StoredDoc(table, row.key.slice(-idLength), row.json, row.size, row.rowid);
}
