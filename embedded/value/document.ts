import { Base64, CommitTsPlaceholder, convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { DeveloperError } from "../errors.ts";

// convex-facts f.2.
export const MAX_VALUE_NESTING = 64;
export const MAX_DOCUMENT_NESTING = 16;
const MAX_OBJECT_FIELDS = 1024;
const MAX_ARRAY_LENGTH = 8192;
const MAX_FIELD_NAME_LENGTH = 1024;
const MAX_DOCUMENT_BYTES = 1 << 20;
const MAX_VALUE_BYTES = 32 << 20;

// A name takes its length and one byte more; a number nine.
const ID_FIELD_SIZE = "_id".length + 1;
const CREATION_TIME_FIELD_SIZE = "_creationTime".length + 1 + 9;

/** What one pass over an encoded value finds. */
export interface DecodedValue {
  value: Value;
  /** Bytes as limits count them (convex-facts e.1). */
  size: number;
  /** 0 for a primitive, 1 + the deepest element for a container. */
  nesting: number;
  /** Whether a commit-timestamp placeholder is inside. */
  hasCommitTs: boolean;
}

/**
 * Decodes Convex-encoded JSON and checks every rule of convex-facts e.1 and f.2 that holds for any value: field names,
 * array lengths, field counts, nesting 64, 32 MiB. Throws DeveloperError with Convex's text.
 */
export function decodeValue(json: JSONValue): DecodedValue {
  const state = { hasCommitTs: false };
  const { value, size, nesting } = decode(json, 0, state);
  if (nesting > MAX_VALUE_NESTING) throw tooNested("Value", nesting, MAX_VALUE_NESTING);
  if (size > MAX_VALUE_BYTES) throw valueTooLarge(size, "32 MiB");
  return { value, size, nesting, hasCommitTs: state.hasCommitTs };
}

/** The same without making the value: for what is checked and handed on as text. */
export function measureValue(json: JSONValue): Omit<DecodedValue, "value"> {
  const found = { size: 0, hasCommitTs: false };
  const nesting = measure(json, 0, found);
  if (nesting > MAX_VALUE_NESTING) throw tooNested("Value", nesting, MAX_VALUE_NESTING);
  if (found.size > MAX_VALUE_BYTES) throw valueTooLarge(found.size, "32 MiB");
  return { size: found.size, nesting, hasCommitTs: found.hasCommitTs };
}

/** Adds to what was found; returns the nesting. */
function measure(json: JSONValue, depth: number, found: { size: number; hasCommitTs: boolean }): number {
  if (typeof json !== "object" || json === null) {
    found.size += primitiveSize(json);
    return 0;
  }
  if (depth > 4 * MAX_VALUE_NESTING) throw tooNested("Value", depth, MAX_VALUE_NESTING);
  found.size += 2;
  let nesting = 0;
  if (Array.isArray(json)) {
    checkArrayLength(json);
    for (const element of json) nesting = Math.max(nesting, measure(element, depth + 1, found));
    return nesting + 1;
  }
  const names = Object.keys(json);
  const [only] = names;
  if (names.length === 1 && only?.startsWith("$")) {
    found.size += decodeSpecial(json, only, found).size - 2;
    return 0;
  }
  checkFieldCount(names);
  for (const name of names) {
    checkFieldName(name);
    found.size += name.length + 1;
    nesting = Math.max(nesting, measure(json[name] ?? null, depth + 1, found));
  }
  return nesting + 1;
}

interface Decoded {
  value: Value;
  size: number;
  nesting: number;
}

function decode(json: JSONValue, depth: number, state: { hasCommitTs: boolean }): Decoded {
  if (typeof json !== "object" || json === null) return { value: json, size: primitiveSize(json), nesting: 0 };
  // Deeper than this the stack, not the limit, would end the recursion.
  if (depth > 4 * MAX_VALUE_NESTING) throw tooNested("Value", depth, MAX_VALUE_NESTING);
  if (Array.isArray(json)) return decodeArray(json, depth, state);
  const names = Object.keys(json);
  const [only] = names;
  if (names.length === 1 && only !== undefined && only.startsWith("$")) return decodeSpecial(json, only, state);
  return decodeObject(json, names, depth, state);
}

function primitiveSize(json: string | number | boolean | null): number {
  if (typeof json === "string") return Buffer.byteLength(json) + 2;
  return typeof json === "number" ? 9 : 1;
}

function decodeArray(json: JSONValue[], depth: number, state: { hasCommitTs: boolean }): Decoded {
  checkArrayLength(json);
  const value: Value[] = [];
  let size = 2;
  let nesting = 0;
  for (const element of json) {
    const decoded = decode(element, depth + 1, state);
    value.push(decoded.value);
    size += decoded.size;
    nesting = Math.max(nesting, decoded.nesting);
  }
  return { value, size, nesting: nesting + 1 };
}

function decodeObject(
  json: { [key: string]: JSONValue },
  names: string[],
  depth: number,
  state: { hasCommitTs: boolean },
): Decoded {
  checkFieldCount(names);
  const value: Record<string, Value> = {};
  let size = 2;
  let nesting = 0;
  // In order, so that its text needs no second look.
  for (const name of sorted(names)) {
    checkFieldName(name);
    const decoded = decode(json[name] ?? null, depth + 1, state);
    setField(value, name, decoded.value);
    size += name.length + 1 + decoded.size;
    nesting = Math.max(nesting, decoded.nesting);
  }
  return { value, size, nesting: nesting + 1 };
}

function checkArrayLength({ length }: JSONValue[]): void {
  if (length <= MAX_ARRAY_LENGTH) return;
  throw new DeveloperError("ArrayTooLong", `Array length is too long (${length} > maximum length ${MAX_ARRAY_LENGTH})`);
}

function checkFieldCount({ length }: string[]): void {
  if (length <= MAX_OBJECT_FIELDS) return;
  throw new DeveloperError(
    "TooManyFieldsError",
    `Object has too many fields (${length} > maximum number ${MAX_OBJECT_FIELDS})`,
  );
}

function decodeSpecial(json: { [key: string]: JSONValue }, name: string, state: { hasCommitTs: boolean }): Decoded {
  if (!["$integer", "$float", "$bytes", "$commitTs", "$set", "$map"].includes(name)) checkFieldName(name);
  let value: Value;
  try {
    value = jsonToConvex(json);
  } catch (error) {
    throw new DeveloperError("InvalidValue", error instanceof Error ? error.message : String(error));
  }
  if (value instanceof CommitTsPlaceholder) state.hasCommitTs = true;
  return { value, size: value instanceof ArrayBuffer ? value.byteLength + 2 : 9, nesting: 0 };
}

/**
 * Decodes JSON text that this backend wrote itself: no checks. Field `__proto__` becomes an own field, as it should.
 */
export function decodeStored(json: string): Record<string, Value> {
  return fromStored(JSON.parse(json) as JSONValue) as Record<string, Value>;
}

function fromStored(json: JSONValue): Value {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(fromStored);
  const names = Object.keys(json);
  const [only] = names;
  if (names.length === 1 && only?.startsWith("$")) {
    const payload = json[only];
    if (only === "$bytes" && typeof payload === "string") return Base64.toByteArray(payload).buffer as ArrayBuffer;
    return jsonToConvex(json);
  }
  const value: Record<string, Value> = {};
  for (const name of names) setField(value, name, fromStored(json[name] ?? null));
  return value;
}

/**
 * The one JSON text of a document: fields sorted by name at every level, undefined ones left out, numbers in canonical
 * form. Equal documents have equal texts.
 */
export function encodeDocument(value: Record<string, Value | undefined>): string {
  return JSON.stringify(isCanonical(value) ? value : toCanonical(value));
}

/** Whether JSON would say the value as it is; most documents come from their text or from a patch of it, so they are in order. */
function isCanonical(value: Value | undefined): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value === "number") return isPlainNumber(value);
  if (typeof value !== "object" || value instanceof ArrayBuffer || value instanceof CommitTsPlaceholder) return false;
  if (Array.isArray(value)) return value.every(isCanonical);
  let last: string | null = null;
  for (const name of Object.keys(value)) {
    if (last !== null && last > name) return false;
    if (!isCanonical(value[name])) return false;
    last = name;
  }
  return true;
}

