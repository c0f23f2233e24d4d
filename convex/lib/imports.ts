import { literals } from "convex-helpers/validators";
import type { Infer } from "convex/values";
import { appError } from "./errors";
import { DAY_MS } from "./time";

// What imports of files have in common: a dry run, then batches, then (where there is a way back) the undo.

export const IMPORT_STATES = ["reading", "checked", "applying", "applied", "undoing", "undone"] as const;
export const vImportState = literals(...IMPORT_STATES);
type ImportState = Infer<typeof vImportState>;

/** How long the lines of an import are kept. */
export const IMPORT_ROWS_KEPT_MS = 30 * DAY_MS;

const MAX_FILE_NAME_CHARS = 200;

/** How a file is called in lists. */
export function importName(fileName: string): string {
  return fileName.trim().slice(0, MAX_FILE_NAME_CHARS) || "CSV";
}

/** For an import whose lines, and with them what it wrote, are not known any more. */
export function tooOldToUndo() {
  return appError("conflict", "This import is too old to be undone.", { field: "importId" });
}

/** Throws `conflict` for an import in another state. */
export function requireImportState(found: { state: ImportState }, state: ImportState): void {
  if (found.state === state) return;
  throw appError("conflict", `This import is ${found.state}.`, { field: "importId" });
}
