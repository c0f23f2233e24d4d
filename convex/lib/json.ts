import { appError } from "./errors";

// Reading JSON nobody promised the shape of: what is missing or of another type is undefined, never an exception.

export type JsonObject = Record<string, unknown>;

/** True for a JSON object (no list, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value a JSON text stands for; undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object a JSON text stands for; empty when it is no object. */
export function objectIn(text: string): JsonObject {
  return asObject(parseJson(text));
}

/** The value, if it is an object; else an empty one. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The objects of a list; empty for anything else. */
export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The texts of a list; whatever else is in it is left out. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The value, if it is a text with something in it. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value, if it is a finite number. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** UTC ms of an ISO 8601 or RFC 2822 time; undefined when it is none. */
export function asTime(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The JSON of a webhook's body. Throws AppError `invalid` when it is none. */
export function jsonBody(body: Uint8Array): unknown {
  const value = parseJson(new TextDecoder().decode(body));
  if (value === undefined) throw appError("invalid", "The body is not JSON.", { field: "body" });
  return value;
}
