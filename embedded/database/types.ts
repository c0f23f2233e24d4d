import type { JSONValue, Value } from "convex/values";

/** Nanoseconds since the Unix epoch; strictly increasing per commit and across restarts. */
export type Timestamp = bigint;

/** A component instance's path: `""` is the app, `"a/b"` the instance `b` inside `a`. Each has its own tables and table numbers. */
export type Namespace = string;

export interface StoredDocument {
  readonly id: string;
  readonly table: string;
  /** Convex-encoded JSON text with `_id` and `_creationTime`: what syscalls hand to functions as it is. */
  readonly json: string;
  /** The same, decoded on first use. Never mutated. */
  readonly value: Record<string, Value>;
  /** Bytes as limits count them. */
  readonly size: number;
}

/** One row at a time, in index order. Each row read widens the recorded interval; exhausting it records the whole range. */
export interface QueryStream {
  /** The limit of the query; Infinity where it has none. */
  readonly mostRows: number;
  next(): StoredDocument | null;
  close(): void;
}

export interface Page {
  page: readonly StoredDocument[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
}

export interface PageRequest {
  query: JSONValue;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead?: number | null;
  maximumBytesRead?: number | null;
}

/** Opaque mark of a transaction's pending writes; everything after it can be taken back (reads stay in the read set). */
export interface Savepoint {
  readonly depth: number;
}

/** What was read, as key intervals per index plus search terms. Opaque outside `database/`. */
export interface ReadSet {
  /** Number of intervals, for limits and logs. */
  readonly size: number;
}

/**
 * One snapshot plus private writes. All methods are synchronous. `value` parameters are Convex-encoded JSON.
 * User-facing methods enforce schema, limits and the error texts of convex-facts d.3, e, f as DeveloperError.
 */
export interface Transaction {
  readonly beginTs: Timestamp;
  /** Wall (or test) clock at begin, ms with fraction: the source of `_creationTime`. */
  readonly startMs: number;
  readonly readOnly: boolean;
  readonly reads: ReadSet;

  get(ns: Namespace, id: string, options?: { table?: string; isSystem?: boolean }): StoredDocument | null;
  insert(ns: Namespace, table: string, value: JSONValue): string;
  /** `{"$undefined":null}` as a top-level field removes that field. Returns the new document. */
  patch(ns: Namespace, id: string, value: JSONValue, table?: string): StoredDocument;
  replace(ns: Namespace, id: string, value: JSONValue, table?: string): StoredDocument;
  remove(ns: Namespace, id: string, table?: string): StoredDocument;
  /** `query` is the query JSON of convex-facts d.3. Full scans, index ranges, searches, filters, limits. */
  openQuery(ns: Namespace, query: JSONValue): QueryStream;
  paginate(ns: Namespace, request: PageRequest): Page;
  count(ns: Namespace, table: string): number;
  normalizeId(ns: Namespace, table: string, id: string): string | null;
  /** Number of the table (user and system), or null when it does not exist in this namespace. For `v.id` validation. */
  tableNumber(ns: Namespace, table: string): number | null;
  tableName(ns: Namespace, number: number): string | null;
  listTables(ns: Namespace): string[];

  /** Unchecked access to system tables (see system-tables.ts): no limits, no schema, recorded in the read set all the same. */
  readonly system: SystemAccess;
  /** For imports of user tables. */
  readonly imports: ImportAccess;

