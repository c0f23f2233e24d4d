import type { JSONValue, Value } from "convex/values";
import type { Namespace, StoredDocument, Transaction } from "../database/types.ts";
import { textField } from "../functions/row-fields.ts";
import { tryDecodeId } from "../value/ids.ts";
import type { ImportMode, ImportPlan } from "./import-plan.ts";
import type { ImportFormat } from "./import-source.ts";

const TABLE = "_snapshot_imports";
const LISTED = 100;

/** The states of convex-facts c.1, `convex import`. */
export type ImportState =
  | { state: "uploaded" }
  | { state: "waiting_for_confirmation"; message_to_confirm: string; require_manual_confirmation: boolean }
  | { state: "in_progress"; progress_message: string; checkpoint_messages: string[] }
  | { state: "completed"; num_rows_written: bigint }
  | { state: "failed"; error_message: string };

/** One import as its row tells it: enough to go on after a restart. */
export interface ImportJob {
  id: string;
  uploadToken: string;
  format: ImportFormat;
  mode: ImportMode;
  component: Namespace;
  table: string | null;
  /** Null until the upload has been read. */
  plan: ImportPlan | null;
  /** Of an append: how many documents and files are in already, in the order of the source. */
  appended: number;
  /** How often it was taken up after a restart since it last got on. */
  resumes: number;
  state: ImportState;
  /** When it was registered. */
  createdMs: number;
}

/** Registers an upload; answers the import's id. */
export function insertImport(
  tx: Transaction,
  {
    uploadToken,
    format,
    mode,
    component,
    table,
  }: Pick<ImportJob, "uploadToken" | "format" | "mode" | "component" | "table">,
): string {
  const fields = { format, mode, component_path: component, table_name: table, upload_token: uploadToken };
  return tx.system.insert("", TABLE, { ...fields, appended: 0, resumes: 0, state: { state: "uploaded" } });
}

/** Writes what is given. */
export function patchImport(
  tx: Transaction,
  id: string,
  { state, plan, ...counts }: Partial<Pick<ImportJob, "state" | "plan" | "appended" | "resumes">>,
): void {
  tx.system.patch("", id, {
    ...counts,
    ...(state === undefined ? {} : { state: state as unknown as Value }),
    ...(plan === undefined ? {} : { plan: JSON.stringify(plan) }),
  });
}

/** Every import that is neither completed nor failed, oldest first. */
export function unfinishedImports(tx: Transaction): ImportJob[] {
  return tx.system
    .rows("", TABLE, "by_creation_time", [])
    .filter((row) => !["completed", "failed"].includes(stateOf(row).state))
    .map(jobOf);
}

/** One import, or null for an id that is none. */
export function readImport(tx: Transaction, id: string): ImportJob | null {
  const row = rowOf(tx, id);
  return row === null ? null : jobOf(row);
}

/** What `_system/cli/queryImport` answers: null for an id that is no import's. */
export function findImport(tx: Transaction, id: string): JSONValue {
  const row = rowOf(tx, id);
  return row === null ? null : shownOf(row);
}

/** What `_system/cli/queryImport:list` answers: the newest imports first. */
export function listImports(tx: Transaction): JSONValue[] {
  return tx.system.rows("", TABLE, "by_creation_time", [], { order: "desc", limit: LISTED }).map(shownOf);
}

function rowOf(tx: Transaction, id: string): StoredDocument | null {
  const row = tryDecodeId(id) === null ? null : tx.system.get("", id);
  return row?.table === TABLE ? row : null;
}

function jobOf(row: StoredDocument): ImportJob {
  const { plan, table_name: table, upload_token: token, appended, resumes } = row.value;
  return {
    id: row.id,
    // Rows of before imports could be taken up again have none.
    uploadToken: typeof token === "string" ? token : "",
    format: textField(row, "format") as ImportFormat,
    mode: textField(row, "mode") as ImportMode,
    component: textField(row, "component_path"),
    table: typeof table === "string" ? table : null,
    plan: typeof plan === "string" ? (JSON.parse(plan) as ImportPlan) : null,
    appended: typeof appended === "number" ? appended : 0,
    resumes: typeof resumes === "number" ? resumes : 0,
    state: stateOf(row),
    createdMs: Number(row.value["_creationTime"]),
  };
}

function stateOf(row: StoredDocument): ImportState {
  return row.value["state"] as unknown as ImportState;
}

/** Without what is the backend's own. */
function shownOf(row: StoredDocument): JSONValue {
  const shown = JSON.parse(row.json) as Record<string, JSONValue>;
  for (const field of ["plan", "upload_token", "appended", "resumes"]) delete shown[field];
  return shown;
}