// Negative zero has an encoding of its own, as has what JSON cannot say.
function isPlainNumber(value: number): boolean {
  return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
}

/** A document with some fields removed and some set, its fields in the order of its text. */
export function patched(
  value: Record<string, Value>,
  set: Record<string, Value>,
  removed: readonly string[],
): Record<string, Value> {
  const names = Object.keys(value);
  for (const name of Object.keys(set)) if (!Object.hasOwn(value, name)) names.push(name);
  const next: Record<string, Value> = {};
  for (const name of sorted(names)) {
    if (removed.includes(name)) continue;
    const field = Object.hasOwn(set, name) ? set[name] : value[name];
    if (field !== undefined) setField(next, name, field);
  }
  return next;
}

function toCanonical(value: Value): JSONValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && isPlainNumber(value)) return value;
  if (typeof value === "object" && !(value instanceof ArrayBuffer) && !(value instanceof CommitTsPlaceholder)) {
    if (Array.isArray(value)) return value.map(toCanonical);
    const json: { [key: string]: JSONValue } = {};
    for (const name of sorted(Object.keys(value))) {
      const field = value[name];
      if (field !== undefined) setField(json, name, toCanonical(field));
    }
    return json;
  }
  return convexToJson(value);
}

// Most objects come from a function that sends their fields in order.
function sorted(names: string[]): string[] {
  for (let i = 1; i < names.length; i++) if ((names[i - 1] ?? "") > (names[i] ?? "")) return names.sort();
  return names;
}

