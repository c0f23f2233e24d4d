import { Temporal } from "temporal-polyfill";
import type { FieldError } from "./event";

// Reads fields of foreign JSON one by one, so that the first wrong one is named exactly. Pure.

/** Longest text a booking field may have; a body beyond it is a mistake, not a course name. */
const TEXT_LIMIT = 2_000;
/** Instants outside these years are typing errors (1970 from a zero, 20206 from a doubled digit). */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** Attributes kept per booking; the raw event keeps the rest. */
const ATTRIBUTE_LIMIT = 50;
/** Record keys must be printable ASCII and must not start with "$" or "_" (convex-facts f.2). */
const ATTRIBUTE_KEY = /^[a-zA-Z0-9][\x20-\x7e]{0,127}$/;

/** Thrown inside a parser and caught by `reading`; never leaves the parsers. */
class FieldProblem extends Error {
  constructor(readonly error: FieldError) {
    super(error.message);
  }
}

/** Stops the parse with the field at fault. */
export function refuse(code: FieldError["code"], field: string, message: string): never {
  throw new FieldProblem({ code, field, message });
}

/** Runs a parser; a refused field becomes `{error}`, any other error is a defect and is thrown on. */
export function reading<T>(parse: () => T): { value: T } | { error: FieldError } {
  try {
    return { value: parse() };
  } catch (thrown) {
    if (thrown instanceof FieldProblem) return { error: thrown.error };
    throw thrown;
  }
}

/** The JSON value of a body; refuses with field "" (the body itself) when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return refuse("invalid_json", "", "The body is not valid JSON.");
  }
}

export type JsonObject = Record<string, unknown>;

/** True for JSON objects: not null, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; refuses lists, null and scalars. */
export function asObject(value: unknown, field: string): JsonObject {
  if (value === undefined) refuse("missing", field, `${field} is missing.`);
  if (!isObject(value)) refuse("wrong_type", field, `${field || "The body"} must be a JSON object.`);
  return value;
}

function own(object: JsonObject, key: string): unknown {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return value === null ? undefined : value;
}

const join = (path: string, key: string) => (path === "" ? key : `${path}.${key}`);

/** Half a surrogate pair (JSON escapes allow it) cannot be stored as UTF-8. */
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** A non-empty trimmed text; undefined when absent, null or blank. Refuses other types and over-long texts. */
export function optionalText(object: JsonObject, key: string, path = ""): string | undefined {
  const value = own(object, key);
  const field = join(path, key);
  if (value === undefined) return undefined;
  if (typeof value !== "string") refuse("wrong_type", field, `${field} must be a text.`);
  if (value.length > TEXT_LIMIT) refuse("invalid", field, `${field} must have at most ${TEXT_LIMIT} characters.`);
  const trimmed = wellFormed(value).trim();
  return trimmed === "" ? undefined : trimmed;
}

/** The same, but it must be there. */
export function requiredText(object: JsonObject, key: string, path = ""): string {
  const field = join(path, key);
  return optionalText(object, key, path) ?? refuse("missing", field, `${field} is missing.`);
}

/** An object at `key`; undefined when absent or null. */
export function optionalObject(object: JsonObject, key: string, path = ""): JsonObject | undefined {
  const value = own(object, key);
  return value === undefined ? undefined : asObject(value, join(path, key));
}

/** A list at `key`; undefined when absent or null. */
export function optionalList(object: JsonObject, key: string, path = ""): unknown[] | undefined {
  const value = own(object, key);
  const field = join(path, key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) refuse("wrong_type", field, `${field} must be a list.`);
  return value as unknown[];
}

/** UTC ms of an ISO 8601 time with `Z` or an offset; a local time without one is refused, its zone would be a guess. */
export function requiredInstant(object: JsonObject, key: string, path = ""): number {
  const field = join(path, key);
  const text = requiredText(object, key, path);
  const instant = instantOf(text);
  if (instant === null) {
    refuse("invalid", field, `${field} must be an ISO 8601 time with offset, such as 2026-10-20T09:00:00+02:00.`);
  }
  if (instant < EARLIEST_MS || instant > LATEST_MS) {
    refuse("invalid", field, `${field} must lie between the years 2000 and 2100.`);
  }
  return instant;
}

function instantOf(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

/** The flat scalars of an object as booking attributes; nested values are left out, keys and texts are cut to fit. */
export function scalarsOf(object: JsonObject | undefined): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(object ?? {}).slice(0, ATTRIBUTE_LIMIT)) {
    if (!ATTRIBUTE_KEY.test(key)) continue;
    if (typeof value === "string") attributes[key] = wellFormed(value.slice(0, TEXT_LIMIT));
    else if (typeof value === "number" || typeof value === "boolean") attributes[key] = value;
  }
  return attributes;
}
