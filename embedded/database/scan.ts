import { keyAfter, type KeyBytes } from "../value/key.ts";
import type { IndexInfo, TableInfo } from "./catalog.ts";
import { MOST_BATCHED_ROWS } from "./document-batch.ts";
import type { Interval } from "./read-set.ts";
import type { SortedMap } from "./sorted-map.ts";
import { indexKey, StoredDoc } from "./stored-doc.ts";
import type { DocumentRow, Store } from "./store.ts";

// The first fetch is small because most queries want one or a few rows; each following fetch is four times larger.
const FIRST_CHUNK_ROWS = 16;
const LARGEST_CHUNK_ROWS = MOST_BATCHED_ROWS;
const CHUNK_GROWTH = 4;

export interface ScannedRow {
  readonly key: KeyBytes;
  readonly doc: StoredDoc;
}

/** A row of an index. */
export interface IndexedRow extends ScannedRow {
  /** The document is as the file has it, and not as a layer above it says. */
  readonly isInFile: boolean;
}

/** A row of the file. Its key is worked out from the document, which is needed for few rows: reading all keys costs more. */
class FileRow implements IndexedRow {
  readonly isInFile = true;
  readonly doc: StoredDoc;
  #key: KeyBytes | null = null;

  constructor(
    private readonly index: IndexInfo,
    table: TableInfo,
    { json, size, rowid }: DocumentRow,
  ) {
    this.doc = new StoredDoc(table, null, json, size, rowid);
  }

  get key(): KeyBytes {
    return (this.#key ??= indexKey(this.index, this.doc));
  }
}

type Layers = readonly (SortedMap<StoredDoc | null> | undefined)[];

/** Where a scan finds what differs from the file; asked again at each step, so that later changes are seen. */
export interface ScanLayers {
  /** Lower layers first; an entry of a later layer wins. */
  layers(table: TableInfo, index: IndexInfo): Layers;
}

/** Walks a key range of one index as one snapshot sees it: rows of the file, corrected by the layers above it. */
export class IndexScan {
  #lo: KeyBytes;
  #hi: KeyBytes;
  /** The row that was passed last, unless the bounds have moved past it already. */
  #passed: { readonly key: KeyBytes } | null = null;
  #chunk: FileRow[] = [];
  #chunkAt = 0;
  #chunkRows: number;
  #isFileDone = false;

  constructor(
    private readonly store: Store,
    private readonly source: ScanLayers,
    private readonly table: TableInfo,
    private readonly index: IndexInfo,
    range: Interval,
    private readonly order: "asc" | "desc",
    /** Rows the caller will probably want. */
    expectedRows: number | null,
  ) {
    this.#lo = range.lo;
    this.#hi = range.hi;
    this.#chunkRows = Math.max(1, Math.min(expectedRows ?? FIRST_CHUNK_ROWS, LARGEST_CHUNK_ROWS));
  }

  /** The next row in order, or null at the end of the range. */
  next(): IndexedRow | null {
    const layers = this.source.layers(this.table, this.index);
    return isEmpty(layers) ? this.#nextOfFile() : this.#nextOfAll(layers);
  }

  #nextOfFile(): IndexedRow | null {
    const row = this.#peekFile();
    if (row === null) return null;
    this.#chunkAt++;
    this.#passed = row;
    return row;
  }

  #nextOfAll(layers: Layers): IndexedRow | null {
    for (;;) {
      const fileRow = this.#peekFile();
      this.#moveBounds();
      const key = this.#firstKey(fileRow, layers);
      if (key === undefined) return null;
      const isInFile = fileRow?.key === key;
      if (isInFile) this.#chunkAt++;
      this.#passed = { key };
      const layered = entryOf(key, layers);
      if (layered === undefined && isInFile) return fileRow;
      if (layered !== undefined && layered !== null) return { key, doc: layered, isInFile: false };
    }
  }

  /** The first key of the file and the layers that was not passed. */
  #firstKey(fileRow: FileRow | null, layers: Layers): KeyBytes | undefined {
    let first = fileRow?.key;
    for (const layer of layers) {
      if (layer === undefined || layer.size === 0) continue;
      const key = this.order === "asc" ? layer.firstIn(this.#lo, this.#hi) : layer.lastIn(this.#lo, this.#hi);
      if (key !== undefined && (first === undefined || this.#comesFirst(key, first))) first = key;
    }
    return first;
  }

  #comesFirst(a: KeyBytes, b: KeyBytes): boolean {
    return this.order === "asc" ? a < b : a > b;
  }

  #moveBounds(): void {
    if (this.#passed === null) return;
    if (this.order === "asc") this.#lo = keyAfter(this.#passed.key);
    else this.#hi = this.#passed.key;
    this.#passed = null;
  }

  /** The file's first row that was not passed. Passing it means moving on in the chunk. */
  #peekFile(): FileRow | null {
    if (this.#chunkAt === this.#chunk.length && !this.#isFileDone) this.#fetch();
    return this.#chunk[this.#chunkAt] ?? null;
  }

  #fetch(): void {
    this.#moveBounds();
    this.#chunkAt = 0;
    this.#chunk = [];
    const { ix } = this.index;
    const rows = this.#lo < this.#hi ? this.store.documents(ix, this.#lo, this.#hi, this.order, this.#chunkRows) : [];
    for (const row of rows) this.#chunk.push(new FileRow(this.index, this.table, row));
    if (rows.length < this.#chunkRows) this.#isFileDone = true;
    this.#chunkRows = Math.min(this.#chunkRows * CHUNK_GROWTH, LARGEST_CHUNK_ROWS);
  }
}

function isEmpty(layers: Layers): boolean {
  for (const layer of layers) if (layer !== undefined && layer.size > 0) return false;
  return true;
}

/** What the uppermost layer that knows the key says: a document, null for none, undefined for "as in the file". */
function entryOf(key: KeyBytes, layers: Layers): StoredDoc | null | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const found = layers[i]?.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}
