import type { JSONValue, Value } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { compileFilter, decodeOrUndefined, isUndefinedJson } from "./filter.ts";
import { tryDecodeId } from "../value/ids.ts";
import { encodeKey, encodeValueKey, prefixEnd, type KeyBytes } from "../value/key.ts";

const MAX_OPERATORS = 256;
const INDEX_DOCS = "For more information see https://docs.convex.dev/using/indexes.";

/** A query as `openQuery` gets it (convex-facts d.3), checked for shape but not yet against the catalog. */
export interface QueryPlan {
  source: QuerySource;
  operators: QueryOperator[];
  /** What tells two queries apart in a cursor: source and filters. */
  fingerprint: string;
}

export type QuerySource =
  | { kind: "scan"; table: string; order: "asc" | "desc" }
  | { kind: "range"; table: string; index: string; order: "asc" | "desc"; range: RangeExpression[] }
  | { kind: "search"; table: string; index: string; filters: SearchFilter[] };

type QueryOperator = { kind: "filter"; accepts(doc: Record<string, Value>): boolean } | { kind: "limit"; rows: number };

interface RangeExpression {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  field: string;
  value: Value | undefined;
  /** For error texts. */
  shown: string;
}

export type SearchFilter =
  { type: "Search"; field: string; text: string } | { type: "Eq"; field: string; value: Value | undefined };

/** Reads query JSON. Throws DeveloperError `InvalidQuery` when it is malformed. */
export function parseQuery(json: JSONValue): QueryPlan {
  const query = asObject(json, "query");
  const sourceJson = asObject(query["source"], "source");
  const operatorsJson = query["operators"] ?? [];
  if (!Array.isArray(operatorsJson)) throw malformed("operators");
  if (operatorsJson.length > MAX_OPERATORS) {
    throw new DeveloperError("TooManyOperators", `Query has too many operators: ${operatorsJson.length}`);
  }
  const filters = operatorsJson.filter((operator) => "filter" in asObject(operator, "operator"));
  return {
    source: parseSource(sourceJson),
    operators: operatorsJson.map((operator) => parseOperator(asObject(operator, "operator"))),
    fingerprint: JSON.stringify([sourceJson, filters]),
  };
}

function parseSource(json: { [key: string]: JSONValue }): QuerySource {
  const order = parseOrder(json["order"]);
  const type = json["type"];
  if (type === "FullTableScan") return { kind: "scan", table: asString(json["tableName"], "tableName"), order };
  if (type !== "IndexRange" && type !== "Search") throw malformed("source type");
  const name = parseIndexName(json["indexName"]);
  return type === "IndexRange"
    ? { kind: "range", ...name, order, range: parseList(json["range"], parseRange) }
    : { kind: "search", ...name, filters: parseList(json["filters"], parseSearchFilter) };
}

function parseOrder(json: JSONValue | undefined): "asc" | "desc" {
  if (json === undefined || json === null) return "asc";
  if (json === "asc" || json === "desc") return json;
  throw new DeveloperError("InvalidQuery", 'expected "asc" or "desc"');
}

function parseOperator(json: { [key: string]: JSONValue }): QueryOperator {
  const filter = json["filter"];
  if (filter !== undefined) return { kind: "filter", accepts: compileFilter(filter) };
  const rows = json["limit"];
  if (typeof rows !== "number" || !(rows >= 0)) throw malformed("operator");
  return { kind: "limit", rows };
}

function parseRange(json: { [key: string]: JSONValue }): RangeExpression {
  const type = json["type"];
  if (type !== "Eq" && type !== "Gt" && type !== "Gte" && type !== "Lt" && type !== "Lte") throw malformed("range");
  const value = json["value"];
  return {
    type,
    field: asString(json["fieldPath"], "fieldPath"),
    value: decodeOrUndefined(value),
    shown: value === undefined || isUndefinedJson(value) ? "undefined" : JSON.stringify(value),
  };
}

function parseSearchFilter(json: { [key: string]: JSONValue }): SearchFilter {
  const field = asString(json["fieldPath"], "fieldPath");
  if (json["type"] === "Search") return { type: "Search", field, text: asString(json["value"], "search text") };
  if (json["type"] !== "Eq") throw malformed("search filter");
  return { type: "Eq", field, value: decodeOrUndefined(json["value"]) };
}

function parseIndexName(json: JSONValue | undefined): { table: string; index: string } {
  const name = asString(json, "indexName");
  const dot = name.indexOf(".");
  if (dot < 0) throw malformed("indexName");
  return { table: name.slice(0, dot), index: name.slice(dot + 1) };
}

function parseList<T>(json: JSONValue | undefined, parse: (item: { [key: string]: JSONValue }) => T): T[] {
  if (!Array.isArray(json)) throw malformed("range");
  return json.map((item) => parse(asObject(item, "range")));
}

function asObject(json: JSONValue | undefined, what: string): { [key: string]: JSONValue } {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw malformed(what);
  return json;
}

function asString(json: JSONValue | undefined, what: string): string {
  if (typeof json !== "string") throw malformed(what);
  return json;
}

