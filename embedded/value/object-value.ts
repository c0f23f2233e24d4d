import { CommitTsPlaceholder, type Value } from "convex/values";

/** True for a Convex object: not an array, not bytes, not the commit-timestamp placeholder. */
export function isObjectValue(value: Value | undefined): value is Record<string, Value | undefined> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer) &&
    !(value instanceof CommitTsPlaceholder)
  );
}
