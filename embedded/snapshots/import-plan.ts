import type { Value } from "convex/values";
import type { Namespace, Transaction } from "../database/types.ts";
import { SYSTEM_TABLES } from "../database/system-tables.ts";
import { DeveloperError } from "../errors.ts";
import { readDeployment } from "../functions/deployment.ts";
import { Slices } from "../slices.ts";
import { tryDecodeId } from "../value/ids.ts";
import type { ImportSource } from "./import-source.ts";

export const IMPORT_MODES = ["requireEmpty", "append", "replace", "replaceAll"] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** A table of the source as it was read once. */
interface PlannedTable {
  component: Namespace;
  table: string;
  documents: number;
  /** Table number inside its documents' ids; null when they bring none. */
  idNumber: number | null;
  /** As an archive says. */
  archiveNumber: number | null;
}

/** What is in the source, in its order; kept with the import, so that it need not be read again. */
export interface ImportPlan {
  tables: PlannedTable[];
  files: { component: Namespace; count: number }[];
}

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

/** Reads all of the source, so that whatever cannot be read is known before anything changes. Throws DeveloperError. */
export async function planImport(source: ImportSource, signal: AbortSignal): Promise<ImportPlan> {
  const slices = new Slices();
  const tables: PlannedTable[] = [];
  for (const { component, table, number, documents } of source.tables) {
    const planned: PlannedTable = { component, table, documents: 0, idNumber: null, archiveNumber: number };
    for await (const document of documents()) {
      planned.idNumber ??= numberIn(document["_id"]);
      planned.documents++;
      if (!slices.mayGoOn()) await slices.pause();
      signal.throwIfAborted();
    }
    tables.push(planned);
  }
  for (const { id } of source.files) {
    if (tryDecodeId(id)?.tableNumber !== SYSTEM_TABLES._storage.number) {
      throw new DeveloperError("InvalidId", `"${id}" is not an ID of table "_storage" on this deployment.`);
    }
  }
  const components = [...new Set(source.files.map(({ component }) => component))];
  const count = (component: Namespace) => source.files.filter((file) => file.component === component).length;
  return { tables, files: components.map((component) => ({ component, count: count(component) })) };
}

function numberIn(id: Value | undefined): number | null {
  if (id === undefined) return null;
  const decoded = typeof id === "string" ? tryDecodeId(id) : null;
  if (decoded === null) throw new DeveloperError("InvalidId", `${JSON.stringify(id)} is not an ID.`);
  return decoded.tableNumber;
}

/** Compares the plan with what is there. Throws DeveloperError when the mode does not allow it. */
export function planChanges(tx: Transaction, plan: ImportPlan, mode: ImportMode, base: Namespace): TableChange[] {
  const known = knownComponents(tx);
  for (const { component } of [...plan.tables, ...plan.files]) {
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
  const changes = [
    ...plan.tables.map(({ component, table, documents }) => change(component, table, documents)),
    ...plan.files.map(({ component, count }) => change(component, "_storage", count)),
  ];
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
