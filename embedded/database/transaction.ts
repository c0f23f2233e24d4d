import { getConvexSize, type JSONValue, type Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import {
  checkDocument, containsCommitTs, decodeValue, nestingOf, patched, systemFieldsSize, type DecodedValue,
} from "../value/document.ts"; // prettier-ignore
import { decodeId, encodeId, generateIdBytes, IdDecodeError, tryDecodeId, type DocumentId } from "../value/ids.ts";
import { displayValue } from "../value/display.ts";
import { fits } from "../value/fits.ts";
import { isUserIdentifier } from "../value/names.ts";
import { isObjectValue } from "../value/object-value.ts";
import { checkValidator } from "../value/validator.ts";
import { isSystemTableName, systemTableByNumber, type Catalog, type TableInfo } from "./catalog.ts";
import type { CursorCodec } from "./cursor.ts";
import { isUndefinedJson } from "./filter.ts";
import { ImportRows } from "./import-access.ts";
import { paginate } from "./paginate.ts";
import { parseQuery } from "./query-plan.ts";
import { QueryRun } from "./query-run.ts";
import { StoredDoc } from "./stored-doc.ts";
import { SystemRows } from "./system-rows.ts";
import { SYSTEM_TABLES } from "./system-tables.ts";
import { TxCore, type TransactionHost } from "./tx-core.ts";
import type {
  ImportAccess, Namespace, Page, PageRequest, QueryStream, Savepoint, StoredDocument, SystemAccess, Timestamp, Transaction,
} from "./types.ts"; // prettier-ignore

type WriteOperation = "patch" | "replace" | "delete";

const NONEXISTENT = { patch: "Update", replace: "Replace", delete: "Delete" };

/** What a document is to become. */
interface NewVersion {
  value: Record<string, Value>;
  size: number;
  nesting: number;
  hasCommitTs: boolean;
}

interface TransactionOptions {
  beginTs: Timestamp;
  startMs: number;
  readOnly: boolean;
  catalog: Catalog;
}

/** What functions see of a transaction: arguments checked, limits counted, errors worded as Convex words them. */
export class EngineTransaction implements Transaction {
  readonly core: TxCore;
  readonly system: SystemAccess;
  readonly imports: ImportAccess;

  constructor(
    host: TransactionHost,
    private readonly cursors: CursorCodec,
    options: TransactionOptions,
  ) {
    this.core = new TxCore(host, options.beginTs, options.startMs, options.readOnly, options.catalog);
    this.system = new SystemRows(this.core);
    this.imports = new ImportRows(this.core);
  }

  get beginTs(): Timestamp {
    return this.core.beginTs;
  }
  get startMs(): number {
    return this.core.startMs;
  }
  get readOnly(): boolean {
    return this.core.readOnly;
  }
  get reads() {
    return this.core.reads;
  }

  get(ns: Namespace, id: string, options: { table?: string; isSystem?: boolean } = {}): StoredDocument | null {
    const decoded = decodeArgument(id, "get");
    const systemName = systemTableByNumber(decoded.tableNumber);
    if (systemName !== null && SYSTEM_TABLES[systemName].readable && options.isSystem !== true) {
      throw invalidArgument("id", "get", "System tables can only be accessed with db.system.");
    }
    if (systemName === null && options.isSystem === true) {
      throw invalidArgument("id", "get", "User tables cannot be accessed with db.system.");
    }
    if (systemName !== null && !SYSTEM_TABLES[systemName].readable) return null;
    const table =
      systemName === null ? this.core.tableByNumber(ns, decoded.tableNumber) : this.core.table(ns, systemName);
    checkTableName(table?.name ?? systemName ?? undefined, options.table, "get");
    if (systemName === null) this.core.usage.addInterval();
    const doc = table === undefined ? null : this.core.readById(table, decoded.bytes);
    if (doc !== null && systemName === null) this.core.usage.addRead(doc.size);
    return doc;
  }

  insert(ns: Namespace, table: string, value: JSONValue): string {
    checkUserTableName(table);
    const creationTime = this.core.nextCreationTime();
    const decoded = decodeObjectArgument(value, "insert");
    for (const field of ["_id", "_creationTime"]) {
      if (Object.hasOwn(decoded.value, field)) {
        const what = field === "_id" ? "document ID" : "creation time";
        throw invalidArgument("value", "insert", `Provided ${what} ${shown(decoded.value[field])} in a new document`);
      }
    }
    const info = this.core.ensureTable(ns, table);
    const idBytes = generateIdBytes(info.number, this.core.startMs);
    const id = encodeId(idBytes);
    this.#checkSchema(info, decoded.value);
    const next: NewVersion = {
      value: { ...decoded.value, _id: id, _creationTime: creationTime },
      size: decoded.size + systemFieldsSize(id),
      nesting: decoded.nesting,
      hasCommitTs: decoded.hasCommitTs,
    };
    this.#write(info, idBytes, null, next);
    return id;
  }

  patch(ns: Namespace, id: string, value: JSONValue, table?: string): StoredDocument {
    const { info, doc } = this.#load(ns, id, "patch", table);
    const { removed, set } = splitPatch(value);
    const decoded = decodeObjectArgument(set, "patch");
    checkSystemFields(decoded.value, doc, "patch");
    const next = patched(doc.value, decoded.value, removed);
    // What stays was checked when it was written, or when the schema came.
    if (!this.#fitsPatch(info, decoded.value, removed)) this.#checkSchema(info, withoutSystemFields(next));
    return this.#write(info, doc.idBytes, doc, measured(next, containsCommitTs(next)));
  }

  replace(ns: Namespace, id: string, value: JSONValue, table?: string): StoredDocument {
    const { info, doc } = this.#load(ns, id, "replace", table);
    const decoded = decodeObjectArgument(value, "replace");
    checkSystemFields(decoded.value, doc, "replace");
    this.#checkSchema(info, withoutSystemFields(decoded.value));
    return this.#write(info, doc.idBytes, doc, measured(restoreSystemFields(decoded.value, doc), decoded.hasCommitTs));
  }

  remove(ns: Namespace, id: string, table?: string): StoredDocument {
    const { info, doc } = this.#load(ns, id, "delete", table);
    this.core.usage.addWrite(doc.idBytes.length);
    this.core.write(info, doc.idBytes, doc, null, false);
    return doc;
  }

  openQuery(ns: Namespace, query: JSONValue): QueryStream {
    return new QueryRun(this.core, ns, parseQuery(query));
  }

  paginate(ns: Namespace, request: PageRequest): Page {
    return paginate(this.core, this.cursors, ns, request);
  }

  count(ns: Namespace, table: string): number {
    const info = this.core.table(ns, table);
    if (!table.startsWith("_")) this.core.usage.addInterval();
    return info === undefined ? 0 : this.core.count(info);
  }

  normalizeId(ns: Namespace, table: string, id: string): string | null {
    const decoded = tryDecodeId(id);
    if (decoded === null) return null;
    if (isSystemTableName(table)) {
      const { readable, number } = SYSTEM_TABLES[table];
      return readable && number === decoded.tableNumber ? id : null;
    }
    return this.tableNumber(ns, table) === decoded.tableNumber ? id : null;
  }

  tableNumber(ns: Namespace, table: string): number | null {
    if (isSystemTableName(table)) return SYSTEM_TABLES[table].number;
    return this.core.table(ns, table)?.number ?? null;
  }

  tableName(ns: Namespace, number: number): string | null {
    return systemTableByNumber(number) ?? this.core.tableByNumber(ns, number)?.name ?? null;
  }

  listTables(ns: Namespace): string[] {
    return this.core.listTables(ns);
  }

  savepoint(): Savepoint {
    return this.core.savepoint();
  }

  rollbackTo(savepoint: Savepoint): void {
    this.core.rollbackTo(savepoint);
  }

  noteScheduled(argsBytes: number): void {
    this.core.usage.addScheduled(argsBytes);
  }

  warnings(): string[] {
    return this.core.usage.warnings();
  }

  metrics(): Record<string, { used: number; remaining: number }> {
    return this.core.usage.metrics();
  }

  /** The document a write is about. Throws when the id is of no table or document here. */
  #load(ns: Namespace, id: string, operation: WriteOperation, wanted: string | undefined) {
    const decoded = decodeArgument(id, operation);
    const systemName = systemTableByNumber(decoded.tableNumber);
    if (systemName !== null && SYSTEM_TABLES[systemName].readable) throw readOnlyTable(systemName);
    const info = systemName === null ? this.core.tableByNumber(ns, decoded.tableNumber) : undefined;
    if (info === undefined) throw new DeveloperError("TableNotFound", `Table for ID "${id}" not found`);
    checkTableName(info.name, wanted, operation);
    this.core.usage.addInterval();
    const doc = this.core.readById(info, decoded.bytes);
    if (doc === null) {
      throw new DeveloperError("NonexistentDocument", `${NONEXISTENT[operation]} on nonexistent document ID ${id}`);
    }
    this.core.usage.addRead(doc.size);
    // Also for writes: schema and indexes come with the table.
    this.core.table(ns, info.name);
    return { info, doc };
  }

  #checkSchema(info: TableInfo, body: Record<string, Value | undefined>): void {
    if (info.documentType === null) return;
    const problem = checkValidator(info.documentType, body, (number) => this.tableName(info.ns, number));
    if (problem === null) return;
    throw new DeveloperError(
      "SchemaEnforcementError",
      `Failed to insert or update a document in table "${info.name}" because it does not match the schema: ${problem}`,
    );
  }

  /** Whether a document that fits the schema still does with these fields set and removed; false where it takes a closer look. */
  #fitsPatch({ documentType, ns }: TableInfo, set: Record<string, Value>, removed: readonly string[]): boolean {
    if (documentType?.type !== "object") return documentType === null;
    const types = documentType.value;
    const isFitting = (name: string, value: Value) => {
      if (name === "_id" || name === "_creationTime") return true;
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      return type !== undefined && fits(type.fieldType, value, (number) => this.tableName(ns, number));
    };
    return (
      removed.every((name) => Object.hasOwn(types, name) && types[name]?.optional === true) &&
      Object.entries(set).every(([name, value]) => isFitting(name, value))
    );
  }

  #write(info: TableInfo, idBytes: string, current: StoredDoc | null, version: NewVersion): StoredDoc {
    const { value, size, nesting, hasCommitTs } = version;
    checkDocument(value, size, nesting);
    this.core.usage.addWrite(size);
    this.core.usage.noteDocument(() => encodeId(idBytes), size, nesting);
    const next = new StoredDoc(info, idBytes, null, size, current?.rowid ?? 0, value);
    this.core.write(info, idBytes, current, next, hasCommitTs);
    return next;
  }
}

