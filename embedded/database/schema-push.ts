import { coerceError, DeveloperError } from "../errors.ts";
import { documentTypeOf, type MaintenanceList } from "./catalog-store.ts";
import {
  CATALOG_INDEX, makeIndex, makeSearchIndex, makeTable, namespaceCatalogRange, numberCatalogKey,
  type Catalog, type CatalogChange, type IndexInfo, type SearchIndexInfo, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { checkSchema } from "./schema-rules.ts";
import { diffIndexes } from "./schema-diff.ts";
import { Preparation } from "./preparation.ts";
import type { Store } from "./store.ts";
import type { TxCore } from "./tx-core.ts";
import type { Namespace, SchemaJson, SchemaPreparation, TableJson } from "./types.ts";
import type { Change } from "./write-log.ts";

// Rows of a dropped index deleted per turn of the event loop: a few milliseconds of work.
const DROP_SLICE_ROWS = 500;

export interface PushHost {
  readonly store: Store;
  readonly maintenance: MaintenanceList;
  catalog(): Catalog;
  allocateIndex(): number;
  allocateTablet(): number;
  /** Asks for the open write batch to be committed at the end of the turn. */
  flush(): void;
  /** Reports that writing failed. */
  fail(error: Error): void;
}

type SetSchema = Extract<CatalogChange, { kind: "setSchema" }>;

/** Brings namespaces from one schema to the next: prepare (slow, in the background), activate (in a transaction). */
export class SchemaPush {
  readonly #preparations = new Map<Namespace, Preparation>();
  readonly #drops: number[] = [];
  #isDropping = false;
  #isClosed = false;

  constructor(private readonly host: PushHost) {}

  prepare(ns: Namespace, schema: SchemaJson | null): SchemaPreparation {
    if (schema !== null) checkSchema(schema);
    const running = this.#preparations.get(ns);
    if (running?.isFor(schema) === true && running.state !== "failed") return running;
    if (running !== undefined) this.#discard(running);
    const diff = diffIndexes(this.host.catalog().namespace(ns).schema, schema);
    const preparation = new Preparation(this.host, ns, schema, diff);
    this.#preparations.set(ns, preparation);
    for (const definition of schema?.tables ?? []) {
      const table = this.host.catalog().table(ns, definition.tableName);
      if (table !== undefined) this.#buildIndexes(preparation, table, definition);
    }
    preparation.start();
    return preparation;
  }

  /** Adds the switch to a prepared schema to the transaction. Throws `RaceDetected` when it is not (any more) prepared. */
  activate(core: TxCore, ns: Namespace, schema: SchemaJson | null): void {
    const current = core.catalog.namespace(ns);
    const { lo, hi } = namespaceCatalogRange(ns);
    core.reads.addRange(CATALOG_INDEX, lo, hi);
    if (JSON.stringify(current.schema) === JSON.stringify(schema)) return;
    const preparation = this.#preparations.get(ns);
    if (schema !== null) requireReady(preparation, schema);
    const tables: TableInfo[] = [];
    let nextNumber = core.catalog.nextTableNumber(ns);
    for (const definition of schema?.tables ?? []) {
      const existing = core.catalog.table(ns, definition.tableName);
      tables.push(
        existing === undefined
          ? this.#newTable(ns, schema, definition, nextNumber++)
          : withDefinition(existing, schema, definition, preparation),
      );
    }
    for (const table of current.tables.values()) {
      const isDefined = schema?.tables.some(({ tableName }) => tableName === table.name) === true;
      if (!isDefined && !table.isSystem)
        tables.push(makeTable({ ...table, indexes: [], searches: [], documentType: null }));
    }
    const changed = tables.filter((table) => !isSameTable(current.tables.get(table.name), table));
    core.changeCatalog({ kind: "setSchema", ns, schema, tables: changed });
  }

  /** Throws when a write after the preparation broke the schema about to be committed. */
  requireValid(changes: readonly CatalogChange[]): void {
    for (const change of changes) {
      if (change.kind === "setSchema" && change.schema !== null) {
        requireReady(this.#preparations.get(change.ns), change.schema);
      }
    }
  }

  /** Writes an activation into the open batch; returns the catalog keys it touches. */
  applyActivation(before: Catalog, { ns, schema, tables }: SetSchema): string[] {
    const { store, maintenance } = this.host;
    const touched: string[] = [];
    for (const table of tables) {
      touched.push(table.catalogKey);
      const previous = before.table(ns, table.name);
      if (previous === undefined) {
        store.insertTable(table);
        touched.push(numberCatalogKey(ns, table.number));
      } else {
        for (const index of [...table.ordered, ...table.searches.values()]) {
          store.setIndexState(index.ix, index.staged ? "staged" : "ready");
        }
        const kept = new Set([...table.ordered, ...table.searches.values()].map(({ ix }) => ix));
        const old = [...previous.ordered, ...previous.searches.values()];
        this.dropIndexes(old.map(({ ix }) => ix).filter((ix) => !kept.has(ix)));
      }
      maintenance.add(table);
    }
    store.saveSchema(ns, schema);
    this.#preparations.get(ns)?.finish();
    this.#preparations.delete(ns);
    return touched;
  }

  /** A commit wrote a document: schemas being prepared must hold for it too. */
  noteWrite(change: Change): void {
    const preparation = this.#preparations.get(change.table.ns);
    if (preparation !== undefined && change.after !== null) preparation.check(change.after);
  }

  /** A commit created a table for which indexes are wanted: they start empty, like the table. */
  noteTableCreated(table: TableInfo): void {
    const preparation = this.#preparations.get(table.ns);
    const definition = preparation?.schema?.tables.find(({ tableName }) => tableName === table.name);
    if (preparation !== undefined && definition !== undefined) this.#buildIndexes(preparation, table, definition);
  }

  /** Deletes the entries of indexes nobody uses any more, a slice per turn. */
  dropIndexes(numbers: readonly number[]): void {
    for (const ix of numbers) this.host.store.setIndexState(ix, "dropped");
    this.#drops.push(...numbers);
    if (this.#isDropping || this.#drops.length === 0) return;
    this.#isDropping = true;
    setImmediate(() => this.#dropSlice());
  }

  close(): void {
    this.#isClosed = true;
    for (const preparation of this.#preparations.values()) preparation.cancel("The database is closing.");
  }

  #dropSlice(): void {
    const [ix] = this.#drops;
    if (ix === undefined || this.#isClosed) {
      this.#isDropping = false;
      return;
    }
    try {
      if (this.host.store.deleteIndexSlice(ix, DROP_SLICE_ROWS)) this.#drops.shift();
    } catch (error) {
      this.host.fail(coerceError(error));
      return;
    }
    this.host.flush();
    setImmediate(() => this.#dropSlice());
  }

  #discard(preparation: Preparation): void {
    preparation.cancel("Another push has replaced this one.");
    this.#preparations.delete(preparation.ns);
    for (const { tablet, index } of preparation.building) this.host.maintenance.remove(tablet, index.ix);
    this.dropIndexes(preparation.building.map(({ index }) => index.ix));
    this.host.flush();
  }

  /** Starts those indexes of the definition that the table does not have. */
  #buildIndexes(preparation: Preparation, table: TableInfo, definition: TableJson): void {
    const { store, maintenance } = this.host;
    for (const { name, fields } of orderedDefinitions(definition)) {
      if (isSameOrdered(table.indexes.get(name), fields)) continue;
      const index = makeIndex(this.host.allocateIndex(), name, fields);
      store.saveIndex(table.tablet, index, "building");
      maintenance.addOrdered(table.tablet, index);
      preparation.building.push({ table: table.name, tablet: table.tablet, kind: "ordered", index });
    }
    for (const { index: wanted } of searchDefinitions(definition)) {
      if (isSameSearch(table.searches.get(wanted.indexDescriptor), wanted)) continue;
      const index = makeSearchIndex(this.host.allocateIndex(), wanted);
      store.saveSearchIndex(table.tablet, index, "building");
      maintenance.addSearch(table.tablet, index);
      preparation.building.push({ table: table.name, tablet: table.tablet, kind: "search", index });
    }
    this.host.flush();
  }

  #newTable(ns: Namespace, schema: SchemaJson | null, definition: TableJson, number: number): TableInfo {
    const next = () => this.host.allocateIndex();
    return makeTable({
      tablet: this.host.allocateTablet(),
      ns,
      name: definition.tableName,
      number,
      byId: makeIndex(next(), "by_id", ["_id"]),
      byCreation: makeIndex(next(), "by_creation_time", []),
      indexes: orderedDefinitions(definition).map(({ name, fields, staged }) =>
        makeIndex(next(), name, fields, staged),
      ),
      searches: searchDefinitions(definition).map(({ index, staged }) => makeSearchIndex(next(), index, staged)),
      documentType: documentTypeOf(schema, definition.tableName),
    });
  }
}

function requireReady(preparation: Preparation | undefined, schema: SchemaJson): void {
  if (preparation?.isFor(schema) === true) {
    if (preparation.state === "ready") return;
    if (preparation.failure !== null) throw new DeveloperError("SchemaValidationFailed", preparation.failure.error);
  }
  throw new DeveloperError("RaceDetected", "The schema changed while it was being pushed. Please push again.");
}

function orderedDefinitions(definition: TableJson) {
  return [
    ...definition.indexes.map((index) => ({ name: index.indexDescriptor, fields: index.fields, staged: false })),
    ...(definition.stagedDbIndexes ?? []).map((index) => ({
      name: index.indexDescriptor,
      fields: index.fields,
      staged: true,
    })),
  ];
}

function searchDefinitions(definition: TableJson) {
  return [
    ...definition.searchIndexes.map((index) => ({ index, staged: false })),
    ...(definition.stagedSearchIndexes ?? []).map((index) => ({ index, staged: true })),
  ];
}

/** The existing table as the definition wants it: indexes it had, those just built, staged or not. */
function withDefinition(
  table: TableInfo,
  schema: SchemaJson | null,
  definition: TableJson,
  preparation: Preparation | undefined,
): TableInfo {
  const built = preparation?.building.filter(({ tablet }) => tablet === table.tablet) ?? [];
  const indexes = orderedDefinitions(definition).map(({ name, fields, staged }) => {
    const existing = table.indexes.get(name);
    const index = isSameOrdered(existing, fields)
      ? existing
      : built.find((entry) => entry.kind === "ordered" && entry.index.name === name)?.index;
    if (index === undefined) throw raceOn(table.name, name);
    return makeIndex(index.ix, name, fields, staged);
  });
  const searches = searchDefinitions(definition).map(({ index: wanted, staged }) => {
    const existing = table.searches.get(wanted.indexDescriptor);
    const index = isSameSearch(existing, wanted)
      ? existing
      : built.find((entry) => entry.kind === "search" && entry.index.name === wanted.indexDescriptor)?.index;
    if (index === undefined) throw raceOn(table.name, wanted.indexDescriptor);
    return makeSearchIndex(index.ix, wanted, staged);
  });
  return makeTable({ ...table, indexes, searches, documentType: documentTypeOf(schema, table.name) });
}

function raceOn(table: string, index: string): DeveloperError {
  return new DeveloperError("RaceDetected", `Index ${table}.${index} was not prepared. Please push again.`);
}

function isSameTable(a: TableInfo | undefined, b: TableInfo): boolean {
  const shape = (table: TableInfo) =>
    JSON.stringify([
      table.ordered.map(({ ix, staged }) => [ix, staged]),
      [...table.searches.values()].map(({ ix, staged }) => [ix, staged]),
      table.documentType,
    ]);
  return a !== undefined && shape(a) === shape(b);
}

function isSameOrdered(index: IndexInfo | undefined, fields: readonly string[]): boolean {
  return index !== undefined && JSON.stringify(index.fields) === JSON.stringify(fields);
}

function isSameSearch(
  index: SearchIndexInfo | undefined,
  wanted: { searchField: string; filterFields: readonly string[] },
): boolean {
  return (
    index !== undefined &&
    index.searchField === wanted.searchField &&
    JSON.stringify(index.filterFields) === JSON.stringify(wanted.filterFields)
  );
}
