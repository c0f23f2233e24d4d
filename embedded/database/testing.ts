import type { JSONValue, Value } from "convex/values";
import { convexToJson } from "convex/values";
import { ManualClock } from "../clock.ts";
import { openDatabase } from "./open.ts";
import type { Database, SchemaJson, StoredDocument, TableJson, Transaction } from "./types.ts";

export const TEST_START_MS = 1_760_000_000_000;

/** A database on its own manual clock; in memory unless a path is given. */
export function openTestDatabase(path = ":memory:"): { db: Database; clock: ManualClock } {
  const clock = new ManualClock(TEST_START_MS);
  return { db: openDatabase({ path, clock }), clock };
}

/** Runs `change` in a transaction that must commit; returns its result. */
export function write<T>(db: Database, change: (tx: Transaction) => T, writer = "test:write"): T {
  const tx = db.begin();
  const result = change(tx);
  const outcome = db.commit(tx, writer);
  if (outcome.kind !== "committed") throw new Error(`Conflict on ${outcome.table}`);
  return result;
}

/** Runs `look` on a read-only snapshot. */
export function read<T>(db: Database, look: (tx: Transaction) => T): T {
  const tx = db.begin({ readOnly: true });
  try {
    return look(tx);
  } finally {
    db.abandon(tx);
  }
}

export type RangeStep = ["Eq" | "Gt" | "Gte" | "Lt" | "Lte", string, Value | undefined];

export function scanQuery(tableName: string, order: "asc" | "desc" = "asc", operators: JSONValue[] = []): JSONValue {
  return { source: { type: "FullTableScan", tableName, order }, operators };
}

export function rangeQuery(
  indexName: string,
  steps: readonly RangeStep[],
  order: "asc" | "desc" = "asc",
  operators: JSONValue[] = [],
): JSONValue {
  const range = steps.map(([type, fieldPath, value]) => ({ type, fieldPath, value: jsonOrUndefined(value) }));
  return { source: { type: "IndexRange", indexName, range, order }, operators };
}

export function searchQuery(
  indexName: string,
  searchField: string,
  text: string,
  equals: Record<string, Value | undefined> = {},
): JSONValue {
  const filters: JSONValue[] = [{ type: "Search", fieldPath: searchField, value: text }];
  for (const [fieldPath, value] of Object.entries(equals)) {
    filters.push({ type: "Eq", fieldPath, value: jsonOrUndefined(value) });
  }
  return { source: { type: "Search", indexName, filters }, operators: [] };
}

/** Every document of the query. */
export function collect(tx: Transaction, query: JSONValue, ns = ""): StoredDocument[] {
  const stream = tx.openQuery(ns, query);
  const docs: StoredDocument[] = [];
  for (let doc = stream.next(); doc !== null; doc = stream.next()) docs.push(doc);
  return docs;
}

function jsonOrUndefined(value: Value | undefined): JSONValue {
  return value === undefined ? { $undefined: null } : convexToJson(value);
}

/** A table definition with defaults: no indexes, any document. */
export function tableJson(tableName: string, parts: Partial<TableJson> = {}): TableJson {
  return { tableName, indexes: [], searchIndexes: [], documentType: { type: "any" }, ...parts };
}

export function schemaJson(...tables: TableJson[]): SchemaJson {
  return { schemaValidation: true, tables };
}

/** Prepares and activates a schema; throws with the reason when the push is refused. */
export async function push(db: Database, schema: SchemaJson | null, ns = ""): Promise<void> {
  const outcome = await db.prepareSchema(ns, schema).done;
  if (!outcome.ok) throw new Error(outcome.error);
  write(db, (tx) => db.activateSchema(tx, ns, schema), "test:push");
}