/** The same value with every commit-timestamp placeholder replaced by the timestamp (convex-facts d.6). */
export function resolveCommitTs(value: Value, ts: bigint): Value {
  if (value instanceof CommitTsPlaceholder) return ts;
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  if (Array.isArray(value)) return value.map((element) => resolveCommitTs(element, ts));
  const resolved: Record<string, Value> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) setField(resolved, name, resolveCommitTs(field, ts));
  }
  return resolved;
}

/** True when the placeholder is anywhere inside; used for documents put together from parts. */
export function containsCommitTs(value: Value | undefined): boolean {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return false;
  if (value instanceof CommitTsPlaceholder) return true;
  return Object.values(value).some((part: Value | undefined) => containsCommitTs(part));
}

/** Levels of containers: a primitive has 0. */
export function nestingOf(value: Value | undefined): number {
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof ArrayBuffer || value instanceof CommitTsPlaceholder) return 0;
  let deepest = 0;
  for (const part of Object.values(value)) deepest = Math.max(deepest, nestingOf(part));
  return deepest + 1;
}

const GOOD_FIELD_NAME = /^(?!\$)[\x20-\x7e]*$/;

/** Throws unless the text may name a field of an object (convex-facts e.1). */
export function checkFieldName(name: string): void {
  if (GOOD_FIELD_NAME.test(name) && name.length <= MAX_FIELD_NAME_LENGTH) return;
  if (name.length > MAX_FIELD_NAME_LENGTH) {
    throw new DeveloperError(
      "FieldNameTooLong",
      `Field name is too long (${name.length} > maximum ${MAX_FIELD_NAME_LENGTH})`,
    );
  }
  if (name.startsWith("$")) {
    throw new DeveloperError("InvalidFieldName", `Field name ${name} starts with '$', which is reserved.`);
  }
  const bad = /[^\x20-\x7e]/u.exec(name);
  if (bad !== null) {
    throw new DeveloperError(
      "InvalidFieldName",
      `Field name ${name} has invalid character '${bad[0]}': Field names can only contain non-control ASCII characters`,
    );
  }
}

/** What the system fields add to the size of a document's own ones. */
export function systemFieldsSize(id: string): number {
  return ID_FIELD_SIZE + primitiveSize(id) + CREATION_TIME_FIELD_SIZE;
}

/** Throws for what a whole document may not be: system-like field names, deeper than 16, larger than 1 MiB. */
export function checkDocument(value: Record<string, Value | undefined>, size: number, nesting: number): void {
  for (const name in value) {
    if (name.startsWith("_") && name !== "_id" && name !== "_creationTime") {
      throw new DeveloperError(
        "InvalidDocumentField",
        `Field '${name}' starts with an underscore, which is only allowed for system fields like '_id'`,
      );
    }
  }
  if (nesting > MAX_DOCUMENT_NESTING) throw tooNested("Document", nesting, MAX_DOCUMENT_NESTING);
  if (size > MAX_DOCUMENT_BYTES) throw valueTooLarge(size, "1 MiB");
}

/** The value at a path such as `["a", "b"]`; undefined where a step is missing or not an object. */
export function fieldAt(value: Value | undefined, path: readonly string[]): Value | undefined {
  let current = value;
  for (const name of path) {
    if (typeof current !== "object" || current === null || Array.isArray(current)) return undefined;
    if (current instanceof ArrayBuffer || current instanceof CommitTsPlaceholder) return undefined;
    current = Object.hasOwn(current, name) ? current[name] : undefined;
  }
  return current;
}

/** A byte count with binary units, as Convex prints sizes: `1.05 MiB`. */
export function displayBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  const digits = unit === 0 || Number.isInteger(amount) ? String(amount) : amount.toFixed(2);
  return `${digits} ${units[unit] ?? ""}`;
}

function setField<T>(target: Record<string, T>, name: string, field: T): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value: field, enumerable: true, configurable: true, writable: true });
  } else target[name] = field;
}

function tooNested(what: "Value" | "Document", nesting: number, limit: number): DeveloperError {
  return new DeveloperError(
    "TooNestedError",
    `${what} is too nested (nested ${nesting} levels deep > maximum nesting ${limit})`,
  );
}

function valueTooLarge(size: number, limit: string): DeveloperError {
  return new DeveloperError("ValueTooLargeError", `Value is too large (${displayBytes(size)} > maximum size ${limit})`);
}
