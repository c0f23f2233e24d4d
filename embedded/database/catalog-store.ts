import type { ValidatorJson } from "../value/validator.ts";
import type { MaintainedIndexes } from "./apply.ts";
import {
  Catalog, isSystemTableName, makeIndex, makeTable, type IndexInfo, type NamespaceCatalog, type SearchIndexInfo, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { indexKey, StoredDoc } from "./stored-doc.ts";
import type { IndexRow, Store } from "./store.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import type { Namespace, SchemaJson } from "./types.ts";

/** Which indexes each table's documents are written into. Grows before an index is built, shrinks when it is dropped. */
export class MaintenanceList {
  readonly #byTablet = new Map<number, { ordered: IndexInfo[]; searches: SearchIndexInfo[] }>();

  constructor(catalog: Catalog) {
    for (const table of catalog.allTables()) this.add(table);
  }

  of(table: TableInfo): MaintainedIndexes {
    return this.#entry(table.tablet);
  }

  add(table: TableInfo): void {
    this.#byTablet.set(table.tablet, { ordered: [...table.ordered], searches: [...table.searches.values()] });
  }

  addOrdered(tablet: number, index: IndexInfo): void {
    this.#entry(tablet).ordered.push(index);
  }

  addSearch(tablet: number, index: SearchIndexInfo): void {
    this.#entry(tablet).searches.push(index);
  }

  /** Index objects are replaced by those of the same number in the table as activated. */
  remove(tablet: number, ix: number): void {
    const entry = this.#entry(tablet);
    entry.ordered = entry.ordered.filter((index) => index.ix !== ix);
    entry.searches = entry.searches.filter((index) => index.ix !== ix);
    // A table always has `by_id`: this one is gone.
    if (entry.ordered.length === 0 && entry.searches.length === 0) this.#byTablet.delete(tablet);
  }

  #entry(tablet: number): { ordered: IndexInfo[]; searches: SearchIndexInfo[] } {
    const entry = this.#byTablet.get(tablet);
    if (entry === undefined) throw new Error(`Table ${tablet} is unknown`);
    return entry;
  }
}

/** The catalog as the file has it, without hidden tables, and the numbers of indexes left over from unfinished work. */
export function loadCatalog(store: Store, allocateIndex: () => number): { catalog: Catalog; dropped: number[] } {
  const schemas = new Map(store.schemas().map(({ ns, schema }) => [ns, schema]));
  const indexes = new Map<number, IndexRow[]>();
  const dropped: number[] = [];
  for (const row of store.indexes()) {
    if (row.state === "ready" || row.state === "staged") {
      indexes.set(row.tablet, [...(indexes.get(row.tablet) ?? []), row]);
    } else if (row.state !== "hidden") dropped.push(row.ix);
  }
  const namespaces = new Map<Namespace, { tables: Map<string, TableInfo>; byNumber: Map<number, TableInfo> }>();
  for (const row of store.tables()) {
    const own = indexes.get(row.tablet) ?? [];
    const ordered = own.flatMap(({ ordered: index }) => index ?? []);
    const [byId, byCreation, ...declared] = ordered;
    if (byId === undefined || byCreation === undefined) throw new Error(`Table "${row.name}" has lost its indexes`);
    const isSystem = isSystemTableName(row.name);
    const table = makeTable({
      ...row,
      byId,
      byCreation,
      indexes: isSystem ? systemIndexes(store, row, declared, allocateIndex) : declared,
      searches: own.flatMap(({ search }) => search ?? []),
      documentType: documentTypeOf(schemas.get(row.ns) ?? null, row.name),
    });
    if (isSystem) fillNewIndexes(store, table, declared);
    let namespace = namespaces.get(row.ns);
    if (namespace === undefined) namespaces.set(row.ns, (namespace = { tables: new Map(), byNumber: new Map() }));
    namespace.tables.set(table.name, table);
    namespace.byNumber.set(table.number, table);
  }
  const entries = [...new Set([...namespaces.keys(), ...schemas.keys()])].map((ns): [Namespace, NamespaceCatalog] => [
    ns,
    { tables: new Map(), byNumber: new Map(), ...namespaces.get(ns), schema: schemas.get(ns) ?? null },
  ]);
  return { catalog: Catalog.of(new Map(entries)), dropped };
}

/** What the schema enforces for a table's documents, or null. */
export function documentTypeOf(schema: SchemaJson | null, table: string): ValidatorJson | null {
  if (schema === null || !schema.schemaValidation) return null;
  const definition = schema.tables.find(({ tableName }) => tableName === table);
  const documentType = (definition?.documentType ?? null) as ValidatorJson | null;
  return documentType === null || documentType.type === "any" ? null : documentType;
}

/** A system table's indexes, those added by a newer version of this program included. */
function systemIndexes(
  store: Store,
  row: { tablet: number; name: string },
  known: readonly IndexInfo[],
  allocateIndex: () => number,
): IndexInfo[] {
  if (!isSystemTableName(row.name)) return [...known];
  const wanted: [string, readonly string[]][] = Object.entries(SYSTEM_TABLES[row.name].indexes);
  return wanted.map(([name, fields]) => {
    const existing = known.find((index) => index.name === name);
    if (existing !== undefined) return existing;
    const index = makeIndex(allocateIndex(), name, fields);
    store.saveIndex(row.tablet, index, "ready");
    return index;
  });
}

function fillNewIndexes(store: Store, table: TableInfo, known: readonly IndexInfo[]): void {
  const fresh = [...table.indexes.values()].filter((index) => !known.includes(index));
  if (fresh.length === 0) return;
  store.ensureBatch();
  for (const row of store.documents(table.byId.ix, "", "\xff", "asc", Number.MAX_SAFE_INTEGER)) {
    const doc = new StoredDoc(table, null, row.json, row.size, row.rowid);
    for (const index of fresh) store.putEntry(index.ix, indexKey(index, doc), row.rowid);
  }
}
