import { DeveloperError } from "../errors.ts";
import { documentTypeOf, type MaintenanceList } from "./catalog-store.ts";
import {
  CATALOG_INDEX, makeIndex, makeSearchIndex, makeTable, namespaceCatalogRange, numberCatalogKey,
  type Catalog, type CatalogChange, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { checkSchema } from "./schema-rules.ts";
import { diffIndexes } from "./schema-diff.ts";
import { Preparation } from "./preparation.ts";
import type { Retirement } from "./retirement.ts";
import {
  isSameOrdered,
  isSameSearch,
  isSameTable,
  orderedDefinitions,
  searchDefinitions,
  withDefinition,
} from "./schema-tables.ts";
import type { Store } from "./store.ts";
import type { TxCore } from "./tx-core.ts";
import type { Namespace, SchemaJson, SchemaPreparation, TableJson, Timestamp } from "./types.ts";
import type { Change } from "./apply.ts";

export interface PushHost {
  readonly store: Store;
  readonly maintenance: MaintenanceList;
  readonly retirement: Retirement;
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
    core.reads.addRange(CATALOG_INDEX, { lo, hi });
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

  /** Writes an activation at `ts` into the open batch; returns the catalog keys it touches. */
  applyActivation(before: Catalog, { ns, schema, tables }: SetSchema, ts: Timestamp): string[] {
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
      }
      maintenance.add(table);
      if (previous !== undefined) this.host.retirement.retireIndexes(previous, table, ts);
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

  /** Other documents, or none, are in these tables' place now: what is being prepared begins again with them. */
  tablesReplaced(ns: Namespace, replaced: readonly { before: TableInfo | undefined; after: TableInfo | null }[]): void {
    const preparation = this.#preparations.get(ns);
    if (preparation === undefined) return;
    for (const { before, after } of replaced) {
      const stale = preparation.forgetTable(before?.tablet ?? 0);
      for (const { index } of stale) this.host.maintenance.remove(before?.tablet ?? 0, index.ix);
      this.host.retirement.drop(stale.map(({ index }) => index.ix));
      const definition = preparation.schema?.tables.find(({ tableName }) => tableName === after?.name);
      if (after !== null && definition !== undefined) this.#buildIndexes(preparation, after, definition);
    }
    preparation.walkAgain();
  }

  close(): void {
    for (const preparation of this.#preparations.values()) preparation.cancel("The database is closing.");
  }

  #discard(preparation: Preparation): void {
    preparation.cancel("Another push has replaced this one.");
    this.#preparations.delete(preparation.ns);
    for (const { tablet, index } of preparation.building) this.host.maintenance.remove(tablet, index.ix);
    this.host.retirement.drop(preparation.building.map(({ index }) => index.ix));
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
