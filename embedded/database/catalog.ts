import { encodeTableNumber } from "../value/ids.ts";
import { encodeKey, prefixEnd, type KeyBytes } from "../value/key.ts";
import type { ValidatorJson } from "../value/validator.ts";
import { SYSTEM_TABLES, type SystemTableName } from "./system-tables.ts";
import type { Namespace, SchemaJson } from "./types.ts";

/** User tables are numbered from here in every namespace (convex-facts d.5). */
export const FIRST_USER_TABLE_NUMBER = 10_001;

/** Stands for the catalog itself in read sets and logs, where an index number is expected. */
export const CATALOG_INDEX = 0;

const INTERNAL_ID_LENGTH = 16;

/** An ordered index. Its key: the fields' values, then `_creationTime` and the id bytes (`by_id`: the id only). */
export interface IndexInfo {
  /** Unique in the file, never reused. */
  readonly ix: number;
  readonly name: string;
  /** As declared, without `_creationTime`. */
  readonly fields: readonly string[];
  readonly paths: readonly (readonly string[])[];
  /** Built and kept up to date but not yet open to queries. */
  readonly staged: boolean;
}

export interface SearchIndexInfo {
  readonly ix: number;
  readonly name: string;
  readonly searchField: string;
  readonly searchPath: readonly string[];
  readonly filterFields: readonly string[];
  readonly filterPaths: readonly (readonly string[])[];
  readonly staged: boolean;
}

/** One table as queries of one snapshot see it. Immutable: a schema change makes a new one with the same `tablet`. */
export interface TableInfo {
  /** Unique in the file, over all namespaces. */
  readonly tablet: number;
  readonly ns: Namespace;
  readonly name: string;
  readonly number: number;
  readonly isSystem: boolean;
  readonly byId: IndexInfo;
  readonly byCreation: IndexInfo;
  /** Declared indexes by name. */
  readonly indexes: ReadonlyMap<string, IndexInfo>;
  readonly searches: ReadonlyMap<string, SearchIndexInfo>;
  /** `byId`, `byCreation` and the declared ones. */
  readonly ordered: readonly IndexInfo[];
  /** What documents must look like, without system fields; null when anything goes. */
  readonly documentType: ValidatorJson | null;
  readonly catalogKey: KeyBytes;
  /** Length of the id bytes at the end of each key. */
  readonly idLength: number;
}

export interface NamespaceCatalog {
  readonly tables: ReadonlyMap<string, TableInfo>;
  readonly byNumber: ReadonlyMap<number, TableInfo>;
  readonly schema: SchemaJson | null;
}

const EMPTY_NAMESPACE: NamespaceCatalog = { tables: new Map(), byNumber: new Map(), schema: null };

/** What one commit changes in the catalog. */
export type CatalogChange =
  | { kind: "createTable"; table: TableInfo }
  | { kind: "setSchema"; ns: Namespace; schema: SchemaJson | null; tables: readonly TableInfo[] }
  /** Tables without documents that change their number, as they will be. */
  | { kind: "renumberTables"; ns: Namespace; tables: readonly TableInfo[] }
  /** Tables in the place of those of the same names; `documents` counts what is in each. */
  | { kind: "replaceTables"; ns: Namespace; tables: readonly TableInfo[]; documents: readonly number[] }
  | { kind: "dropTables"; ns: Namespace; tables: readonly TableInfo[] };

/** All tables of all namespaces at one instant. Immutable. */
export class Catalog {
  static readonly EMPTY = new Catalog(new Map());

  private constructor(private readonly namespaces: ReadonlyMap<Namespace, NamespaceCatalog>) {}

  static of(namespaces: ReadonlyMap<Namespace, NamespaceCatalog>): Catalog {
    return new Catalog(namespaces);
  }

  namespace(ns: Namespace): NamespaceCatalog {
    return this.namespaces.get(ns) ?? EMPTY_NAMESPACE;
  }

  table(ns: Namespace, name: string): TableInfo | undefined {
    return this.namespaces.get(ns)?.tables.get(name);
  }

  tableByNumber(ns: Namespace, number: number): TableInfo | undefined {
    return this.namespaces.get(ns)?.byNumber.get(number);
  }

  *allTables(): Iterable<TableInfo> {
    for (const { tables } of this.namespaces.values()) yield* tables.values();
  }

