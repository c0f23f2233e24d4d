import { CommitTsPlaceholder, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { tryDecodeId } from "./ids.ts";
import { encodeValueKey } from "./key.ts";
import { isObjectValue } from "./object-value.ts";
import type { TableNameByNumber, ValidatorJson } from "./validator.ts";

/**
 * Whether `value` fits `validator`: the same answer as `checkValidator(...) === null` without the words for what does not.
 * Nearly every value fits, and of a union all members but one do not: saying why they do not costs more than the rest.
 */
export function fits(validator: ValidatorJson, value: Value, tables: TableNameByNumber): boolean {
  switch (validator.type) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "number":
    case "boolean":
    case "string":
      return typeof value === validator.type;
    case "bigint":
    case "commitTs":
      return typeof value === "bigint" || value instanceof CommitTsPlaceholder;
    case "bytes":
      return value instanceof ArrayBuffer;
    case "literal":
      return isLiteral(validator.value, value);
    case "id": {
      const id = typeof value === "string" ? tryDecodeId(value) : null;
      return id !== null && tables(id.tableNumber) === validator.tableName;
    }
    case "union":
      return validator.value.some((member) => fits(member, value, tables));
    case "array":
      return Array.isArray(value) && value.every((element) => fits(validator.value, element, tables));
    case "record":
      return isObjectValue(value) && recordFits(validator, value, tables);
    case "object":
      return isObjectValue(value) && objectFits(validator, value, tables);
    default:
      // `checkValidator` says what is wrong with it.
      return false;
  }
}

function isLiteral(literal: JSONValue, value: Value): boolean {
  if (typeof literal === "string" || typeof literal === "boolean") return value === literal;
  // Other literals have encoded forms, and of zeros there are two: they are compared as index keys are.
  return encodeValueKey(value) === encodeValueKey(jsonToConvex(literal));
}

function recordFits(
  { keys, values }: Extract<ValidatorJson, { type: "record" }>,
  value: Record<string, Value | undefined>,
  tables: TableNameByNumber,
): boolean {
  return Object.entries(value).every(
    ([name, field]) => fits(keys, name, tables) && fits(values.fieldType, field ?? null, tables),
  );
}

function objectFits(
  { value: fields }: Extract<ValidatorJson, { type: "object" }>,
  value: Record<string, Value | undefined>,
  tables: TableNameByNumber,
): boolean {
  for (const name in fields) {
    const field = fields[name];
    if (field === undefined) continue;
    const present = Object.hasOwn(value, name) ? value[name] : undefined;
    if (present === undefined ? !field.optional : !fits(field.fieldType, present, tables)) return false;
  }
  for (const name in value) {
    if (value[name] !== undefined && !Object.hasOwn(fields, name)) return false;
  }
  return true;
}
