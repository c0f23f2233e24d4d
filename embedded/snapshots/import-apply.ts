import type { Value } from "convex/values";
import type { Namespace, Transaction } from "../database/types.ts";
import { SYSTEM_TABLES } from "../database/system-tables.ts";
import { DeveloperError } from "../errors.ts";
import { readDeployment } from "../functions/deployment.ts";
import { deleteFile } from "../storage/file-rows.ts";
import type { StoredBytes } from "../storage/file-store.ts";
import { tryDecodeId } from "../value/ids.ts";
import type { ImportFile, ImportSource, ImportTable } from "./import-source.ts";

export const IMPORT_MODES = ["requireEmpty", "append", "replace", "replaceAll"] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** What an import would do to one table. */
export interface TableChange {
  component: Namespace;
  /** `_storage` for files. */
  table: string;
  create: number;
  delete: number;
  /** Documents there now. */
  existing: number;
}

/** Reads all of the source, so that whatever cannot be read is known before anything changes. */
export async function countDocuments(source: ImportSource): Promise<Map<ImportTable, number>> {
  const counts = new Map<ImportTable, number>();
  for (const table of source.tables) {
    let count = 0;
    for await (const document of table.documents()) {
      requireId(document["_id"]);
      count++;
    }
    counts.set(table, count);
  }
  for (const { id } of source.files) {
    if (tryDecodeId(id)?.tableNumber !== SYSTEM_TABLES._storage.number) {
      throw new DeveloperError("InvalidId", `"${id}" is not an ID of table "_storage" on this deployment.`);
    }
  }
  return counts;
}

function requireId(id: Value | undefined): void {
  if (id === undefined || (typeof id === "string" && tryDecodeId(id) !== null)) return;
  throw new DeveloperError("InvalidId", `${JSON.stringify(id)} is not an ID.`);
}

/** Compares the source with what is there. Throws DeveloperError when the mode does not allow it. */
export function planChanges(
  tx: Transaction,
  source: ImportSource,
  counts: ReadonlyMap<ImportTable, number>,
  mode: ImportMode,
  base: Namespace,
): TableChange[] {
  const known = knownComponents(tx);
  const components = [...new Set([...source.tables, ...source.files].map(({ component }) => component))];
  for (const component of components) {
    if (!known.has(component)) {
      throw new DeveloperError("ComponentNotFound", `Component "${component}" is not installed on this deployment.`);
    }
  }
  const change = (component: Namespace, table: string, create: number): TableChange => {
    const existing = tx.count(component, table);
    if (mode === "requireEmpty" && existing > 0) {
      throw new DeveloperError(
        "TableNotEmpty",
        `Table ${table} already exists. Please choose a new table name, or use replace/append modes.`,
      );
    }
    const isReplaced = mode === "replace" || mode === "replaceAll";
    return { component, table, create, delete: isReplaced ? existing : 0, existing };
  };
  const changes = source.tables.map((table) => change(table.component, table.table, counts.get(table) ?? 0));
  for (const component of components) {
    const count = source.files.filter((file) => file.component === component).length;
    if (count > 0) changes.push(change(component, "_storage", count));
  }
  if (mode !== "replaceAll") return changes;
  const named = new Set(changes.map(({ component, table }) => `${component} ${table}`));
  const below = [...known].filter((path) => base === "" || path === base || path.startsWith(`${base}/`));
  const others = below.flatMap((component) =>
    tx
      .listTables(component)
      .filter((table) => !named.has(`${component} ${table}`))
      .map((table) => change(component, table, 0)),
  );
  return [...changes, ...others.filter(({ existing }) => existing > 0)];
}

function knownComponents(tx: Transaction): Set<Namespace> {
  return new Set(["", ...(readDeployment(tx)?.components.map(({ path }) => path) ?? [])]);
}

