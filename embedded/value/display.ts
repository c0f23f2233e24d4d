import { Base64, CommitTsPlaceholder, type Value } from "convex/values";

// A value in an error message is for reading; beyond this many characters it is cut.
const MAX_DISPLAY_CHARS = 16_384;

/** A value as Convex prints it in validation errors: `{name: "Ann", visits: 2.0}`. */
export function displayValue(value: Value): string {
  const text = display(value);
  return text.length > MAX_DISPLAY_CHARS ? text.slice(0, MAX_DISPLAY_CHARS) + "[...truncated]" : text;
}

/** A float with its decimal point, so that it reads differently from an int64. */
export function displayFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

function display(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "number") return displayFloat(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof ArrayBuffer) return `b"${Base64.fromByteArray(new Uint8Array(value))}"`;
  if (value instanceof CommitTsPlaceholder) return "db.vars.commitTs";
  if (Array.isArray(value)) return `[${value.map(display).join(", ")}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${displayName(name)}: ${display(field ?? null)}`).join(", ")}}`;
}

function displayName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
