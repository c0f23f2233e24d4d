import type { JSONValue } from "convex/values";
import type { Database, Namespace, SchemaJson, Transaction } from "../../database/types.ts";
import { SYSTEM_TABLES } from "../../database/system-tables.ts";
import type { SystemFunction } from "../../functions/top-call.ts";
import { argumentsOf, documentJson, documentOrNull, list, optionalText, pageJson, pageOf, text } from "./arguments.ts";
import { parseTableFilter } from "./table-filters.ts";

type SchemaSource = Pick<Database, "schemaOf">;

/** What a data page asks about tables and documents (convex-facts c.4). */
export function tableFunctions(database: SchemaSource): Record<string, SystemFunction> {
  return {
    "_system/frontend/getSchemas:default": (tx, _args, component) => {
      const schema = schemaOf(database, tx, component);
      const none: JSONValue = {};
      return schema === null ? none : { active: JSON.stringify(schema) };
    },
    "_system/frontend/getSchemas:schemaValidationProgress": () => null,
    "_system/frontend/getTableMapping:default": (tx, _args, component) => tableMapping(tx, component),
    "_system/frontend/indexes:default": (tx, args, component) => {
      const table = optionalText(args, "tableName");
      const ns = optionalText(args, "tableNamespace") ?? component;
      return table === null ? null : indexesOf(schemaOf(database, tx, ns), table);
    },
    "_system/frontend/indexes:backfilling": () => [],
    "_system/frontend/tableSize:default": (tx, args, component) => {
      const table = optionalText(args, "tableName") ?? "";
      return table === "" ? 0 : tx.count(component, table);
    },
    "_system/frontend/getById:default": (tx, args, component) => documentOf(tx, component, text(args, "id")),
    "_system/frontend/listById:default": (tx, args, component) =>
      list(args, "ids").map((entry) => {
        const { id, tableName } = argumentsOf(entry);
        if (typeof id !== "string" || typeof tableName !== "string") return null;
        return tx.normalizeId(component, tableName, id) === null ? null : documentOf(tx, component, id);
      }),
    "_system/frontend/listTableScan:default": (tx, args, component) => {
      const source = { type: "FullTableScan", tableName: text(args, "table"), order: "desc" };
      return pageJson(pageOf(tx, component, { source, operators: [] }, args));
    },
    "_system/frontend/paginatedTableDocuments:default": (tx, args, component) => {
      const table = text(args, "table");
      const filter = parseTableFilter(table, optionalText(args, "filters"), schemaOf(database, tx, component));
      if (filter.errors.length > 0) return { page: filter.errors.map((error) => ({ ...error })), isDone: true, continueCursor: "" }; // prettier-ignore
      const page = pageOf(tx, component, filter.query, args);
      return pageJson(page, page.page.filter((document) => filter.keeps(document)).map(documentJson));
    },
  };
}

/** The schema in force, which the answer depends on from now on. */
function schemaOf(database: SchemaSource, tx: Transaction, component: Namespace): SchemaJson | null {
  tx.listTables(component);
  return database.schemaOf(component);
}

function documentOf(tx: Transaction, component: Namespace, id: string): JSONValue {
  const isSystem = tx.normalizeId(component, "_storage", id) !== null || tx.normalizeId(component, "_scheduled_functions", id) !== null; // prettier-ignore
  return documentOrNull(tx.get(component, id, { isSystem }));
}

/** Table names by number, those of tables that functions may read included. */
function tableMapping(tx: Transaction, component: Namespace): JSONValue {
  const system = Object.entries(SYSTEM_TABLES).filter(([, { readable }]) => readable);
  return Object.fromEntries([
    ...system.map(([name, { number }]) => [String(number), name]),
    ...tx.listTables(component).map((name) => [String(tx.tableNumber(component, name)), name]),
  ]) as JSONValue;
}

/** The declared indexes of one table. Those being built are not among them: they belong to a push that is not live yet. */
export function indexesOf(schema: SchemaJson | null, table: string): JSONValue[] {
  const definition = schema?.tables.find(({ tableName }) => tableName === table);
  if (definition === undefined) return [];
  const describe = (name: string, staged: boolean, fields: JSONValue): JSONValue => ({
    name,
    staged,
    fields,
    backfill: { state: "done" },
  });
  const ordered = (staged: boolean, indexes: typeof definition.indexes = []) =>
    indexes.map(({ indexDescriptor, fields }) => describe(indexDescriptor, staged, [...fields, "_creationTime"]));
  const search = (staged: boolean, indexes: typeof definition.searchIndexes = []) =>
    indexes.map(({ indexDescriptor, searchField, filterFields }) =>
      describe(indexDescriptor, staged, { searchField, filterFields }),
    );
  const vector = (staged: boolean, indexes: typeof definition.vectorIndexes = []) =>
    indexes.map(({ indexDescriptor, vectorField, filterFields, dimensions }) =>
      describe(indexDescriptor, staged, { vectorField, filterFields, dimensions }),
    );
  return [
    ...ordered(false, definition.indexes),
    ...ordered(true, definition.stagedDbIndexes),
    ...search(false, definition.searchIndexes),
    ...search(true, definition.stagedSearchIndexes),
    ...vector(false, definition.vectorIndexes),
    ...vector(true, definition.stagedVectorIndexes),
  ];
}
