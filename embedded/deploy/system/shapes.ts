import type { JSONValue, Value } from "convex/values";
import type { Namespace, Transaction } from "../../database/types.ts";
import { tryDecodeId } from "../../value/ids.ts";

// Convex keeps the shape of every table up to date with each write. Here it is what the oldest and newest documents look
// like: good enough to suggest a schema, and free of cost for writers.
const SAMPLED = 100;

// More alternatives than this and the shape says nothing any more.
const MOST_ALTERNATIVES = 16;

type Shape = { type: string } & Record<string, JSONValue>;

/** What `/api/shapes2` answers: the shape of the documents of each table of a component. */
export function tableShapes(tx: Transaction, component: Namespace): Record<string, JSONValue> {
  return Object.fromEntries(tx.listTables(component).map((table) => [table, tableShape(tx, component, table)]));
}

function tableShape(tx: Transaction, component: Namespace, table: string): Shape {
  const sample = (order: "asc" | "desc") =>
    tx.system.rows(component, table, "by_creation_time", [], { order, limit: SAMPLED });
  const values = [...sample("asc"), ...sample("desc")].map(({ value }): Value => value);
  const nameOf = (id: string) => {
    const decoded = tryDecodeId(id);
    return decoded === null ? null : tx.tableName(component, decoded.tableNumber);
  };
  return values.length === 0 ? { type: "Never" } : shapeOf(values, nameOf);
}

type NameOf = (id: string) => string | null;

/** One shape that all the values have. */
function shapeOf(values: readonly Value[], nameOf: NameOf): Shape {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const kind = kindOf(value, nameOf);
    groups.set(kind, [...(groups.get(kind) ?? []), value]);
  }
  const shapes = [...groups].map(([kind, members]) => groupShape(kind, members, nameOf));
  if (shapes.length > MOST_ALTERNATIVES) return { type: "Unknown" };
  const [only] = shapes;
  return shapes.length === 1 && only !== undefined ? only : { type: "Union", shapes };
}

/** Values of one kind have one shape; the kind of an id names its table. */
function kindOf(value: Value, nameOf: NameOf): string {
  if (value === null) return "Null";
  if (Array.isArray(value)) return "Array";
  if (value instanceof ArrayBuffer) return "Bytes";
  switch (typeof value) {
    case "bigint":
      return "Int64";
    case "number":
      return "Float64";
    case "boolean":
      return "Boolean";
    case "string": {
      const table = nameOf(value);
      return table === null ? "String" : `Id ${table}`;
    }
    default:
      return "Object";
  }
}

function groupShape(kind: string, values: readonly Value[], nameOf: NameOf): Shape {
  if (kind.startsWith("Id ")) return { type: "Id", tableName: kind.slice(3) };
  if (kind === "Float64") {
    const hasSpecialValues = values.some((value) => typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))); // prettier-ignore
    return { type: "Float64", float64Range: { hasSpecialValues } };
  }
  if (kind === "Array") {
    const items = values.flatMap((value) => value as Value[]);
    return { type: "Array", shape: items.length === 0 ? { type: "Never" } : shapeOf(items, nameOf) };
  }
  return kind === "Object" ? objectShape(values as readonly Record<string, Value>[], nameOf) : { type: kind };
}

function objectShape(values: readonly Record<string, Value>[], nameOf: NameOf): Shape {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))].sort();
  const fields = names.map((fieldName) => {
    const present = values.map((value) => value[fieldName]).filter((value): value is Value => value !== undefined);
    return { fieldName, optional: present.length < values.length, shape: shapeOf(present, nameOf) };
  });
  return { type: "Object", fields };
}
