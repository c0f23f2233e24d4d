import type { Value } from "convex/values";
import { coerceError, DeveloperError } from "../errors.ts";
import { encodeId } from "../value/ids.ts";
import { encodeValueKey, KEY_MAX, keyAfter } from "../value/key.ts";
import type { ValidatorJson } from "../value/validator.ts";
import { applyChange, toChange } from "./apply.ts";
import {
  isSystemTableName, makeIndex, makeSearchIndex, makeTable, systemTableByNumber, type Catalog, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { importedDocument } from "./imported-document.ts";
import { StoredDoc } from "./stored-doc.ts";
import type { Store } from "./store.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import type { HiddenTable, HiddenTables, Namespace, StoredDocument, WantedTable } from "./types.ts";

export interface HiddenHost {
  readonly store: Store;
  catalog(): Catalog;
  nowMs(): number;
  allocateIndex(): number;
  allocateTablet(): number;
  allocateRow(): number;
  /** Gives indexes up to be deleted. */
  drop(numbers: readonly number[]): void;
  /** Asks for the open write batch to be committed at the end of the turn. */
  flush(): void;
  /** Reports that writing failed. */
  fail(error: Error): void;
}

type HiddenRow = [tablet: number, owner: string, ns: string, name: string, number: number, type: string, documents: number]; // prettier-ignore

/**
 * Tables that an import fills: on disk like others, but in no catalog, so that nobody reads them and nothing conflicts
 * with them. How many documents each holds is written with them, so that work goes on where it was after a crash.
 */
export class HiddenTableStore implements HiddenTables {
  readonly #open = new Map<string, OpenHiddenTable[]>();

  constructor(private readonly host: HiddenHost) {}

  open(owner: string, wanted: readonly WantedTable[]): HiddenTable[] {
    const stored = this.#load(owner);
    const fitting: (TableInfo | null)[] = wanted.map(({ ns, table, number }) => {
      const found = stored.find(({ info }) => info.ns === ns && info.name === table);
      if (found === undefined) return null;
      const isSame = number === null || found.info.number === number;
      return isSame && hasSameShape(this.host.catalog().table(ns, table), found.info) ? found.info : null;
    });
    // Some of it was made for another schema: what refers to each other begins together.
    const goesOn = stored.length === wanted.length && fitting.every((info) => info !== null);
    if (!goesOn) this.discard(owner);
    const taken = new Set<string>();
    const tables = wanted.map((one, at) => {
      const info = (goesOn ? fitting[at] : null) ?? this.#create(owner, one, taken);
      const documents = stored.find((row) => row.info === info)?.documents ?? 0;
      return new OpenHiddenTable(this.host, info, documents, (number) => this.#tableName(owner, info.ns, number));
    });
    this.#open.set(owner, tables);
    this.host.flush();
    return tables;
  }

  of(owner: string): HiddenTable[] {
    const nameOf =
      ({ ns }: TableInfo) =>
      (number: number) =>
        this.#tableName(owner, ns, number);
    return this.#load(owner).map(
      ({ info, documents }) => new OpenHiddenTable(this.host, info, documents, nameOf(info)),
    );
  }

  discard(owner: string): void {
    for (const { info } of this.#load(owner)) {
      this.host.store.abandonDocuments(info.byId.ix);
      this.host.drop([...info.ordered, ...info.searches.values()].map(({ ix }) => ix));
      this.#forget(info.tablet);
    }
    this.#open.delete(owner);
    this.host.flush();
  }

  keepOnly(owners: ReadonlySet<string>): void {
    const rows = this.host.store.sql("SELECT DISTINCT owner FROM hidden_tables").all([]) as [string][];
    for (const [owner] of rows) if (!owners.has(owner)) this.discard(owner);
  }

  /** The table is in the catalog now, under `table.tablet`. */
  adopted(tablet: number): void {
    this.#forget(tablet);
    for (const [owner, tables] of this.#open) {
      const left = tables.filter(({ info }) => info.tablet !== tablet);
      if (left.length === 0) this.#open.delete(owner);
      else this.#open.set(owner, left);
    }
  }

  #forget(tablet: number): void {
    this.host.store.ensureBatch();
    this.host.store.sql("DELETE FROM hidden_tables WHERE tablet = ?").run([tablet]);
  }

  #create(owner: string, { ns, table, number }: WantedTable, taken: Set<string>): TableInfo {
    const { host } = this;
    const live = host.catalog().table(ns, table);
    const wanted = isSystemTableName(table) ? SYSTEM_TABLES[table].number : number;
    const info = emptyCopy(host, live, { ns, name: table, number: wanted ?? this.#freeNumber(ns, taken) });
    taken.add(`${ns} ${info.number}`);
    host.store.ensureBatch();
    for (const index of info.ordered) host.store.saveIndex(info.tablet, index, "hidden");
    for (const index of info.searches.values()) host.store.saveSearchIndex(info.tablet, index, "hidden");
    const row: HiddenRow = [info.tablet, owner, ns, table, info.number, JSON.stringify(info.documentType), 0];
    host.store.sql("INSERT INTO hidden_tables VALUES (?, ?, ?, ?, ?, ?, ?)").run(row);
    return info;
  }

  #freeNumber(ns: Namespace, taken: ReadonlySet<string>): number {
    let number = this.host.catalog().nextTableNumber(ns);
    while (taken.has(`${ns} ${number}`)) number++;
    return number;
  }

  #load(owner: string): { info: TableInfo; documents: number }[] {
    const { store } = this.host;
    const rows = store.sql("SELECT * FROM hidden_tables WHERE owner = ? ORDER BY tablet").all([owner]) as HiddenRow[];
    if (rows.length === 0) return [];
    const indexes = store.indexes().filter(({ state }) => state === "hidden");
    return rows.map(([tablet, , ns, name, number, type, documents]) => {
      const own = indexes.filter((index) => index.tablet === tablet);
      const [byId, byCreation, ...declared] = own.flatMap(({ ordered }) => ordered ?? []);
      if (byId === undefined || byCreation === undefined)
        throw new Error(`Hidden table "${name}" has lost its indexes`);
      const searches = own.flatMap(({ search }) => search ?? []);
      const documentType = JSON.parse(type) as ValidatorJson | null;
      const parts = { tablet, ns, name, number, byId, byCreation, indexes: declared, searches, documentType };
      return { info: makeTable(parts), documents };
    });
  }

  /** Names of tables as they will be when the owner's tables are in place: ids in documents are checked by it. */
  #tableName(owner: string, ns: Namespace, number: number): string | null {
    const system = systemTableByNumber(number);
    if (system !== null) return system;
    const own = (this.#open.get(owner) ?? []).filter(({ info }) => info.ns === ns);
    const hidden = own.find(({ info }) => info.number === number);
    if (hidden !== undefined) return hidden.info.name;
    const live = this.host.catalog().tableByNumber(ns, number)?.name ?? null;
    return own.some(({ info }) => info.name === live) ? null : live;
  }
}