  savepoint(): Savepoint;
  rollbackTo(savepoint: Savepoint): void;
  /** Called by the scheduler syscall so that the limits of f.1 hold. Throws DeveloperError. */
  noteScheduled(argsBytes: number): void;
  /** What to warn of at the end: every limit of convex-facts f.1 of which more than 80 % is used. */
  warnings(): string[];
  /** `{bytesRead:{used,remaining},…}` as `1.0/getTransactionMetrics` answers. */
  metrics(): Record<string, { used: number; remaining: number }>;
}

export interface SystemAccess {
  get(ns: Namespace, id: string): StoredDocument | null;
  /** Also into user tables, with `_id` and `_creationTime` given, as imports do. */
  insert(ns: Namespace, table: string, value: Record<string, Value | undefined>): string;
  patch(ns: Namespace, id: string, value: Record<string, Value | undefined>): void;
  remove(ns: Namespace, id: string): void;
  /** Rows of `index` whose leading fields equal `equals`, then `range` on the next field. Ascending unless `order`. */
  rows(
    ns: Namespace,
    table: string,
    index: string,
    equals: readonly (Value | undefined)[],
    options?: {
      order?: "asc" | "desc";
      limit?: number;
      /** Bounds on the field after `equals`. */
      gte?: Value;
      gt?: Value;
      lt?: Value;
      lte?: Value;
    },
  ): StoredDocument[];
  /** Every namespace that has the table, mounted or not. Records nothing. */
  namespacesWith(table: string): Namespace[];
  /** Records that the outcome depends on there being no such row, which the caller knows without looking. */
  expectNone(ns: Namespace, table: string, index: string, equals: readonly (Value | undefined)[]): void;
}

/** Documents with ids and creation times of their own; no limits of a function's transaction. */
export interface ImportAccess {
  /**
   * Puts hidden tables in the place of those of their names, null an empty one; what was in their place is deleted in
   * the background. Throws DeveloperError `TableNumberConflict`, `InvalidTableName`, `SchemaChanged`.
   */
  replaceTables(ns: Namespace, replacements: ReadonlyMap<string, HiddenTable | null>): void;
  /** Deletes tables with all their documents, those in the background; unknown names are fine. */
  dropTables(ns: Namespace, names: readonly string[]): void;
  /**
   * Creates tables with these numbers, so that ids made elsewhere fit; tables that exist must be empty or have the
   * number already. Throws DeveloperError `TableNumberConflict`, `InvalidTableName`.
   */
  setNumbers(ns: Namespace, wanted: ReadonlyMap<string, number>): void;
  /** `_id` and `_creationTime` are kept when given. Throws DeveloperError for what the schema or a document's limits refuse. */
  insert(ns: Namespace, table: string, value: Record<string, Value>): string;
}

export interface WantedTable {
  ns: Namespace;
  /** Also `_storage` and `_file_storage`. */
  table: string;
  /** What the ids of its documents hold; null for the next free one. */
  number: number | null;
}

/** A table that nobody sees: no query reads it, no transaction conflicts with it. */
export interface HiddenTable {
  readonly ns: Namespace;
  readonly table: string;
  /** How many it holds, also after a crash. */
  readonly documents: number;
  /**
   * Adds documents, at once and whole as far as a crash is concerned. `_id` and `_creationTime` are kept when given.
   * Throws DeveloperError for what the schema or a document's limits refuse; the table is then good for nothing.
   */
  insert(documents: readonly Record<string, Value>[]): void;
  /** Documents in the order of their ids, those after `after`. */
  page(after: string | null, limit: number): StoredDocument[];
}

/** Tables to be filled over many turns and then put in others' place at once (`ImportAccess.replaceTables`). */
export interface HiddenTables {
  /** The tables of `owner`, as far as they had got; empty when they were made for another schema or another list. */
  open(owner: string, wanted: readonly WantedTable[]): HiddenTable[];
  /** What there is of the owner's, to be read. */
  of(owner: string): HiddenTable[];
  /** Deletes the owner's tables, in the background. */
  discard(owner: string): void;
  /** Discards everybody's but these owners'. */
  keepOnly(owners: ReadonlySet<string>): void;
}

export type CommitOutcome =
  | { kind: "committed"; ts: Timestamp }
  /** Someone else's write overlapped the read set. `table` and `documentId` name the first overlap, `writer` who wrote it. */
  | { kind: "conflict"; table: string; documentId: string; writer: string | null };

/** `place` counts the subscriptions that the same commit touched, from 0. */
export type OnInvalid = (ts: Timestamp, place: number) => void;

export interface Subscription {
  /** Ends it; safe to call twice. */
  cancel(): void;
}

/** Index and table definitions as the schema export gives them (convex-facts d.5). */
export interface SchemaJson {
  tables: TableJson[];
  schemaValidation: boolean;
}
export interface TableJson {
  tableName: string;
  indexes: { indexDescriptor: string; fields: string[] }[];
  stagedDbIndexes?: { indexDescriptor: string; fields: string[] }[];
  searchIndexes: { indexDescriptor: string; searchField: string; filterFields: string[] }[];
  stagedSearchIndexes?: { indexDescriptor: string; searchField: string; filterFields: string[] }[];
  vectorIndexes?: { indexDescriptor: string; vectorField: string; dimensions: number; filterFields: string[] }[];
  stagedVectorIndexes?: { indexDescriptor: string; vectorField: string; dimensions: number; filterFields: string[] }[];
  documentType: JSONValue;
}

/** What one push changes in a namespace's indexes, in the wire form of convex-facts c.3 (`IndexDiff`). */
export interface IndexDiff {
  added_indexes: JSONValue[];
  removed_indexes: JSONValue[];
  /** Staged until now, open to queries from now on; and the reverse. */
  enabled_indexes?: JSONValue[];
  disabled_indexes?: JSONValue[];
}

export interface SchemaPreparation {
  diff: IndexDiff;
  /** Validation of existing documents and index backfill, done in slices that let other work run. Settles when both are done. */
  done: Promise<{ ok: true } | { ok: false; error: string; table: string | null }>;
  progress(): { schemaValidationComplete: boolean; indexesComplete: number; indexesTotal: number };
}

export interface Database {
  /** `at` asks for an older snapshot (within the last minutes); queries of one client are answered at one timestamp. */
  begin(options?: { readOnly?: boolean; at?: Timestamp }): Transaction;
  /**
   * Validates the read set against commits since `beginTs` and applies the writes. Synchronous: state is visible to new
   * transactions at once, durable when `durable(ts)` resolves. `writer` names the function, for conflict messages.
   */
  commit(tx: Transaction, writer: string | null): CommitOutcome;
  /** Ends a transaction that will not be committed, so that its snapshot may be forgotten. */
  abandon(tx: Transaction): void;
  /** Resolves when every commit up to `ts` is on disk (one fsync for all commits of a turn). */
  durable(ts: Timestamp): Promise<void>;
  /** Whether `durable(ts)` would resolve at once. */
  isDurable(ts: Timestamp): boolean;
  readonly latestTs: Timestamp;
  /**
   * Calls `onInvalid` once, after the first commit later than `since` that overlaps `reads` (at once if one already
   * has), and never before that commit is durable.
   */
  subscribe(reads: ReadSet, since: Timestamp, onInvalid: OnInvalid): Subscription;
  /** True when no commit in (since, until] overlaps. */
  isUnchanged(reads: ReadSet, since: Timestamp, until: Timestamp): boolean;
  /**
   * Begins bringing a namespace to `schema` without switching to it: checks existing documents, builds new indexes.
   * Throws DeveloperError for a schema that breaks convex-facts f.3.
   */
  prepareSchema(ns: Namespace, schema: SchemaJson | null): SchemaPreparation;
  /** Switches to a prepared schema inside `tx`: new indexes usable, removed ones gone, validators enforced. */
  activateSchema(tx: Transaction, ns: Namespace, schema: SchemaJson | null): void;
  /**
   * Exact nearest neighbours of `{indexName, limit?, vector, expressions}` (convex-facts d.10), best first; of the latest
   * durable state, in no transaction. Throws DeveloperError.
   */
  vectorSearch(ns: Namespace, query: JSONValue): Promise<{ _id: string; _score: number }[]>;
  /** The enforced schema of a namespace, or null. */
  schemaOf(ns: Namespace): SchemaJson | null;
  /**
   * Calls `copy` with the path of a file that holds exactly the state of `latestTs` at the call, and does not change
   * until `copy` settles; commits go on meanwhile. One at a time: throws while another runs.
   */
  copyFile(copy: (path: string) => Promise<void>): Promise<void>;
  /** For imports. */
  readonly hidden: HiddenTables;
  /** Flushes and closes the file; not while `copyFile` runs. */
  close(): Promise<void>;
}
