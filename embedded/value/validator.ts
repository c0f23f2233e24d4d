import { CommitTsPlaceholder, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { displayFloat, displayValue } from "./display.ts";
import { fits } from "./fits.ts";
import { tryDecodeId } from "./ids.ts";
import { encodeValueKey } from "./key.ts";
import { isObjectValue } from "./object-value.ts";

/** A validator as `exportArgs()`, `exportReturns()` and the schema export give it (convex-facts d.4). */
export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "commitTs" | "boolean" | "string" | "bytes" | "any" }
  | { type: "literal"; value: JSONValue }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "record"; keys: ValidatorJson; values: FieldValidatorJson }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, FieldValidatorJson> };

type ObjectValidator = Extract<ValidatorJson, { type: "object" }>;

interface FieldValidatorJson {
  fieldType: ValidatorJson;
  optional: boolean;
}

/** Name of the table with this number in the component at hand (system tables included), or null. */
export type TableNameByNumber = (tableNumber: number) => string | null;

/**
 * Null when the value fits; otherwise the first problem in the words of convex-facts d.4, without the leading
 * "ArgumentValidationError: " or the like. `resolveTable` is asked only for ids.
 */
export function checkValidator(validator: ValidatorJson, value: Value, resolveTable: TableNameByNumber): string | null {
  return fits(validator, value, resolveTable) ? null : check(validator, value, "", resolveTable);
}

/** The same without looking first whether all fits. `path` leads to `value`: `.a[0].b`. */
export function check(validator: ValidatorJson, value: Value, path: string, tables: TableNameByNumber): string | null {
  switch (validator.type) {
    case "any":
      return null;
    case "null":
      return value === null ? null : noMatch(validator, value, path);
    case "number":
    case "boolean":
    case "string":
      return typeof value === validator.type ? null : noMatch(validator, value, path);
    case "bigint":
    case "commitTs":
      return typeof value === "bigint" || value instanceof CommitTsPlaceholder ? null : noMatch(validator, value, path);
    case "bytes":
      return value instanceof ArrayBuffer ? null : noMatch(validator, value, path);
    case "literal":
      return checkLiteral(validator.value, value, path);
    case "id":
      return checkId(validator, value, path, tables);
    case "union":
      return checkUnion(validator, value, path, tables);
    case "array":
      return checkArray(validator, value, path, tables);
    case "record":
      return checkRecord(validator, value, path, tables);
    case "object":
      return checkObject(validator, value, path, tables);
    default:
      throw new Error(`Unknown validator type ${JSON.stringify((validator as { type: unknown }).type)}`);
  }
}

function checkLiteral(literal: JSONValue, value: Value, path: string): string | null {
  const expected = jsonToConvex(literal);
  if (value === expected && value !== 0) return null;
  if (encodeValueKey(value) === encodeValueKey(expected)) return null;
  return `\`${displayValue(value)}\` does not match literal validator \`v.literal(${displayLiteral(expected)})\`.${context(path)}`;
}

function checkId(
  validator: Extract<ValidatorJson, { type: "id" }>,
  value: Value,
  path: string,
  tables: TableNameByNumber,
): string | null {
  const id = typeof value === "string" ? tryDecodeId(value) : null;
  const table = id === null ? null : tables(id.tableNumber);
  if (table === null || typeof value !== "string") return noMatch(validator, value, path);
  if (table === validator.tableName) return null;
  const from = table.startsWith("_") ? "a system table" : `table \`${table}\``;
  return `Found ID "${value}" from ${from}, which does not match the table name in validator \`v.id("${validator.tableName}")\`.${context(path)}`;
}

function checkUnion(
  validator: Extract<ValidatorJson, { type: "union" }>,
  value: Value,
  path: string,
  tables: TableNameByNumber,
): string | null {
  const [only] = validator.value;
  if (only !== undefined && validator.value.length === 1) return check(only, value, path, tables);
  if (fits(validator, value, tables)) return null;
  return noMatch(validator, value, path);
}

function checkArray(
  validator: Extract<ValidatorJson, { type: "array" }>,
  value: Value,
  path: string,
  tables: TableNameByNumber,
): string | null {
  if (!Array.isArray(value)) return noMatch(validator, value, path);
  for (const [index, element] of value.entries()) {
    const problem = check(validator.value, element, `${path}[${index}]`, tables);
    if (problem !== null) return problem;
  }
  return null;
}

