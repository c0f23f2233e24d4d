import type { JSONValue, Value } from "convex/values";
import type { SchemaJson, StoredDocument } from "../../database/types.ts";
import { coerceError, DeveloperError } from "../../errors.ts";
import { decodeValue } from "../../value/document.ts";
import { tryDecodeId } from "../../value/ids.ts";
import { type Arguments, argumentsOf, text } from "./arguments.ts";

/**
 * What clients send for a missing value, since JSON arguments cannot hold `undefined`: a fixed text of the protocol
 * between the dashboard and the backend.
 */
export const UNDEFINED_PLACEHOLDER =
  "__CONVEX_PLACEHOLDER_undefined_I23atX0jcndVbFgXoQZffsih7eAqktCyFjgUuAeNBtfr3ySOljPSPSEOPFgprkdBO3zXNiGEJxmJ5ZFPc5C5qKesG80QRPvlJe8vgSxAt9feLTwxTg4PHfVwUaTEJU67FDwldWmTxp1guMPwxQ2jOuhEryTBf3mQ";

const COMPARISONS = { eq: "$eq", neq: "$neq", lt: "$lt", lte: "$lte", gt: "$gt", gte: "$gte" } as const;

/** How the data page of a dashboard wants a table filtered. */
export interface TableFilter {
  /** Query JSON (convex-facts d.3). */
  query: JSONValue;
  /** For what no index and no expression can tell: the types of fields. */
  keeps: (document: StoredDocument) => boolean;
  /** Clauses whose value is none, by position. */
  errors: { filter: number; error: string }[];
}

/**
 * Reads the filter of `paginatedTableDocuments`: base64 of JSON `{clauses: [{op, field, value, enabled}], order, index:
 * {name, clauses}}`, or null for none. Throws DeveloperError for anything else.
 */
export function parseTableFilter(table: string, encoded: string | null, schema: SchemaJson | null): TableFilter {
  const filter = encoded === null ? {} : parseEncoded(encoded);
  const clauses = (Array.isArray(filter["clauses"]) ? filter["clauses"] : []).map((clause) => argumentsOf(clause));
  const order = filter["order"] === "asc" ? "asc" : "desc";
  const index = filter["index"] === undefined ? null : argumentsOf(filter["index"]);
  const source: JSONValue =
    index === null
      ? { type: "FullTableScan", tableName: table, order }
      : {
          type: "IndexRange",
          indexName: `${table}.${text(index as JSONValue, "name")}`,
          range: indexRange(index, table, schema),
          order,
        };
  const active = clauses.filter(({ field, enabled }) => typeof field === "string" && enabled !== false);
  const expressions = active.flatMap((clause) => expressionOf(clause) ?? []);
  const types = active.filter(({ op }) => op === "type" || op === "notype");
  return {
    query: { source, operators: expressions.length === 0 ? [] : [{ filter: { $and: expressions } }] },
    keeps: (document) => types.every((clause) => hasType(document, clause)),
    errors: clauses.flatMap((clause, filter) => errorOf(clause, filter) ?? []),
  };
}

function parseEncoded(encoded: string): Arguments {
  try {
    return argumentsOf(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as JSONValue);
  } catch (error) {
    throw new DeveloperError("BadFilter", `The filter cannot be read: ${coerceError(error).message}`);
  }
}

function errorOf({ value }: Arguments, filter: number): { filter: number; error: string } | null {
  if (value === undefined) return null;
  try {
    decodeValue(value);
    return null;
  } catch {
    return { filter, error: `Invalid value: ${JSON.stringify(value)}.` };
  }
}

function literal(value: JSONValue | undefined): JSONValue {
  return value === undefined || value === UNDEFINED_PLACEHOLDER ? { $undefined: null } : value;
}

function expressionOf({ op, field, value }: Arguments): JSONValue | null {
  const compare = (operator: string, to: JSONValue | undefined): JSONValue => ({
    [operator]: [{ $field: field ?? null }, { $literal: literal(to) }],
  });
  if (op === "anyOf" || op === "noneOf") {
    const values = Array.isArray(value) ? value : [];
    if (values.length === 0) return null;
    return op === "anyOf"
      ? { $or: values.map((one) => compare("$eq", one)) }
      : { $and: values.map((one) => compare("$neq", one)) };
  }
  const known = Object.entries(COMPARISONS).find(([name]) => name === op);
  return known === undefined ? null : compare(known[1], value);
}

function indexRange(index: Arguments, table: string, schema: SchemaJson | null): JSONValue[] {
  const fields =
    index["name"] === "by_creation_time"
      ? ["_creationTime"]
      : [...(schema?.tables
          .find(({ tableName }) => tableName === table)
          ?.indexes.find(({ indexDescriptor }) => indexDescriptor === index["name"])?.fields ?? []), "_creationTime"]; // prettier-ignore
  const clauses = (Array.isArray(index["clauses"]) ? index["clauses"] : []).map((clause) => argumentsOf(clause));
  return clauses.flatMap((clause, at) => (clause["enabled"] === true ? rangeSteps(clause, fields[at] ?? "") : []));
}

function rangeSteps(clause: Arguments, fieldPath: string): JSONValue[] {
  const step = (type: string, value: JSONValue | undefined) => ({ type, fieldPath, value: literal(value) });
  if (clause["type"] === "indexEq") return [step("Eq", clause["value"])];
  const steps: JSONValue[] = [];
  const { lowerOp, upperOp } = clause;
  if (lowerOp !== undefined) steps.push(step(lowerOp === "gt" ? "Gt" : "Gte", clause["lowerValue"]));
  if (upperOp !== undefined) steps.push(step(upperOp === "lt" ? "Lt" : "Lte", clause["upperValue"]));
  return steps;
}

function hasType(document: StoredDocument, { op, field, value: wanted }: Arguments): boolean {
  const value = typeof field === "string" ? document.value[field] : undefined;
  const isOfType =
    wanted === "id" ? typeof value === "string" && tryDecodeId(value) !== null : typeName(value) === wanted;
  return op === "type" ? isOfType : !isOfType;
}

function typeName(value: Value | undefined): string {
  if (value === undefined) return "unset";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return value instanceof ArrayBuffer ? "bytes" : typeof value;
}