  /** The number the next user table of the namespace gets. */
  nextTableNumber(ns: Namespace): number {
    let highest = FIRST_USER_TABLE_NUMBER - 1;
    for (const number of this.namespace(ns).byNumber.keys()) highest = Math.max(highest, number);
    return highest + 1;
  }

  with(change: CatalogChange): Catalog {
    const namespaces = new Map(this.namespaces);
    const ns = change.kind === "createTable" ? change.table.ns : change.ns;
    const before = this.namespace(ns);
    const tables = new Map(before.tables);
    const byNumber = new Map(before.byNumber);
    if (change.kind === "renumberTables" || change.kind === "replaceTables") {
      for (const { name } of change.tables) byNumber.delete(before.tables.get(name)?.number ?? 0);
    }
    if (change.kind === "dropTables") {
      for (const { name, number } of change.tables) {
        tables.delete(name);
        byNumber.delete(number);
      }
      namespaces.set(ns, { ...before, tables, byNumber });
      return new Catalog(namespaces);
    }
    for (const table of change.kind === "createTable" ? [change.table] : change.tables) {
      tables.set(table.name, table);
      byNumber.set(table.number, table);
    }
    namespaces.set(ns, { tables, byNumber, schema: change.kind === "setSchema" ? change.schema : before.schema });
    return new Catalog(namespaces);
  }
}

/** The catalog key that is read by every use of a table and written by its creation and by schema changes. */
export function tableCatalogKey(ns: Namespace, name: string): KeyBytes {
  return encodeKey([ns, "table", name]);
}

/** Read when an id's table number is unknown, written when a table gets the number. */
export function numberCatalogKey(ns: Namespace, number: number): KeyBytes {
  return encodeKey([ns, "number", number]);
}

/** Every catalog key of a namespace. */
export function namespaceCatalogRange(ns: Namespace): { lo: KeyBytes; hi: KeyBytes } {
  const lo = encodeKey([ns]);
  return { lo, hi: prefixEnd(lo) };
}

export function isSystemTableName(name: string): name is SystemTableName {
  return Object.hasOwn(SYSTEM_TABLES, name);
}

/** Name of the system table with this number, or null. */
export function systemTableByNumber(number: number): SystemTableName | null {
  return SYSTEM_TABLE_BY_NUMBER.get(number) ?? null;
}

const SYSTEM_TABLE_BY_NUMBER = new Map(
  Object.entries(SYSTEM_TABLES).map(([name, { number }]) => [number as number, name as SystemTableName]),
);

export function makeIndex(ix: number, name: string, fields: readonly string[], staged = false): IndexInfo {
  return { ix, name, fields, paths: fields.map((field) => field.split(".")), staged };
}

export function makeSearchIndex(
  ix: number,
  definition: { indexDescriptor: string; searchField: string; filterFields: readonly string[] },
  staged = false,
): SearchIndexInfo {
  return {
    ix,
    name: definition.indexDescriptor,
    searchField: definition.searchField,
    searchPath: definition.searchField.split("."),
    filterFields: definition.filterFields,
    filterPaths: definition.filterFields.map((field) => field.split(".")),
    staged,
  };
}

/** Puts a table together from its parts. */
export function makeTable(parts: {
  tablet: number;
  ns: Namespace;
  name: string;
  number: number;
  byId: IndexInfo;
  byCreation: IndexInfo;
  indexes?: readonly IndexInfo[];
  searches?: readonly SearchIndexInfo[];
  documentType?: ValidatorJson | null;
}): TableInfo {
  const indexes = parts.indexes ?? [];
  return {
    tablet: parts.tablet,
    ns: parts.ns,
    name: parts.name,
    number: parts.number,
    isSystem: parts.name.startsWith("_"),
    byId: parts.byId,
    byCreation: parts.byCreation,
    indexes: new Map(indexes.map((index) => [index.name, index])),
    searches: new Map((parts.searches ?? []).map((index) => [index.name, index])),
    ordered: [parts.byId, parts.byCreation, ...indexes],
    documentType: parts.documentType ?? null,
    catalogKey: tableCatalogKey(parts.ns, parts.name),
    idLength: encodeTableNumber(parts.number).length + INTERNAL_ID_LENGTH,
  };
}
