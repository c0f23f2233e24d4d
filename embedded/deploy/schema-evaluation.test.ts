import type { JSONValue } from "convex/values";
import { beforeEach, expect, test } from "vitest";
import { openTestDatabase, push, read, schemaJson, tableJson, write } from "../database/testing.ts";
import type { Database, SchemaJson } from "../database/types.ts";
import { evaluateSchemas } from "./schema-evaluation.ts";

let db: Database;

const type = (field: string): JSONValue => ({
  type: "object",
  value: {
    n: { fieldType: { type: field }, optional: false },
    m: { fieldType: { type: "number" }, optional: true },
  },
});
const byN = { indexDescriptor: "by_n", fields: ["n"] };
const before = schemaJson(
  tableJson("full", { documentType: type("number"), indexes: [byN, { indexDescriptor: "old", fields: ["m"] }] }),
  tableJson("empty", { documentType: type("number"), stagedDbIndexes: [byN] }),
);

beforeEach(async () => {
  ({ db } = openTestDatabase());
  await push(db, before);
  write(db, (tx) => [1, 2, 3].forEach((n) => tx.insert("", "full", { n })));
});

interface Evaluation {
  tables: { name: string; outcome: string; numDocs: number; sizeBytes: number }[];
  indexes: { name: string; change: string; needsBackfill: boolean; numDocs: number }[];
}

function evaluate(schema: SchemaJson | null): Evaluation {
  const answer = read(db, (tx) => evaluateSchemas(db, tx, [{ path: "", definitionPath: "", schema }], new Set()));
  const { componentSchemaEvaluations } = answer as unknown as {
    componentSchemaEvaluations: Record<string, Evaluation>;
  };
  return componentSchemaEvaluations[""] ?? { tables: [], indexes: [] };
}

test("says which tables must be read again", () => {
  const outcomes = (schema: SchemaJson) => evaluate(schema).tables.map(({ name, outcome }) => [name, outcome]);
  expect(outcomes(before)).toEqual([["full", "supersetOfEnforced"], ["empty", "supersetOfEnforced"]]); // prettier-ignore
  const changed = schemaJson(
    tableJson("full", { documentType: type("any") }),
    tableJson("empty", { documentType: type("string") }),
    tableJson("free", { documentType: { type: "any" } }),
  );
  expect(outcomes(changed)).toEqual([["full", "mustWalk"], ["empty", "supersetOfShape"], ["free", "notValidated"]]); // prettier-ignore
  expect(outcomes({ ...changed, schemaValidation: false }).map(([, outcome]) => outcome)).toEqual(Array(3).fill("notValidated")); // prettier-ignore
  const [full] = evaluate(changed).tables;
  expect(full?.numDocs).toBe(3);
  expect(full?.sizeBytes).toBeGreaterThan(100);
});

test("says what happens to each index", () => {
  const next = schemaJson(
    tableJson("full", {
      documentType: type("number"),
      indexes: [byN, { indexDescriptor: "fresh", fields: ["m", "n"] }],
    }),
    tableJson("empty", { documentType: type("number"), indexes: [byN] }),
  );
  const changes = evaluate(next).indexes.map(({ name, change, needsBackfill }) => [name, change, needsBackfill]);
  expect(changes).toEqual([
    ["full.by_n", "identical", false],
    ["full.fresh", "added", true],
    ["empty.by_n", "enabled", false],
    ["full.old", "dropped", false],
  ]);
  expect(evaluate(null).indexes.map(({ change }) => change)).toEqual(["dropped", "dropped", "dropped"]);
});