function checkRecord(
  validator: Extract<ValidatorJson, { type: "record" }>,
  value: Value,
  path: string,
  tables: TableNameByNumber,
): string | null {
  if (!isObjectValue(value)) return noMatch(validator, value, path);
  for (const [name, field] of Object.entries(value)) {
    const problem =
      check(validator.keys, name, `${path}.keys()`, tables) ??
      check(validator.values.fieldType, field ?? null, `${path}.values()`, tables);
    if (problem !== null) return problem;
  }
  return null;
}

// Validators live as long as the code or the schema they come from, and are used again and again.
const sortedFields = new WeakMap<ObjectValidator, [string, FieldValidatorJson][]>();

function fieldsOf(validator: ObjectValidator): [string, FieldValidatorJson][] {
  let fields = sortedFields.get(validator);
  if (fields === undefined) {
    fields = Object.entries(validator.value).sort(([a], [b]) => (a < b ? -1 : 1));
    sortedFields.set(validator, fields);
  }
  return fields;
}

function firstExtraField(validator: ObjectValidator, value: Record<string, Value | undefined>): string | undefined {
  return Object.keys(value)
    .sort()
    .find((name) => value[name] !== undefined && !Object.hasOwn(validator.value, name));
}

function objectContext(validator: ObjectValidator, value: Value, path: string): string {
  return `\n${context(path)}\nObject: ${displayValue(value)}\nValidator: ${displayValidator(validator)}`;
}

function checkObject(validator: ObjectValidator, value: Value, path: string, tables: TableNameByNumber): string | null {
  if (!isObjectValue(value)) return noMatch(validator, value, path);
  for (const [name, field] of fieldsOf(validator)) {
    const present = Object.hasOwn(value, name) ? value[name] : undefined;
    if (present !== undefined) {
      const problem = check(field.fieldType, present, `${path}.${name}`, tables);
      if (problem !== null) return problem;
    } else if (!field.optional) {
      return `Object is missing the required field \`${name}\`. Consider wrapping the field validator in \`v.optional(...)\` if this is expected.${objectContext(validator, value, path)}`;
    }
  }
  for (const name in value) {
    if (value[name] !== undefined && !Object.hasOwn(validator.value, name)) {
      const first = firstExtraField(validator, value) ?? name;
      return `Object contains extra field \`${first}\` that is not in the validator.${objectContext(validator, value, path)}`;
    }
  }
  return null;
}

/** A validator as the schema file would write it: `v.object({body: v.string()})`. */
function displayValidator(validator: ValidatorJson): string {
  switch (validator.type) {
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    case "literal":
      return `v.literal(${displayLiteral(jsonToConvex(validator.value))})`;
    case "id":
      return `v.id("${validator.tableName}")`;
    case "array":
      return `v.array(${displayValidator(validator.value)})`;
    case "record":
      return `v.record(${displayValidator(validator.keys)}, ${displayValidator(validator.values.fieldType)})`;
    case "union":
      return `v.union(${validator.value.map(displayValidator).join(", ")})`;
    case "object":
      return `v.object({${Object.keys(validator.value)
        .sort()
        .map((name) => `${name}: ${displayField(validator.value[name])}`)
        .join(", ")}})`;
    case "null":
    case "boolean":
    case "string":
    case "bytes":
    case "any":
    case "commitTs":
      return `v.${validator.type}()`;
  }
}

function displayField(field: FieldValidatorJson | undefined): string {
  if (field === undefined) return "v.any()";
  return field.optional ? `v.optional(${displayValidator(field.fieldType)})` : displayValidator(field.fieldType);
}

function displayLiteral(value: Value): string {
  if (typeof value === "bigint") return "<bigint>";
  return typeof value === "number" ? displayFloat(value) : JSON.stringify(value);
}

function noMatch(validator: ValidatorJson, value: Value, path: string): string {
  return `Value does not match validator.\n${context(path)}\nValue: ${displayValue(value)}\nValidator: ${displayValidator(validator)}`;
}

function context(path: string): string {
  return path === "" ? "" : `Path: ${path}`;
}
