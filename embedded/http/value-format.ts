import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";

/** How values leave over HTTP (convex-facts b.2): as they are on the wire, or as JSON for people. */
export type ValueFormat = "convex_encoded_json" | "json";

/** Absent means `json`: every client of the npm package names its format. Throws DeveloperError 400 `BadFormat`. */
export function parseFormat(format: JSONValue | undefined): ValueFormat {
  if (format === undefined || format === null || format === "json") return "json";
  if (format === "convex_encoded_json") return format;
  throw new DeveloperError(
    "BadFormat",
    `format param must be one of [\`json\`]. Got ${JSON.stringify(format).replaceAll('"', "")}`,
  );
}

/** Turns encoded JSON text into the text of the asked format. */
export function formatValue(encoded: string, format: ValueFormat): string {
  return format === "json" ? JSON.stringify(cleanJson(JSON.parse(encoded) as JSONValue)) : encoded;
}

function cleanJson(value: JSONValue): JSONValue {
  if (Array.isArray(value)) return value.map(cleanJson);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter((entry): entry is [string, JSONValue] => entry[1] !== undefined);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && typeof only[1] === "string") {
    const special = cleanSpecial(only[0], only[1]);
    if (special !== null) return special;
  }
  return Object.fromEntries(entries.map(([name, child]) => [name, cleanJson(child)]));
}

function cleanSpecial(tag: string, base64: string): JSONValue {
  switch (tag) {
    case "$integer":
      return Buffer.from(base64, "base64").readBigInt64LE().toString();
    case "$bytes":
      return base64;
    case "$float": {
      const float = Buffer.from(base64, "base64").readDoubleLE();
      return Number.isFinite(float) ? float : String(float);
    }
    default:
      return null;
  }
}
