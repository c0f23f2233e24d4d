import type { JSONValue } from "convex/values";
import { diffIndexes } from "../database/schema-diff.ts";
import type { Database, Namespace, SchemaJson, TableJson, Transaction } from "../database/types.ts";

// Documents looked at to estimate a table's size; the CLI warns at 128 MiB, so the order of magnitude is enough.
const SAMPLE_ROWS = 100;

type IndexChange = "added" | "identical" | "enabled" | "disabled" | "dropped";

/** A component's schema as a push would bring it. */
export interface NextSchema {
  path: Namespace;
  definitionPath: string;
  schema: SchemaJson | null;
}

/** `evaluate_schema` (convex-facts c.3): what a push would check and build, and how much of it there is. */
export function evaluateSchemas(
  database: Pick<Database, "schemaOf">,
  tx: Transaction,
  components: readonly NextSchema[],
  knownDefinitions: ReadonlySet<string>,
): JSONValue {
  const evaluations = components.map(({ path, definitionPath, schema }): [string, JSONValue] => {
    const before = database.schemaOf(path);
    return [
      path,
      {
        definitionPath,
        schemaValidation: schema?.schemaValidation ?? false,
        tables: (schema?.tables ?? []).map((table) => evaluateTable(tx, path, before, schema, table)),
        indexes: evaluateIndexes(tx, path, before, schema),
        discardedStagedValidators: [],
      },
    ];
  });
  const definitions = new Set(components.map(({ definitionPath }) => definitionPath));
  return {
    componentSchemaEvaluations: Object.fromEntries(evaluations),
    newComponentDefinitions: [...definitions].filter((path) => !knownDefinitions.has(path)),
  };
}

function evaluateTable(
  tx: Transaction,
  ns: Namespace,
  before: SchemaJson | null,
  schema: SchemaJson | null,
  { tableName, documentType }: TableJson,
): JSONValue {
  const numDocs = tx.count(ns, tableName);
  return {
    name: tableName,
    outcome: outcomeOf(before, schema, tableName, documentType, numDocs),
    numDocs,
    sizeBytes: estimatedBytes(tx, ns, tableName, numDocs),
  };
}

function outcomeOf(
  before: SchemaJson | null,
  schema: SchemaJson | null,
  tableName: string,
  documentType: JSONValue,
  numDocs: number,
): "notValidated" | "supersetOfEnforced" | "supersetOfShape" | "mustWalk" {
  const isAny = (documentType as { type?: JSONValue }).type === "any";
  if (schema?.schemaValidation !== true || isAny) return "notValidated";
  const enforced =
    before?.schemaValidation === true ? before.tables.find((table) => table.tableName === tableName) : undefined;
  if (JSON.stringify(enforced?.documentType) === JSON.stringify(documentType)) return "supersetOfEnforced";
  return numDocs === 0 ? "supersetOfShape" : "mustWalk";
}

function evaluateIndexes(
  tx: Transaction,
  ns: Namespace,
  before: SchemaJson | null,
  schema: SchemaJson | null,
): JSONValue[] {
  const diff = diffIndexes(before, schema);
  const changed = new Map<string, IndexChange>();
  const note = (indexes: readonly JSONValue[] | undefined, change: IndexChange) =>
    indexes?.forEach((index) => changed.set(nameOf(index), change));
  note(diff.added_indexes, "added");
  note(diff.enabled_indexes, "enabled");
  note(diff.disabled_indexes, "disabled");
  const predict = (index: JSONValue, change: IndexChange): JSONValue => {
    const numDocs = tx.count(ns, nameOf(index).split(".")[0] ?? "");
    return {
      ...(index as Record<string, JSONValue>),
      change,
      needsBackfill: change === "added" && numDocs > 0,
      numDocs,
    };
  };
  // Compared with nothing, every index is an added one.
  const all = diffIndexes(null, schema).added_indexes;
  return [
    ...all.map((index) => predict(index, changed.get(nameOf(index)) ?? "identical")),
    ...diff.removed_indexes.map((index) => predict(index, "dropped")),
  ];
}

function nameOf(index: JSONValue): string {
  const name = (index as { name?: JSONValue }).name;
  return typeof name === "string" ? name : "";
}

function estimatedBytes(tx: Transaction, ns: Namespace, table: string, numDocs: number): number {
  const sample = tx.system.rows(ns, table, "by_creation_time", [], { limit: SAMPLE_ROWS });
  if (sample.length === 0) return 0;
  const bytes = sample.reduce((sum, { json }) => sum + json.length, 0);
  return Math.round((bytes / sample.length) * numDocs);
}
