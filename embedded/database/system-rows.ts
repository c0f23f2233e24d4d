import { getConvexSize, type Value } from "convex/values";
import { containsCommitTs } from "../value/document.ts";
import { decodeId, encodeId, generateIdBytes } from "../value/ids.ts";
import { encodeKey, encodeValueKey, prefixEnd } from "../value/key.ts";
import { systemTableByNumber, type IndexInfo, type TableInfo } from "./catalog.ts";
import { StoredDoc } from "./stored-doc.ts";
import type { TxCore } from "./tx-core.ts";
import type { Namespace, StoredDocument, SystemAccess } from "./types.ts";

// Small, read by nearly every run, written by a push or by hand.
const REMEMBERED_TABLES: ReadonlySet<string> = new Set(["_deployment", "_environment_variables"]);

type SystemRange = NonNullable<Parameters<SystemAccess["rows"]>[4]>;

interface SystemRead {
  info: TableInfo;
  index: IndexInfo;
  range: { lo: string; hi: string };
  order: "asc" | "desc";
  limit: number;
}

/** Unchecked access for the backend itself; also to user tables, for imports. Errors here are mistakes in the backend. */
export class SystemRows implements SystemAccess {
  constructor(private readonly core: TxCore) {}

  get(ns: Namespace, id: string): StoredDocument | null {
    return this.#load(ns, id)?.doc ?? null;
  }

  /**
   * `_id` and `_creationTime` may be given, as an import does; then the table is created with the number inside the
   * id where that is free.
   */
  insert(ns: Namespace, table: string, value: Record<string, Value | undefined>): string {
    const givenId = typeof value["_id"] === "string" ? decodeId(value["_id"]) : null;
    const info = this.core.ensureTable(ns, table, givenId?.tableNumber ?? null);
    if (givenId !== null && givenId.tableNumber !== info.number) {
      throw new Error(`Document ${encodeId(givenId.bytes)} does not belong to table "${table}"`);
    }
    const idBytes = givenId?.bytes ?? generateIdBytes(info.number, this.core.startMs);
    const id = encodeId(idBytes);
    const creationTime = value["_creationTime"] ?? this.core.nextCreationTime();
    const current = givenId === null ? null : this.core.readById(info, idBytes);
    this.#write(info, idBytes, current, { ...value, _id: id, _creationTime: creationTime });
    return id;
  }

  patch(ns: Namespace, id: string, value: Record<string, Value | undefined>): void {
    const loaded = this.#load(ns, id);
    if (loaded === null) throw new Error(`Document ${id} to patch does not exist`);
    const { info, doc } = loaded;
    this.#write(info, doc.idBytes, doc, { ...doc.value, ...value });
  }

  remove(ns: Namespace, id: string): void {
    const loaded = this.#load(ns, id);
    if (loaded !== null) this.core.write(loaded.info, loaded.doc.idBytes, loaded.doc, null, false);
  }

  rows(
    ns: Namespace,
    table: string,
    indexName: string,
    equals: readonly (Value | undefined)[],
    options: SystemRange = {},
  ): StoredDocument[] {
    const info = this.core.table(ns, table);
    if (info === undefined) return [];
    const index = indexOf(info, indexName);
    const range = systemRange(equals, options);
    const read = { info, index, range, order: options.order ?? "asc", limit: options.limit ?? Infinity } as const;
    return REMEMBERED_TABLES.has(table) ? this.#remembered(read) : this.#scan(read);
  }

  namespacesWith(table: string): Namespace[] {
    return [...this.core.catalog.allTables()].filter(({ name }) => name === table).map(({ ns }) => ns);
  }

  expectNone(ns: Namespace, table: string, indexName: string, equals: readonly (Value | undefined)[]): void {
    const info = this.core.table(ns, table);
    if (info === undefined) return;
    const { lo, hi } = systemRange(equals, {});
    this.core.reads.addRange(indexOf(info, indexName).ix, { lo, hi });
  }

  #remembered(read: SystemRead): StoredDoc[] {
    const { info, index, range, order, limit } = read;
    if (this.core.hasPending(info)) return this.#scan(read);
    const question = `${index.ix}/${order}/${limit}/${range.lo.length}/${range.lo}${range.hi}`;
    const { memory } = this.core.host;
    const known = memory.find(info, question, this.core.beginTs);
    if (known === null) {
      const rows = this.#scan(read);
      memory.add(question, this.core.beginTs, rows);
      return rows;
    }
    this.core.requireOpen();
    this.core.reads.addRange(index.ix, range);
    return [...known];
  }

  #scan({ info, index, range, order, limit }: SystemRead): StoredDoc[] {
    const scan = this.core.scan(info, index, range, order, limit === Infinity ? null : limit);
    const rows: StoredDoc[] = [];
    while (rows.length < limit) {
      const row = scan.next();
      if (row === null) break;
      rows.push(row.doc);
    }
    return rows;
  }

  #load(ns: Namespace, id: string): { info: TableInfo; doc: StoredDoc } | null {
    const { tableNumber, bytes } = decodeId(id);
    const systemName = systemTableByNumber(tableNumber);
    const info = systemName === null ? this.core.tableByNumber(ns, tableNumber) : this.core.table(ns, systemName);
    const doc = info === undefined ? null : this.core.readById(info, bytes);
    return info === undefined || doc === null ? null : { info, doc };
  }

  #write(info: TableInfo, idBytes: string, current: StoredDoc | null, value: Record<string, Value | undefined>): void {
    const present = withoutUndefined(value);
    const next = new StoredDoc(info, idBytes, null, getConvexSize(present), current?.rowid ?? 0, present);
    this.core.write(info, idBytes, current, next, containsCommitTs(present));
  }
}

function withoutUndefined(value: Record<string, Value | undefined>): Record<string, Value> {
  for (const name in value) {
    if (value[name] !== undefined) continue;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, Value] => entry[1] !== undefined),
    );
  }
  return value as Record<string, Value>;
}

function indexOf(info: TableInfo, name: string): IndexInfo {
  if (name === "by_creation_time") return info.byCreation;
  const index = name === "by_id" ? info.byId : info.indexes.get(name);
  if (index === undefined) throw new Error(`Table "${info.name}" has no index "${name}"`);
  return index;
}

function systemRange(equals: readonly (Value | undefined)[], options: SystemRange): { lo: string; hi: string } {
  const prefix = encodeKey(equals);
  let lo = prefix;
  let hi = prefixEnd(prefix);
  if (options.gte !== undefined) lo = prefix + encodeValueKey(options.gte);
  if (options.gt !== undefined) lo = prefixEnd(prefix + encodeValueKey(options.gt));
  if (options.lt !== undefined) hi = prefix + encodeValueKey(options.lt);
  if (options.lte !== undefined) hi = prefixEnd(prefix + encodeValueKey(options.lte));
  return { lo, hi };
}
