import type { JSONValue } from "convex/values";
import type { Clock } from "../clock.ts";
import { coerceError, DeveloperError } from "../errors.ts";
import type { VectorHit } from "../search/vector-index.ts";
import { VectorSearches } from "../search/vector-search.ts";
import { applyChange, loggedBytes, toChange, toLogged, type Change } from "./apply.ts";
import {
  numberCatalogKey, type Catalog, type CatalogChange, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { loadCatalog, MaintenanceList } from "./catalog-store.ts";
import { CursorCodec } from "./cursor.ts";
import { Flusher } from "./flusher.ts";
import { HiddenTableStore } from "./hidden-tables.ts";
import type { RecordedReads } from "./read-set.ts";
import { Retirement } from "./retirement.ts";
import { RowMemory } from "./row-memory.ts";
import { SchemaPush } from "./schema-push.ts";
import type { Store } from "./store.ts";
import { SubscriptionIndex } from "./subscriptions.ts";
import { EngineTransaction } from "./transaction.ts";
import type { TransactionHost } from "./tx-core.ts";
import type {
  CommitOutcome, Database, Namespace, OnInvalid, ReadSet, SchemaJson, SchemaPreparation, Subscription, Timestamp, Transaction,
} from "./types.ts"; // prettier-ignore
import { findOverlap, WriteLog, type Commit, type LoggedChange } from "./write-log.ts";

const NS_PER_MS = 1e6;
const CURSOR_SECRET_BYTES = 32;
// Memory of a commit in the log besides its changes.
const COMMIT_OVERHEAD_BYTES = 500;

type ReplaceTables = Extract<CatalogChange, { kind: "replaceTables" }>;

/** The database of one file: snapshots, commits, subscriptions (README.md tells how they fit together). */
export class Engine implements Database, TransactionHost {
  readonly log: WriteLog;
  readonly memory = new RowMemory();
  readonly hidden: HiddenTableStore;
  readonly #open = new Set<EngineTransaction>();
  readonly #subscriptions = new SubscriptionIndex();
  readonly #maintenance: MaintenanceList;
  readonly #cursors: CursorCodec;
  readonly #counts = new Map<number, number>();
  readonly #flusher: Flusher;
  readonly #push: SchemaPush;
  readonly #retirement: Retirement;
  readonly #vectors: VectorSearches;
  #catalog: Catalog;
  #isHeld = false;
  #latestTs: Timestamp;
  #nextRow: number;
  #nextIndex: number;
  #nextTablet: number;

  constructor(
    readonly store: Store,
    private readonly clock: Clock,
    onFatal: (error: Error) => void,
  ) {
    this.#flusher = new Flusher(store, onFatal);
    store.onWriteFailure = (error) => this.#flusher.fail(error);
    this.#latestTs = BigInt(store.getMeta("ts") ?? "0");
    this.log = new WriteLog(this.#latestTs);
    const highest = store.highestNumbers();
    this.#nextRow = highest.rowid + 1;
    this.#nextIndex = highest.ix + 1;
    this.#nextTablet = highest.tablet + 1;
    this.#cursors = new CursorCodec(store.secret("cursor", CURSOR_SECRET_BYTES));
    const loaded = loadCatalog(store, () => this.allocateIndex());
    this.#catalog = loaded.catalog;
    this.#maintenance = new MaintenanceList(loaded.catalog);
    const writing = {
      store,
      maintenance: this.#maintenance,
      flush: () => this.#flusher.schedule(),
      fail: (error: Error) => this.#flusher.fail(error),
    };
    const naming = {
      catalog: () => this.#catalog,
      allocateIndex: () => this.allocateIndex(),
      allocateTablet: () => this.allocateTablet(),
    };
    this.#retirement = new Retirement({ ...writing, onAged: () => this.#releaseRetired() });
    this.#push = new SchemaPush({ ...writing, ...naming, retirement: this.#retirement });
    this.hidden = new HiddenTableStore({
      ...writing,
      ...naming,
      allocateRow: () => this.#nextRow++,
      nowMs: () => clock.nowMs(),
      drop: (numbers) => this.#retirement.drop(numbers),
    });
    this.#vectors = new VectorSearches({ store, catalog: () => this.#catalog });
    this.#retirement.drop(loaded.dropped);
    this.#flusher.flushNow(this.#latestTs);
  }

  get latestTs(): Timestamp {
    return this.#latestTs;
  }

  allocateTablet(): number {
    return this.#nextTablet++;
  }

  allocateIndex(): number {
    return this.#nextIndex++;
  }

  countDocuments(table: TableInfo): number {
    let count = this.#counts.get(table.tablet);
    if (count === undefined) {
      count = this.store.countEntries(table.byId.ix);
      this.#counts.set(table.tablet, count);
    }
    return count;
  }

  begin(options: { readOnly?: boolean; at?: Timestamp } = {}): Transaction {
    this.#flusher.requireHealthy();
    const beginTs = options.at ?? this.#latestTs;
    if (beginTs > this.#latestTs) throw new Error(`Snapshot ${beginTs} lies in the future`);
    if (beginTs < this.log.floor) {
      throw new DeveloperError("OutOfRetention", `History before ${this.log.floor} is no longer kept`, 503);
    }
    const transaction = new EngineTransaction(this, this.#cursors, {
      beginTs,
      startMs: this.clock.nowMs(),
      readOnly: options.readOnly ?? false,
      catalog: this.#catalogAt(beginTs),
    });
    this.#open.add(transaction);
    return transaction;
  }

  abandon(transaction: Transaction): void {
    const own = this.#own(transaction);
    own.core.reads.seal();
    this.#end(own);
  }

  commit(transaction: Transaction, writer: string | null): CommitOutcome {
    this.#flusher.requireHealthy();
    const own = this.#own(transaction);
    const { core } = own;
    core.requireOpen();
    if (!core.hasWrites) {
      this.#end(own);
      return { kind: "committed", ts: core.beginTs };
    }
    for (const commit of this.log.since(core.beginTs)) {
      const overlap = findOverlap(core.reads, commit);
      if (overlap === null) continue;
      this.#end(own);
      return { kind: "conflict", ...overlap, writer: commit.writer };
    }
    this.#end(own);
    this.#push.requireValid(core.catalogChanges);
    const ts = this.#nextTs();
    try {
      this.#apply(own, ts, writer);
    } catch (error) {
      // Half a commit lies in the write batch: it must never reach the disk.
      this.#flusher.fail(coerceError(error));
      throw error;
    }
    this.#flusher.schedule();
    return { kind: "committed", ts };
  }

  durable(ts: Timestamp): Promise<void> {
    return this.#flusher.durable(ts);
  }

  isDurable(ts: Timestamp): boolean {
    return this.#flusher.isDurable(ts);
  }

  subscribe(reads: ReadSet, since: Timestamp, onInvalid: OnInvalid): Subscription {
    const recorded = reads as RecordedReads;
    const change = this.#firstOverlap(recorded, since, this.#latestTs);
    if (change === null) return this.#subscriptions.add(recorded, onInvalid);
    let isWanted = true;
    this.#flusher.whenDurable(change, () => {
      if (isWanted) onInvalid(change, 0);
    });
    return {
      cancel() {
        isWanted = false;
      },
    };
  }

  isUnchanged(reads: ReadSet, since: Timestamp, until: Timestamp): boolean {
    return this.#firstOverlap(reads as RecordedReads, since, until) === null;
  }

  prepareSchema(ns: Namespace, schema: SchemaJson | null): SchemaPreparation {
    this.#flusher.requireHealthy();
    return this.#push.prepare(ns, schema);
  }

  activateSchema(transaction: Transaction, ns: Namespace, schema: SchemaJson | null): void {
    this.#push.activate(this.#own(transaction).core, ns, schema);
  }

  schemaOf(ns: Namespace): SchemaJson | null {
    return this.#catalog.namespace(ns).schema;
  }

  async vectorSearch(ns: Namespace, query: JSONValue): Promise<VectorHit[]> {
    this.#flusher.requireHealthy();
    const hits = await this.#vectors.search(ns, query);
    await this.durable(this.#latestTs);
    return hits;
  }

  async copyFile(copy: (path: string) => Promise<void>): Promise<void> {
    if (this.#isHeld) throw new Error("The database file is being copied already");
    this.#flusher.flushNow(this.#latestTs);
    this.#flusher.requireHealthy();
    this.#isHeld = true;
    try {
      this.store.holdFile();
      await copy(this.store.path);
    } finally {
      this.#isHeld = false;
      this.store.releaseFile();
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#vectors.close();
      this.#push.close();
      this.#retirement.close();
      this.#flusher.close(this.#latestTs);
      resolve();
    });
  }

  /** The first commit in (since, until] that touches what was read; `until` when that is no longer known. */
  #firstOverlap(reads: RecordedReads, since: Timestamp, until: Timestamp): Timestamp | null {
    if (since < this.log.floor) return until;
    for (const commit of this.log.since(since)) {
      if (commit.ts > until) break;
      if (findOverlap(reads, commit) !== null) return commit.ts;
    }
    return null;
  }

  #apply(transaction: EngineTransaction, ts: Timestamp, writer: string | null): void {
    const { core } = transaction;
    this.store.ensureBatch();
    const catalogBefore = core.catalogChanges.length > 0 ? this.#catalog : null;
    const catalogKeys = core.catalogChanges.flatMap((change) => this.#applyCatalogChange(change, ts));
    const changes: LoggedChange[] = [];
    const origins: Change["origin"][] = [];
    let bytes = COMMIT_OVERHEAD_BYTES;
    for (const write of core.pending) {
      const table = this.#catalog.table(write.table.ns, write.table.name) ?? write.table;
      const maintained = this.#maintenance.of(table);
      const change = toChange(write, table, maintained, ts, () => this.#nextRow++);
      if (change === null) continue;
      applyChange(this.store, change, maintained);
      changes.push(toLogged(change));
      origins.push(change.origin);
      this.memory.noteWrite(table, ts);
      bytes += loggedBytes(change);
      const count = this.#counts.get(table.tablet);
      const step = (change.after === null ? 0 : 1) - (change.before === null ? 0 : 1);
      if (count !== undefined) this.#counts.set(table.tablet, count + step);
      this.#push.noteWrite(change);
      this.#vectors.noteWrite(change);
    }
    const committedAtMs = this.clock.nowMs();
    const commit: Commit = { ts, writer, changes, catalogKeys, catalogBefore, committedAtMs, bytes };
    this.#latestTs = ts;
    this.log.append(commit);
    this.#flusher.committed(ts, this.#subscriptions.take(commit));
    for (const [place, origin] of origins.entries()) origin.keep(changes[place]?.before ?? null);
    this.log.prune(committedAtMs, this.#oldestOpen());
    this.#releaseRetired();
  }

  /** Returns the catalog keys it touches. */
  #applyCatalogChange(change: CatalogChange, ts: Timestamp): string[] {
    const before = this.#catalog;
    this.#catalog = before.with(change);
    if (change.kind === "createTable") {
      this.store.insertTable(change.table);
      this.#maintenance.add(change.table);
      this.#push.noteTableCreated(change.table);
      return [change.table.catalogKey, numberCatalogKey(change.table.ns, change.table.number)];
    }
    if (change.kind === "renumberTables") {
      this.store.renumberTables(change.tables);
      const numbers = change.tables.flatMap(({ name, number }) => [before.table(change.ns, name)?.number ?? number, number]); // prettier-ignore
      return [
        ...change.tables.map(({ catalogKey }) => catalogKey),
        ...numbers.map((number) => numberCatalogKey(change.ns, number)),
      ];
    }
    if (change.kind === "replaceTables") return this.#replaceTables(before, change, ts);
    if (change.kind === "dropTables") {
      for (const table of change.tables) this.#retire(table, ts);
      this.#push.tablesReplaced(change.ns, change.tables.map((table) => ({ before: table, after: null }))); // prettier-ignore
      return change.tables.flatMap(({ catalogKey, number }) => [catalogKey, numberCatalogKey(change.ns, number)]);
    }
    return this.#push.applyActivation(before, change, ts);
  }

  #replaceTables(before: Catalog, { ns, tables, documents }: ReplaceTables, ts: Timestamp): string[] {
    const replaced = tables.map((after) => ({ before: before.table(ns, after.name), after }));
    // First all of the old ones: numbers may be swapped.
    for (const { before: old } of replaced) if (old !== undefined) this.#retire(old, ts);
    for (const [at, { after }] of replaced.entries()) {
      this.store.insertTable(after);
      this.hidden.adopted(after.tablet);
      this.#maintenance.add(after);
      this.#counts.set(after.tablet, documents[at] ?? 0);
    }
    this.#push.tablesReplaced(ns, replaced);
    const numbers = replaced.flatMap(({ before: old, after }) => [old?.number ?? after.number, after.number]);
    return [...tables.map(({ catalogKey }) => catalogKey), ...numbers.map((number) => numberCatalogKey(ns, number))];
  }

  #retire(table: TableInfo, ts: Timestamp): void {
    this.store.deleteTable(table.tablet);
    this.#retirement.retireTable(table, ts);
  }

  #catalogAt(ts: Timestamp): Catalog {
    for (const commit of this.log.since(ts)) if (commit.catalogBefore !== null) return commit.catalogBefore;
    return this.#catalog;
  }

  /** Strictly after the last commit and not behind the wall clock. */
  #nextTs(): Timestamp {
    const wall = BigInt(Math.floor(this.clock.nowMs() * NS_PER_MS));
    return wall > this.#latestTs ? wall : this.#latestTs + 1n;
  }

  #oldestOpen(): Timestamp | null {
    let oldest: Timestamp | null = null;
    for (const { beginTs } of this.#open) if (oldest === null || beginTs < oldest) oldest = beginTs;
    return oldest;
  }

  #end(transaction: EngineTransaction): void {
    transaction.core.isClosed = true;
    this.#open.delete(transaction);
    this.#releaseRetired();
  }

  #releaseRetired(): void {
    if (!this.#retirement.hasRetired) return;
    const floor = this.#retirement.release(this.#oldestOpen());
    if (floor === null) return;
    this.log.raiseFloor(floor);
    this.#flusher.schedule();
  }

  #own(transaction: Transaction): EngineTransaction {
    if (transaction instanceof EngineTransaction && transaction.core.host === this) return transaction;
    throw new Error("The transaction belongs to another database");
  }
}
