import { nextFloat } from "../value/float.ts";
import { encodeValueKey, type KeyBytes } from "../value/key.ts";
import { encodeId } from "../value/ids.ts";
import {
  CATALOG_INDEX, makeIndex, makeTable, namespaceCatalogRange, numberCatalogKey, isSystemTableName, tableCatalogKey,
  type Catalog, type CatalogChange, type IndexInfo, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { Usage } from "./limits.ts";
import { Overlay, UndoOverlay } from "./overlay.ts";
import { type Interval, RecordedReads } from "./read-set.ts";
import { RecordedScan } from "./recorded-scan.ts";
import type { RowMemory } from "./row-memory.ts";
import type { ScanLayers } from "./scan.ts";
import type { SortedMap } from "./sorted-map.ts";
import { indexKey, StoredDoc } from "./stored-doc.ts";
import type { Store } from "./store.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import type { Namespace, Savepoint, Timestamp } from "./types.ts";
import type { WriteLog } from "./write-log.ts";

/** What transactions need of the engine. */
export interface TransactionHost {
  readonly store: Store;
  readonly log: WriteLog;
  readonly memory: RowMemory;
  readonly latestTs: Timestamp;
  /** Numbers that are never given twice, even when the transaction rolls back. */
  allocateTablet(): number;
  allocateIndex(): number;
  /** Documents of the table in the latest state. */
  countDocuments(table: TableInfo): number;
}

/** The transaction's view of one document it wrote. */
export interface PendingWrite {
  readonly table: TableInfo;
  readonly idBytes: KeyBytes;
  /** As of the snapshot; null for a document the transaction inserted. */
  readonly before: StoredDoc | null;
  /** Null when deleted. */
  readonly after: StoredDoc | null;
  readonly hasCommitTs: boolean;
}

/** One write, as what it replaced. */
interface WriteStep {
  readonly table: TableInfo;
  readonly key: string;
  readonly earlier: PendingWrite | undefined;
  readonly current: StoredDoc | null;
  readonly next: StoredDoc | null;
}

/** The transaction's writes to one table. */
interface OwnWrites {
  readonly steps: WriteStep[];
  /** What they change in the indexes that were read since, by index. */
  readonly views: Map<number, OwnView>;
}

interface OwnView {
  readonly overlay: Overlay;
  /** Where the overlay stood before each of the writes it has. */
  readonly overlaidAt: number[];
}

interface Mark extends Savepoint {
  readonly writes: number;
  readonly catalogChanges: number;
}

// What a transaction reads page by page must not fill the memory.
const KNOWN_DOCUMENTS = 256;

const NO_LAYERS: readonly undefined[] = [];

/** Snapshot, private writes and read set: everything of a transaction that has nothing to do with error texts. */
export class TxCore implements ScanLayers {
  readonly reads = new RecordedReads();
  readonly usage = new Usage();
  readonly #own = new Map<number, OwnWrites>();
  readonly #undo = new UndoOverlay();
  readonly #pending = new Map<string, PendingWrite>();
  /** Documents of the snapshot by id: who reads one often writes it next. */
  readonly #known = new Map<string, StoredDoc>();
  readonly #writes: WriteStep[] = [];
  readonly #catalogChanges: CatalogChange[] = [];
  #catalog: Catalog;
  readonly #catalogSteps: Catalog[] = [];
  #syncedTs: Timestamp;
  #lastCreationTime: number | null = null;
  #depth = 0;
  isClosed = false;

  constructor(
    readonly host: TransactionHost,
    readonly beginTs: Timestamp,
    readonly startMs: number,
    readonly readOnly: boolean,
    catalog: Catalog,
  ) {
    this.#catalog = catalog;
    this.#syncedTs = beginTs;
  }

  // Catalog

  /** The snapshot's catalog with the transaction's own changes. */
  get catalog(): Catalog {
    return this.#catalog;
  }

  get catalogChanges(): readonly CatalogChange[] {
    return this.#catalogChanges;
  }

  /** Records that the outcome depends on the table's existence, indexes and schema. */
  table(ns: Namespace, name: string): TableInfo | undefined {
    const table = this.#catalog.table(ns, name);
    this.reads.addPoint(CATALOG_INDEX, table?.catalogKey ?? tableCatalogKey(ns, name));
    return table;
  }

  tableByNumber(ns: Namespace, number: number): TableInfo | undefined {
    const table = this.#catalog.tableByNumber(ns, number);
    // An import may give an empty table another number.
    this.reads.addPoint(CATALOG_INDEX, table?.catalogKey ?? numberCatalogKey(ns, number));
    return table;
  }

  /** The table, created (with the given number if it is free) when it does not exist. */
  ensureTable(ns: Namespace, name: string, wantedNumber: number | null = null): TableInfo {
    const existing = this.table(ns, name);
    if (existing !== undefined) return existing;
    const { lo, hi } = namespaceCatalogRange(ns);
    this.reads.addRange(CATALOG_INDEX, { lo, hi });
    const table = this.#newTable(ns, name, wantedNumber);
    this.changeCatalog({ kind: "createTable", table });
    return table;
  }

  changeCatalog(change: CatalogChange): void {
    this.requireOpen();
    this.#catalogSteps.push(this.#catalog);
    this.#catalogChanges.push(change);
    this.#catalog = this.#catalog.with(change);
  }

  /** Names of the namespace's user tables, sorted; depends on every creation of one. */
  listTables(ns: Namespace): string[] {
    const { lo, hi } = namespaceCatalogRange(ns);
    this.reads.addRange(CATALOG_INDEX, { lo, hi });
    return [...this.#catalog.namespace(ns).tables.keys()].filter((name) => !name.startsWith("_")).sort();
  }

  newIndex(name: string, fields: readonly string[], staged = false): IndexInfo {
    return makeIndex(this.host.allocateIndex(), name, fields, staged);
  }

  #newTable(ns: Namespace, name: string, wantedNumber: number | null): TableInfo {
    const system = isSystemTableName(name) ? SYSTEM_TABLES[name] : null;
    const isFree = wantedNumber !== null && this.#catalog.tableByNumber(ns, wantedNumber) === undefined;
    const free = wantedNumber !== null && isFree ? wantedNumber : this.#catalog.nextTableNumber(ns);
    const indexes: [string, readonly string[]][] = system === null ? [] : Object.entries(system.indexes);
    return makeTable({
      tablet: this.host.allocateTablet(),
      ns,
      name,
      number: system?.number ?? free,
      byId: this.newIndex("by_id", ["_id"]),
      byCreation: this.newIndex("by_creation_time", []),
      indexes: indexes.map(([indexName, fields]) => this.newIndex(indexName, fields)),
    });
  }

  // Reads

  layers({ tablet }: TableInfo, index: IndexInfo): readonly (SortedMap<StoredDoc | null> | undefined)[] {
    this.#sync();
    const writes = this.#own.get(tablet);
    const undo = this.#undo.entries(tablet, index.ix);
    const own = writes === undefined ? undefined : overlayOf(writes, index);
    return undo === undefined && own === undefined ? NO_LAYERS : [undo, own];
  }

  /** One document by id, or null; a point read either way. */
  readById(table: TableInfo, idBytes: KeyBytes): StoredDoc | null {
    this.requireOpen();
    const id = encodeId(idBytes);
    const key = encodeValueKey(id);
    const { ix } = table.byId;
    this.reads.addPoint(ix, key);
    const own = this.#pending.get(pendingKey(table, idBytes));
    if (own !== undefined) return own.after;
    this.#sync();
    const changed = this.#undo.entries(table.tablet, ix)?.get(key);
    if (changed !== undefined) return changed;
    const known = this.#known.get(id);
    if (known !== undefined && known.tableInfo.tablet === table.tablet) return known;
    const row = this.host.store.point(ix, key);
    if (row === null) return null;
    const doc = new StoredDoc(table, idBytes, row.json, row.size, row.rowid);
    this.#keep(id, doc);
    return doc;
  }

  /** Keeps a document of the file that is the snapshot's, for {@link readById}. */
  remember(doc: StoredDoc): void {
    const id = this.readOnly ? null : doc.idInText;
    if (id !== null) this.#keep(id, doc);
  }

  #keep(id: string, doc: StoredDoc): void {
    if (this.#known.size < KNOWN_DOCUMENTS) this.#known.set(id, doc);
  }

  scan(
    table: TableInfo,
    index: IndexInfo,
    range: Interval,
    order: "asc" | "desc",
    expectedRows: number | null = null,
  ): RecordedScan {
    this.requireOpen();
    return new RecordedScan(this, table, index, range, order, expectedRows);
  }

  /** Documents of the table, as this transaction sees them; reads the whole table. */
  count(table: TableInfo): number {
    this.requireOpen();
    this.#sync();
    this.reads.addRange(table.byId.ix, { lo: "", hi: "\xff" });
    let count = this.host.countDocuments(table);
    for (const [idBytes, { before }] of this.#undo.changed(table.tablet) ?? []) {
      const now = this.host.store.point(table.byId.ix, encodeValueKey(encodeId(idBytes)));
      count += (before === null ? 0 : 1) - (now === null ? 0 : 1);
    }
    for (const write of this.pendingOf(table)) {
      count += (write.after === null ? 0 : 1) - (write.before === null ? 0 : 1);
    }
    return count;
  }

  /**
   * The documents of the table that the file holds differently from what this transaction sees: their rows, and what is
   * to be seen instead.
   */
  changedDocuments(table: TableInfo): { rowids: Set<number>; docs: StoredDoc[] } {
    this.requireOpen();
    this.#sync();
    const rowids = new Set<number>();
    const docs = new Map<KeyBytes, StoredDoc | null>();
    for (const [idBytes, { before, rowid }] of this.#undo.changed(table.tablet) ?? []) {
      rowids.add(rowid);
      docs.set(idBytes, before);
    }
    for (const { idBytes, before, after } of this.pendingOf(table)) {
      if (before !== null) rowids.add(before.rowid);
      docs.set(idBytes, after);
    }
    return { rowids, docs: [...docs.values()].filter((doc) => doc !== null) };
  }

  /** The document in a row of the file as this transaction sees it. Records nothing: the caller has. */
  readRow(table: TableInfo, rowid: number): StoredDoc | null {
    const changed = this.changedDocuments(table);
    if (changed.rowids.has(rowid)) return changed.docs.find((doc) => doc.rowid === rowid) ?? null;
    const row = this.host.store.documentByRow(rowid);
    return row === null ? null : new StoredDoc(table, null, row.json, row.size, rowid);
  }

  *pendingOf(table: TableInfo): Iterable<PendingWrite> {
    for (const write of this.#pending.values()) if (write.table.tablet === table.tablet) yield write;
  }

  hasPending(table: TableInfo): boolean {
    for (const write of this.#pending.values()) if (write.table.tablet === table.tablet) return true;
    return false;
  }

  // Writes

  get hasWrites(): boolean {
    return this.#pending.size > 0 || this.#catalogChanges.length > 0;
  }

  get pending(): Iterable<PendingWrite> {
    return this.#pending.values();
  }

  /** Replaces what the transaction sees of one document. `current` is what it saw until now. */
  write(
    table: TableInfo,
    idBytes: KeyBytes,
    current: StoredDoc | null,
    next: StoredDoc | null,
    hasCommitTs: boolean,
  ): void {
    this.requireOpen();
    if (this.readOnly) throw new Error("A read-only transaction cannot write");
    const key = pendingKey(table, idBytes);
    const earlier = this.#pending.get(key);
    const step = { table, key, earlier, current, next };
    this.#writes.push(step);
    const own = this.#own.get(table.tablet);
    if (own === undefined) this.#own.set(table.tablet, { steps: [step], views: new Map() });
    else own.steps.push(step);
    const before = earlier === undefined ? current : earlier.before;
    this.#pending.set(key, { table, idBytes, before, after: next, hasCommitTs });
  }

  /** The `_creationTime` of the next insert (convex-facts e.4): strictly increasing within the transaction. */
  nextCreationTime(): number {
    this.#lastCreationTime = this.#lastCreationTime === null ? this.startMs : nextFloat(this.#lastCreationTime);
    return this.#lastCreationTime;
  }

  savepoint(): Savepoint {
    const mark: Mark = {
      depth: ++this.#depth,
      writes: this.#writes.length,
      catalogChanges: this.#catalogChanges.length,
    };
    return mark;
  }

  rollbackTo(savepoint: Savepoint): void {
    const mark = savepoint as Mark;
    while (this.#writes.length > mark.writes) {
      const step = this.#writes.pop();
      if (step === undefined) break;
      const own = this.#own.get(step.table.tablet);
      if (own !== undefined) takeBackLast(own);
      if (step.earlier === undefined) this.#pending.delete(step.key);
      else this.#pending.set(step.key, step.earlier);
    }
    while (this.#catalogChanges.length > mark.catalogChanges) {
      this.#catalogChanges.pop();
      this.#catalog = this.#catalogSteps.pop() ?? this.#catalog;
    }
    this.#depth = mark.depth - 1;
  }

  requireOpen(): void {
    if (this.isClosed) throw new Error("The transaction has ended");
    if (this.host.log.floor > this.beginTs && this.host.latestTs > this.beginTs) {
      throw new Error("The transaction's snapshot is too old: its history is no longer kept");
    }
  }

  /** Learns what was committed since the last look, so that the snapshot stays what it was. */
  #sync(): void {
    const latest = this.host.latestTs;
    if (latest === this.#syncedTs) return;
    for (const commit of this.host.log.since(this.#syncedTs)) this.#undo.addCommit(commit);
    this.#syncedTs = latest;
  }
}

/** What the writes change in one index. Most indexes are never read after a write to their table, so it waits until then. */
function overlayOf({ steps, views }: OwnWrites, index: IndexInfo): SortedMap<StoredDoc | null> | undefined {
  let view = views.get(index.ix);
  if (view === undefined) views.set(index.ix, (view = { overlay: new Overlay(), overlaidAt: [] }));
  const { overlay, overlaidAt } = view;
  for (let step = steps[overlaidAt.length]; step !== undefined; step = steps[overlaidAt.length]) {
    overlaidAt.push(overlay.position);
    const oldKey = step.current === null ? null : indexKey(index, step.current);
    const newKey = step.next === null ? null : indexKey(index, step.next);
    if (oldKey !== null && oldKey !== newKey) overlay.put(oldKey, null);
    if (newKey !== null) overlay.put(newKey, step.next);
  }
  return overlay.entries;
}

function takeBackLast({ steps, views }: OwnWrites): void {
  steps.pop();
  for (const { overlay, overlaidAt } of views.values()) {
    const before = overlaidAt[steps.length];
    if (before === undefined) continue;
    overlay.undoTo(before);
    overlaidAt.length = steps.length;
  }
}

function pendingKey({ tablet }: TableInfo, idBytes: KeyBytes): string {
  return `${tablet}/${idBytes}`;
}