function decodeArgument(id: string, operation: "get" | WriteOperation): DocumentId {
  try {
    return decodeId(id);
  } catch (error) {
    if (error instanceof IdDecodeError) throw invalidArgument("id", operation, error.message);
    throw error;
  }
}

function decodeObjectArgument(json: JSONValue, operation: "insert" | "patch" | "replace"): NewVersion {
  let decoded: DecodedValue;
  try {
    decoded = decodeValue(json);
  } catch (error) {
    if (error instanceof DeveloperError) throw invalidArgument("value", operation, error.message, error.code);
    throw error;
  }
  const { value } = decoded;
  if (!isObjectValue(value)) throw invalidArgument("value", operation, "Value must be an Object");
  const { size, nesting, hasCommitTs } = decoded;
  return { value: value as Record<string, Value>, size, nesting, hasCommitTs };
}

function measured(value: Record<string, Value>, hasCommitTs: boolean): NewVersion {
  return { value, size: getConvexSize(value), nesting: nestingOf(value), hasCommitTs };
}

/** Separates the fields to remove (`{"$undefined": null}`) from those to set. */
function splitPatch(json: JSONValue): { removed: string[]; set: JSONValue } {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return { removed: [], set: json };
  const removed = Object.keys(json).filter((field) => isUndefinedJson(json[field] ?? null));
  if (removed.length === 0) return { removed, set: json };
  for (const field of removed) {
    if (field === "_id" || field === "_creationTime") {
      throw invalidArgument("value", "patch", `The system field \`${field}\` cannot be removed`);
    }
  }
  return { removed, set: Object.fromEntries(Object.entries(json).filter(([field]) => !removed.includes(field))) };
}

