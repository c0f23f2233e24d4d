import type { JSONValue } from "convex/values";
import { decodeOrUndefined } from "../database/filter.ts";
import type { SchemaJson } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { encodeValueKey } from "../value/key.ts";
import type { VectorCondition, VectorDefinition } from "./vector-index.ts";

// convex-facts f.4.
const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 256;
const MAX_CONDITIONS = 64;

/** A checked vector query. */
export interface VectorQuery {
  table: string;
  definition: VectorDefinition;
  vector: number[];
  limit: number;
  conditions: VectorCondition[];
}

/**
 * Reads `{indexName, limit?, vector, expressions}` (convex-facts d.3) against the schema. Throws DeveloperError with the
 * texts of convex-facts d.10 and f.4.
 */
export function parseVectorQuery(schema: SchemaJson | null, json: JSONValue): VectorQuery {
  const query = asObject(json);
  const title = query["indexName"];
  if (typeof title !== "string") throw invalid("indexName must be a string");
  const { table, definition } = findIndex(schema, title);
  return {
    table,
    definition,
    vector: parseVector(query["vector"], definition.dimensions),
    limit: parseLimit(query["limit"]),
    conditions: parseConditions(query["expressions"], title, definition.filterFields),
  };
}

function findIndex(schema: SchemaJson | null, title: string): { table: string; definition: VectorDefinition } {
  const dot = title.indexOf(".");
  const [table, name] = [title.slice(0, dot), title.slice(dot + 1)];
  const declared = schema?.tables.find(({ tableName }) => tableName === table);
  const isNamed = ({ indexDescriptor }: { indexDescriptor: string }) => indexDescriptor === name;
  const definition = declared?.vectorIndexes?.find(isNamed);
  if (definition !== undefined) return { table, definition };
  if (declared?.stagedVectorIndexes?.some(isNamed) === true) {
    throw new DeveloperError(
      "IndexStagedError",
      `Index ${title} is currently staged and not available to query until it is enabled.`,
    );
  }
  if (declared?.indexes.some(isNamed) === true || declared?.searchIndexes.some(isNamed) === true) {
    throw new DeveloperError("NotAVectorIndex", `Index ${title} is not a vector index`);
  }
  throw new DeveloperError("IndexNotFoundError", `Index ${title} not found.`);
}

function parseVector(json: JSONValue | undefined, dimensions: number): number[] {
  const isList = Array.isArray(json) && json.every((number) => typeof number === "number");
  if (!isList) throw invalid("vector must be an array of finite float64");
  if (json.length === dimensions) return json;
  throw new DeveloperError(
    "InvalidVectorDimensionError",
    `Expected a vector with dimensions ${dimensions}, received ${json.length}.`,
  );
}

function parseLimit(json: JSONValue | undefined): number {
  const limit = json ?? DEFAULT_LIMIT;
  if (typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new DeveloperError(
    "VectorLimitTooLargeError",
    `Vector queries can fetch at most ${MAX_LIMIT} results, requested ${JSON.stringify(limit)}.`,
  );
}

function parseConditions(
  json: JSONValue | undefined,
  title: string,
  filterFields: readonly string[],
): VectorCondition[] {
  const conditions = json === undefined || json === null ? [] : [...equalities(json)];
  if (conditions.length > MAX_CONDITIONS) {
    throw new DeveloperError(
      "TooManyElementsInVectorQueryError",
      `Vector query against ${title} has too many conditions. Max: ${MAX_CONDITIONS} Actual: ${conditions.length}`,
    );
  }
  return conditions.map(({ field, value }) => {
    const position = filterFields.indexOf(field);
    if (position >= 0) return { position, key: encodeValueKey(decodeOrUndefined(value)) };
    throw new DeveloperError(
      "FieldNotInVectorIndex",
      `Vector query against ${title} contains a filter on ${JSON.stringify(field)} but that field isn't indexed for filtering in \`filterFields\`.`,
    );
  });
}

/** The equalities of one `$eq` or of an `$or` of them. */
function* equalities(json: JSONValue): Iterable<{ field: string; value: JSONValue }> {
  const expression = asObject(json);
  const or = expression["$or"];
  if (Array.isArray(or)) {
    for (const part of or) yield* equalities(part);
    return;
  }
  const eq = expression["$eq"];
  const [left, right] = Array.isArray(eq) ? eq : [];
  const field = left === undefined ? undefined : asObject(left)["$field"];
  const value = right === undefined ? undefined : asObject(right)["$literal"];
  if (typeof field !== "string" || value === undefined) throw invalid("a filter must be `q.eq`, or `q.or` of those");
  yield { field, value };
}

function asObject(json: JSONValue): { [key: string]: JSONValue } {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw invalid("expected an object");
}

function invalid(cause: string): DeveloperError {
  return new DeveloperError("InvalidVectorQuery", `Invalid argument \`query\` for \`vectorSearch\`: ${cause}`);
}