/** One of them, being filled. */
export class OpenHiddenTable implements HiddenTable {
  readonly #host: HiddenHost;
  readonly #nameOf: (number: number) => string | null;
  #documents: number;

  constructor(
    host: HiddenHost,
    readonly info: TableInfo,
    documents: number,
    nameOf: (number: number) => string | null,
  ) {
    this.#host = host;
    this.#documents = documents;
    this.#nameOf = nameOf;
  }

  get ns(): Namespace {
    return this.info.ns;
  }

  get table(): string {
    return this.info.name;
  }

  get documents(): number {
    return this.#documents;
  }

  insert(documents: readonly Record<string, Value>[]): void {
    const { store } = this.#host;
    for (const value of documents) this.#insertOne(value);
    this.#documents += documents.length;
    store.ensureBatch();
    store.sql("UPDATE hidden_tables SET documents = ? WHERE tablet = ?").run([this.#documents, this.info.tablet]);
    this.#host.flush();
  }

  page(after: string | null, limit: number): StoredDocument[] {
    const from = after === null ? "" : keyAfter(encodeValueKey(after));
    const rows = this.#host.store.documents(this.info.byId.ix, from, KEY_MAX, "asc", limit);
    return rows.map(({ json, size, rowid }) => new StoredDoc(this.info, null, json, size, rowid));
  }

  #insertOne(value: Record<string, Value>): void {
    const { info } = this;
    const { store } = this.#host;
    const doc = importedDocument(info, value, {
      nowMs: () => this.#host.nowMs(),
      nextCreationTime: () => this.#host.nowMs(),
      has: (idBytes) => store.point(info.byId.ix, encodeValueKey(encodeId(idBytes))) !== null,
      nameOf: this.#nameOf,
    });
    const maintained = { ordered: info.ordered, searches: [...info.searches.values()] };
    const write = { table: info, idBytes: doc.idBytes, before: null, after: doc, hasCommitTs: false };
    const change = toChange(write, info, maintained, 0n, () => this.#host.allocateRow());
    if (change === null) return;
    try {
      store.ensureBatch();
      applyChange(store, change, maintained);
    } catch (error) {
      // Half a document lies in the write batch: it must never reach the disk.
      this.#host.fail(coerceError(error));
      throw error;
    }
  }
}

/** A table without documents that has the indexes and the validator of another one, or none. */
export function emptyCopy(
  host: Pick<HiddenHost, "allocateIndex" | "allocateTablet">,
  live: TableInfo | undefined,
  name: { ns: Namespace; name: string; number: number },
): TableInfo {
  const next = () => host.allocateIndex();
  const system: Record<string, readonly string[]> = isSystemTableName(name.name)
    ? SYSTEM_TABLES[name.name].indexes
    : {};
  const fresh = Object.entries(system).map(([index, fields]) => makeIndex(next(), index, fields));
  return makeTable({
    ...name,
    tablet: host.allocateTablet(),
    byId: makeIndex(next(), "by_id", ["_id"]),
    byCreation: makeIndex(next(), "by_creation_time", []),
    indexes:
      live === undefined
        ? fresh
        : [...live.indexes.values()].map((index) => makeIndex(next(), index.name, index.fields, index.staged)),
    searches: [...(live?.searches.values() ?? [])].map((index) =>
      makeSearchIndex(next(), { ...index, indexDescriptor: index.name }, index.staged),
    ),
    documentType: live?.documentType ?? null,
  });
}

/**
 * The hidden table as it takes the place of `live`: with that one's staged indexes staged. Throws DeveloperError
 * `SchemaChanged` when a push has come between.
 */
export function inPlaceOf(live: TableInfo | undefined, hidden: TableInfo, number: number): TableInfo {
  if (!hasSameShape(live, hidden)) {
    throw new DeveloperError("SchemaChanged", `The schema of table "${hidden.name}" changed during the import.`, 409);
  }
  return makeTable({
    ...hidden,
    number,
    indexes: [...hidden.indexes.values()].map((index) =>
      makeIndex(index.ix, index.name, index.fields, live?.indexes.get(index.name)?.staged),
    ),
    searches: [...hidden.searches.values()].map((index) =>
      makeSearchIndex(index.ix, { ...index, indexDescriptor: index.name }, live?.searches.get(index.name)?.staged),
    ),
  });
}

function hasSameShape(live: TableInfo | undefined, hidden: TableInfo): boolean {
  const system = isSystemTableName(hidden.name);
  return (live === undefined && system) || shape(live) === shape(hidden);
}

function shape(table: TableInfo | undefined): string {
  const indexes = [...(table?.indexes.values() ?? [])].map(({ name, fields }) => [name, fields]);
  const searches = [...(table?.searches.values() ?? [])].map(({ name, searchField, filterFields }) => [
    name,
    searchField,
    filterFields,
  ]);
  const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  return JSON.stringify([indexes.sort(byName), searches.sort(byName), table?.documentType ?? null]);
}
