import type { StoredDocument } from "../database/types.ts";

function unexpected(row: StoredDocument, field: string): Error {
  return new Error(`Row ${row.id} of ${row.table} has no valid "${field}"`);
}

/** A text field of a system row. Another type there is a mistake of the backend's own. */
export function textField(row: StoredDocument, field: string): string {
  const value = row.value[field];
  if (typeof value !== "string") throw unexpected(row, field);
  return value;
}

/** The same for a number. */
export function numberField(row: StoredDocument, field: string): number {
  const value = row.value[field];
  if (typeof value !== "number") throw unexpected(row, field);
  return value;
}
