import type { Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { encodeId } from "../value/ids.ts";
import { isUserIdentifier } from "../value/names.ts";
import {
  FIRST_USER_TABLE_NUMBER, makeTable, namespaceCatalogRange, CATALOG_INDEX, systemTableByNumber, type TableInfo,
} from "./catalog.ts"; // prettier-ignore
import { emptyCopy, inPlaceOf, OpenHiddenTable } from "./hidden-tables.ts";
import { importedDocument } from "./imported-document.ts";
import type { TxCore } from "./tx-core.ts";
import type { HiddenTable, ImportAccess, Namespace } from "./types.ts";

/** A table that is to take another one's place, and what it wants. */
interface Replacement {
  info: TableInfo;
  documents: number;
  live: TableInfo | undefined;
}

/** What imports may do: ids and creation times as given, no limits of a function's transaction, but the schema's rules. */
export class ImportRows implements ImportAccess {
  constructor(private readonly core: TxCore) {}

  replaceTables(ns: Namespace, replacements: ReadonlyMap<string, HiddenTable | null>): void {
    const { lo, hi } = namespaceCatalogRange(ns);
    this.core.reads.addRange(CATALOG_INDEX, { lo, hi });
    const wanted = [...replacements].flatMap(([name, hidden]) => this.#replacement(ns, name, hidden) ?? []);
    const numbers = this.#settleNumbers(ns, wanted);
    const tables = wanted.map(({ info, live }) => inPlaceOf(live, info, numbers.get(info.name) ?? info.number));
    const documents = wanted.map((table) => table.documents);
    if (tables.length > 0) this.core.changeCatalog({ kind: "replaceTables", ns, tables, documents });
  }

  dropTables(ns: Namespace, names: readonly string[]): void {
    const { lo, hi } = namespaceCatalogRange(ns);
    this.core.reads.addRange(CATALOG_INDEX, { lo, hi });
    const tables = [...new Set(names)].flatMap((name) => this.core.catalog.table(ns, name) ?? []);
    const system = tables.find(({ isSystem }) => isSystem);
    if (system !== undefined) throw new DeveloperError("InvalidTableName", `Table "${system.name}" cannot be deleted.`);
    if (tables.length > 0) this.core.changeCatalog({ kind: "dropTables", ns, tables });
  }

  setNumbers(ns: Namespace, wanted: ReadonlyMap<string, number>): void {
    for (const [table, number] of wanted) {
      requireUsable(table, number);
      this.core.ensureTable(ns, table, number);
    }
    const known = [...this.core.catalog.namespace(ns).tables.values()];
    const moved = new Map<string, TableInfo>();
    for (const table of known) {
      const number = wanted.get(table.name);
      if (number !== undefined && number !== table.number) moved.set(table.name, renumbered(table, number));
    }
    if (moved.size === 0) return;
    for (const table of moved.values()) {
      const holder = known.find(({ name, number }) => number === table.number && !moved.has(name));
      if (holder !== undefined) throw numberTaken(table, holder.name);
    }
    for (const { name } of moved.values()) this.#requireEmpty(ns, name);
    this.core.changeCatalog({ kind: "renumberTables", ns, tables: [...moved.values()] });
  }

  insert(ns: Namespace, table: string, value: Record<string, Value>): string {
    const info = this.core.ensureTable(ns, table);
    const doc = importedDocument(info, value, {
      nowMs: () => this.core.startMs,
      nextCreationTime: () => this.core.nextCreationTime(),
      has: (idBytes) => this.core.readById(info, idBytes) !== null,
      nameOf: (number) => systemTableByNumber(number) ?? this.core.tableByNumber(ns, number)?.name ?? null,
    });
    this.core.write(info, doc.idBytes, null, doc, false);
    return encodeId(doc.idBytes);
  }

  #replacement(ns: Namespace, name: string, hidden: HiddenTable | null): Replacement | null {
    const live = this.core.catalog.table(ns, name);
    if (hidden instanceof OpenHiddenTable) {
      requireUsable(name, hidden.info.number);
      return { info: hidden.info, documents: hidden.documents, live };
    }
    if (live === undefined) return null;
    return { info: emptyCopy(this.core.host, live, { ns, name, number: live.number }), documents: 0, live };
  }

  /**
   * The number of each replacement. Documents hold the number of their table, so those with documents get the one they
   * want; empty tables, replaced or not, give way. Throws `TableNumberConflict`.
   */
  #settleNumbers(ns: Namespace, wanted: readonly Replacement[]): Map<string, number> {
    const full = wanted.filter(({ documents }) => documents > 0);
    const holders = new Map<number, string>();
    for (const { info } of full) {
      const other = holders.get(info.number);
      if (other !== undefined) throw numberTaken(info, other);
      holders.set(info.number, info.name);
    }
    const replaced = new Set(wanted.map(({ info }) => info.name));
    const others = [...this.core.catalog.namespace(ns).tables.values()].filter(({ name }) => !replaced.has(name));
    const inTheWay: TableInfo[] = [];
    for (const table of others) {
      const holder = full.find(({ info }) => info.number === table.number);
      if (holder === undefined) holders.set(table.number, table.name);
      else if (this.core.count(table) > 0) throw numberTaken(holder.info, table.name);
      else inTheWay.push(table);
    }
    const giveNext = nextNumbers(this.core.catalog.nextTableNumber(ns), holders);
    const moved = inTheWay.map((table) => renumbered(table, giveNext(table)));
    if (moved.length > 0) this.core.changeCatalog({ kind: "renumberTables", ns, tables: moved });
    const empty = wanted.filter(({ documents }) => documents === 0);
    for (const { info } of empty) if (!holders.has(info.number)) holders.set(info.number, info.name);
    return new Map(
      wanted.map(({ info }) => [info.name, holders.get(info.number) === info.name ? info.number : giveNext(info)]),
    );
  }

  // The ids of its documents hold the old number.
  #requireEmpty(ns: Namespace, name: string): void {
    const info = this.core.table(ns, name);
    if (info === undefined || this.core.count(info) === 0) return;
    throw new DeveloperError(
      "TableNumberConflict",
      `The ids to import into table "${name}" are not of this table. Import with --replace, or without ids.`,
    );
  }
}

function nextNumbers(first: number, holders: Map<number, string>): (table: TableInfo) => number {
  let next = Math.max(first, ...[...holders.keys()].map((number) => number + 1));
  return ({ name }) => {
    holders.set(next, name);
    return next++;
  };
}

function requireUsable(table: string, number: number): void {
  if (systemTableByNumber(number) === table) return;
  if (!isUserIdentifier(table)) throw new DeveloperError("InvalidTableName", `Invalid table name: "${table}".`);
  if (number < FIRST_USER_TABLE_NUMBER) {
    throw new DeveloperError("TableNumberConflict", `Table "${table}" cannot have number ${number}.`);
  }
}

function renumbered(table: TableInfo, number: number): TableInfo {
  return makeTable({ ...table, number, indexes: [...table.indexes.values()], searches: [...table.searches.values()] });
}

function numberTaken(table: TableInfo, holder: string): DeveloperError {
  return new DeveloperError(
    "TableNumberConflict",
    `The ids to import into table "${table.name}" hold table number ${table.number}, which belongs to table "${holder}". Import into an empty deployment, with --replace-all, or without ids.`,
  );
}
