import type { JSONValue, Value } from "convex/values";
import { convexToJson } from "convex/values";
import { DeveloperError } from "../errors.ts";

// Export JSON (convex-facts c.3, zip layout) tells int64 from float64 by how a number is written: `1` and `1.0`.

/** A value as export JSON text; field order is kept. */
export function toExportJson(value: Value): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return numberText(value);
  return typeof value === "object" && value !== null ? containerText(value) : JSON.stringify(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(convexToJson(value));
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function containerText(value: object): string {
  if (value instanceof ArrayBuffer) return JSON.stringify({ $bytes: Buffer.from(value).toString("base64") });
  if (Array.isArray(value)) return `[${value.map((item: Value) => toExportJson(item)).join(",")}]`;
  const fields = Object.entries(value as Record<string, Value | undefined>).flatMap(([name, field]) =>
    field === undefined ? [] : [`${JSON.stringify(name)}:${toExportJson(field)}`],
  );
  return `{${fields.join(",")}}`;
}

// A string literal, or a number that is not part of one.
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Export JSON text as Convex-encoded JSON: whole numbers become int64. Throws DeveloperError `InvalidJson` for text that
 * is no JSON and for integers beyond 64 bits.
 */
export function parseExportJson(text: string): JSONValue {
  return parseCleanJson(
    text.replace(STRING_OR_NUMBER, (token) => (/^-?\d+$/.test(token) ? integerJson(token) : token)),
  );
}

/** Clean JSON: every bare number is a float64. Throws DeveloperError `InvalidJson`. */
export function parseCleanJson(text: string): JSONValue {
  try {
    return JSON.parse(text) as JSONValue;
  } catch (error) {
    throw new DeveloperError("InvalidJson", `Not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function integerJson(token: string): string {
  const value = BigInt(token);
  if (BigInt.asIntN(64, value) !== value) {
    throw new DeveloperError("InvalidJson", `${token} does not fit into an integer of 64 bits`);
  }
  return JSON.stringify(convexToJson(value));
}