/** The summary that `convex import` shows before it asks. */
export function changeSummary(changes: readonly TableChange[]): string {
  const rows = changes.map(({ component, table, create, delete: deleted, existing }) => [
    component === "" ? table : `${component}/${table}`,
    String(create),
    `${deleted} of ${existing}`,
  ]);
  const table = [["table", "create", "delete"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  return [
    "Import change summary:",
    lines[0],
    "-".repeat(lines[0]?.length ?? 0),
    ...lines.slice(1),
    "Once the import has started, it will run in the background.",
    "Interrupting `npx convex import` will not cancel it.",
  ].join("\n");
}

export interface LoadedTable {
  component: Namespace;
  table: string;
  number: number | null;
  documents: Record<string, Value>[];
}

export async function loadTables(source: ImportSource): Promise<LoadedTable[]> {
  const loaded: LoadedTable[] = [];
  for (const { component, table, number, documents: read } of source.tables) {
    const documents: Record<string, Value>[] = [];
    for await (const document of read()) documents.push(document);
    loaded.push({ component, table, number, documents });
  }
  return loaded;
}

/** Carries the changes out in one transaction. Answers the documents written and the files whose bytes are obsolete. */
export function applyImport(
  tx: Transaction,
  changes: readonly TableChange[],
  tables: readonly LoadedTable[],
  files: readonly { file: ImportFile; bytes: StoredBytes }[],
): { written: number; obsolete: string[] } {
  const obsolete: string[] = [];
  for (const { component, table, delete: deleted } of changes) {
    if (deleted === 0) continue;
    if (table === "_storage") obsolete.push(...clearFiles(tx, component));
    else tx.imports.clear(component, table);
  }
  for (const [component, numbers] of wantedNumbers(tx, changes, tables)) tx.imports.setNumbers(component, numbers);
  let written = 0;
  for (const { component, table, documents } of tables) {
    for (const document of documents) tx.imports.insert(component, table, document);
    written += documents.length;
  }
  for (const { file, bytes } of files) insertFile(tx, file, bytes);
  return { written: written + files.length, obsolete };
}

// The number inside the ids decides; without ids that of the archive.
function wantedNumbers(
  tx: Transaction,
  changes: readonly TableChange[],
  tables: readonly LoadedTable[],
): Map<Namespace, Map<string, number>> {
  const wanted = new Map<Namespace, Map<string, number>>();
  for (const { component, table, number, documents } of tables) {
    const id = documents.find((document) => document["_id"] !== undefined)?.["_id"];
    const fromId = typeof id === "string" ? tryDecodeId(id)?.tableNumber : undefined;
    const numbers = wanted.get(component) ?? new Map<string, number>();
    const current = tx.tableNumber(component, table);
    // An empty table's number in an archive binds nothing once the table exists.
    const next = fromId ?? current ?? number;
    if (next !== null && next !== undefined) numbers.set(table, next);
    wanted.set(component, numbers);
  }
  for (const [component, numbers] of wanted) giveWay(tx, component, changes, numbers);
  return wanted;
}

/** Tables that are empty after the import, and whose number another one needs, get a new one. */
function giveWay(tx: Transaction, component: Namespace, changes: readonly TableChange[], numbers: Map<string, number>) {
  const taken = new Set(numbers.values());
  let next = Math.max(0, ...taken);
  const names = tx.listTables(component);
  for (const name of names) next = Math.max(next, tx.tableNumber(component, name) ?? 0);
  for (const name of names) {
    const number = tx.tableNumber(component, name);
    if (numbers.has(name) || number === null || !taken.has(number)) continue;
    const cleared = changes.find((change) => change.component === component && change.table === name);
    const isEmpty = cleared === undefined ? tx.count(component, name) === 0 : cleared.create === 0;
    if (isEmpty) numbers.set(name, ++next);
  }
}

function clearFiles(tx: Transaction, component: Namespace): string[] {
  const rows = tx.system.rows(component, "_storage", "by_creation_time", []);
  return rows.flatMap(({ id }) => deleteFile(tx, component, id)?.uuid ?? []);
}

function insertFile(tx: Transaction, file: ImportFile, { uuid, sha256, size }: StoredBytes): void {
  if (tx.system.get(file.component, file.id) !== null) {
    throw new DeveloperError("DocumentExists", `A file with ID "${file.id}" already exists.`);
  }
  tx.system.insert(file.component, "_storage", {
    _id: file.id,
    _creationTime: file.creationTime ?? undefined,
    sha256,
    size,
    contentType: file.contentType ?? undefined,
  });
  tx.system.insert(file.component, "_file_storage", { storageId: file.id, uuid });
}
