import { getConvexSize, type Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { checkDocument, encodeDocument, nestingOf } from "../value/document.ts";
import { encodeId, generateIdBytes, tryDecodeId } from "../value/ids.ts";
import { isUserIdentifier } from "../value/names.ts";
import { checkValidator } from "../value/validator.ts";
import { FIRST_USER_TABLE_NUMBER, makeTable, systemTableByNumber, type TableInfo } from "./catalog.ts";
import { StoredDoc } from "./stored-doc.ts";
import type { TxCore } from "./tx-core.ts";
import type { ImportAccess, Namespace } from "./types.ts";

/** What imports may do: ids and creation times as given, no limits of a function's transaction, but the schema's rules. */
export class ImportRows implements ImportAccess {
  constructor(private readonly core: TxCore) {}

  clear(ns: Namespace, table: string): number {
    const info = this.core.table(ns, table);
    if (info === undefined) return 0;
    const scan = this.core.scan(info, info.byId, { lo: "", hi: "\xff" }, "asc");
    const docs: StoredDoc[] = [];
    for (let row = scan.next(); row !== null; row = scan.next()) docs.push(row.doc);
    for (const doc of docs) this.core.write(info, doc.idBytes, doc, null, false);
    return docs.length;
  }

  setNumbers(ns: Namespace, wanted: ReadonlyMap<string, number>): void {
    for (const [table, number] of wanted) {
      if (!isUserIdentifier(table)) throw new DeveloperError("InvalidTableName", `Invalid table name: "${table}".`);
      if (number < FIRST_USER_TABLE_NUMBER) {
        throw new DeveloperError("TableNumberConflict", `Table "${table}" cannot have number ${number}.`);
      }
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
    const { _id: givenId, _creationTime: givenTime, ...body } = value;
    const idBytes = givenId === undefined ? generateIdBytes(info.number, this.core.startMs) : idOf(givenId, info);
    const id = encodeId(idBytes);
    if (givenId !== undefined && this.core.readById(info, idBytes) !== null) {
      throw new DeveloperError("DocumentExists", `Document with ID "${id}" already exists in table "${table}"`);
    }
    const complete = { ...body, _id: id, _creationTime: creationTimeOf(givenTime, id) ?? this.core.nextCreationTime() };
    const size = getConvexSize(complete);
    checkDocument(complete, size, nestingOf(complete));
    this.#checkSchema(info, id, body);
    this.core.write(
      info,
      idBytes,
      null,
      new StoredDoc(info, idBytes, encodeDocument(complete), size, 0, complete),
      false,
    );
    return id;
  }

  #checkSchema(info: TableInfo, id: string, body: Record<string, Value>): void {
    if (info.documentType === null) return;
    const nameOf = (number: number) =>
      systemTableByNumber(number) ?? this.core.tableByNumber(info.ns, number)?.name ?? null;
    const problem = checkValidator(info.documentType, body, nameOf);
    if (problem === null) return;
    throw new DeveloperError(
      "SchemaEnforcementError",
      `Document with ID "${id}" in table "${info.name}" does not match the schema: ${problem}`,
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

function renumbered(table: TableInfo, number: number): TableInfo {
  return makeTable({ ...table, number, indexes: [...table.indexes.values()], searches: [...table.searches.values()] });
}

function numberTaken(table: TableInfo, holder: string): DeveloperError {
  return new DeveloperError(
    "TableNumberConflict",
    `The ids to import into table "${table.name}" hold table number ${table.number}, which belongs to table "${holder}". Import into an empty deployment, with --replace-all, or without ids.`,
  );
}

function idOf(given: Value, info: TableInfo): string {
  const id = typeof given === "string" ? tryDecodeId(given) : null;
  if (id !== null && id.tableNumber === info.number) return id.bytes;
  throw new DeveloperError("InvalidId", `${JSON.stringify(given)} is not an ID of table "${info.name}"`);
}

function creationTimeOf(given: Value | undefined, id: string): number | undefined {
  if (given === undefined || (typeof given === "number" && Number.isFinite(given) && given > 0)) return given;
  throw new DeveloperError("InvalidCreationTime", `The \`_creationTime\` of document "${id}" is not a time`);
}