function malformed(what: string): DeveloperError {
  return new DeveloperError("InvalidQuery", `Malformed query: ${what}`);
}

/**
 * The key interval of a range expression over an index whose keys begin with `fields` (rules and texts of convex-facts
 * e.2). `title` is "table.index". Throws DeveloperError; an empty interval has lo >= hi.
 */
export function planRange(
  title: string,
  fields: readonly string[],
  declared: readonly string[],
  range: readonly RangeExpression[],
): { lo: KeyBytes; hi: KeyBytes } {
  const bounds = collectBounds(title, fields, declared, range);
  let used = 0;
  let prefix = "";
  for (const field of fields) {
    const equal = bounds.equal.get(field);
    if (equal === undefined) break;
    prefix += fieldKey(equal, used);
    used++;
  }
  const inequalityField = bounds.lower?.field ?? bounds.upper?.field;
  const isInOrder = used === bounds.equal.size && (inequalityField === undefined || fields[used] === inequalityField);
  if (!isInOrder) throw outOfOrder(title, declared, fields, used, range);
  let lo = prefix;
  let hi = prefixEnd(prefix);
  if (bounds.lower !== undefined) {
    const key = prefix + fieldKey(bounds.lower, used);
    lo = bounds.lower.type === "Gt" ? prefixEnd(key) : key;
  }
  if (bounds.upper !== undefined) {
    const key = prefix + fieldKey(bounds.upper, used);
    hi = bounds.upper.type === "Lte" ? prefixEnd(key) : key;
  }
  return { lo, hi };
}

// Before and after the bytes of every id: table numbers begin at 1 and take at most five bytes.
const BEFORE_IDS = "\x00";
const AFTER_IDS = "\xff".repeat(6);

/**
 * The key of a field's value. Behind other fields an id stands as its bytes, not as its text (`by_id` alone begins with
 * it), and is compared with ids only; values of other types stand before or after all of them.
 */
function fieldKey({ field, value }: RangeExpression, position: number): KeyBytes {
  if (field !== "_id" || position === 0) return encodeValueKey(value);
  if (typeof value !== "string") return encodeKey([value]) < encodeKey([""]) ? BEFORE_IDS : AFTER_IDS;
  const id = tryDecodeId(value);
  if (id !== null) return id.bytes;
  throw new DeveloperError(
    "InvalidIndexRange",
    `The index range compares "_id" with ${JSON.stringify(value)}, which is no ID.`,
  );
}

interface Bounds {
  equal: Map<string, RangeExpression>;
  lower?: RangeExpression;
  upper?: RangeExpression;
}

const SIGN = { Eq: "==", Gt: ">", Gte: ">=", Lt: "<", Lte: "<=" };

function collectBounds(
  title: string,
  fields: readonly string[],
  declared: readonly string[],
  range: readonly RangeExpression[],
): Bounds {
  const bounds: Bounds = { equal: new Map() };
  for (const expression of range) {
    const { field, type } = expression;
    if (!fields.includes(field)) {
      throw new DeveloperError(
        "FieldNotInIndex",
        `The index range included a comparison with "${field}", but ${title} with fields ${showList(declared)} doesn't index this field. ${INDEX_DOCS}`,
      );
    }
    const inequality = [bounds.lower, bounds.upper].find((bound) => bound !== undefined);
    if (type === "Eq") {
      if (bounds.equal.has(field)) throw alreadyDefined("equality", expression);
      if (inequality?.field === field) throw alreadyDefined("inequality", expression);
      bounds.equal.set(field, expression);
      continue;
    }
    if (bounds.equal.has(field)) throw alreadyDefined("equality", expression);
    if (inequality !== undefined && inequality.field !== field) {
      throw new DeveloperError(
        "BoundsOnMultipleFields",
        `Upper and lower bounds in \`range\` can only be applied to a single index field. This query against index ${title} attempted to set a range bound on both "${inequality.field}" and "${field}". ${INDEX_DOCS}`,
      );
    }
    const side = type === "Gt" || type === "Gte" ? "lower" : "upper";
    if (bounds[side] !== undefined) throw alreadyDefined(side, expression);
    bounds[side] = expression;
  }
  return bounds;
}

function alreadyDefined(what: string, { field, type, shown }: RangeExpression): DeveloperError {
  return new DeveloperError(
    "InvalidIndexRange",
    `Already defined ${what} bound in index range. Can't add "${field}" ${SIGN[type]} ${shown}.`,
  );
}

function outOfOrder(
  title: string,
  declared: readonly string[],
  fields: readonly string[],
  used: number,
  range: readonly RangeExpression[],
): DeveloperError {
  const queried = range.map(({ field }) => field);
  const first = queried.find((field) => fields.indexOf(field) > used) ?? queried.at(-1) ?? "";
  return new DeveloperError(
    "InvalidIndexRange",
    `Tried to query index ${title} but the query didn't use the index fields in order.\nIndex fields: ${showList(declared)}\nQuery fields: ${showList(queried)}\nFirst incorrect field: ${first}\n${INDEX_DOCS}`,
  );
}

function showList(fields: readonly string[]): string {
  return `[${fields.map((field) => JSON.stringify(field)).join(", ")}]`;
}