function checkSystemFields(value: Record<string, Value>, doc: StoredDoc, operation: WriteOperation): void {
  if (Object.hasOwn(value, "_id") && value["_id"] !== doc.id) {
    throw invalidArgument(
      "value",
      operation,
      `Provided document ID ${shown(value["_id"])} doesn't match '_id' field "${doc.id}"`,
    );
  }
  if (Object.hasOwn(value, "_creationTime") && value["_creationTime"] !== doc.creationTime) {
    throw invalidArgument(
      "value",
      operation,
      `Provided creation time ${shown(value["_creationTime"])} doesn't match '_creationTime' field ${doc.creationTime}`,
    );
  }
}

function shown(value: Value | undefined): string {
  return displayValue(value ?? null);
}

function withoutSystemFields(value: Record<string, Value>): Record<string, Value> {
  const { _id, _creationTime, ...body } = value;
  return body;
}

function restoreSystemFields(value: Record<string, Value>, doc: StoredDoc): Record<string, Value> {
  return { ...value, _id: doc.id, _creationTime: doc.creationTime };
}

function checkTableName(actual: string | undefined, wanted: string | undefined, operation: string): void {
  if (wanted === undefined || actual === undefined || wanted === actual) return;
  throw invalidArgument("id", operation, `expected to be an Id<"${wanted}">, got Id<"${actual}"> instead.`);
}

function checkUserTableName(table: string): void {
  if (isSystemTableName(table) && SYSTEM_TABLES[table].readable) throw readOnlyTable(table);
  if (table.startsWith("_")) {
    throw new DeveloperError("InvalidTableName", `Invalid table name ${table} starts with metadata prefix '_'`);
  }
  if (!isUserIdentifier(table)) {
    throw new DeveloperError(
      "InvalidTableName",
      `Invalid table name: "${table}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
    );
  }
}

function readOnlyTable(table: string): DeveloperError {
  return new DeveloperError("ReadOnlyTable", `${table} is a read-only table`);
}

function invalidArgument(argument: string, operation: string, cause: string, code = "InvalidArgument"): DeveloperError {
  return new DeveloperError(code, `Invalid argument \`${argument}\` for \`db.${operation}\`: ${cause}`);
}
