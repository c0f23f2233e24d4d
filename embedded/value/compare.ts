import { compareValues, type Value } from "convex/values";

/** The total order of convex-facts e.2: negative, zero or positive. Shortcuts for the common cases, else `compareValues`. */
export function compareConvex(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === "number" && typeof b === "number") {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b && a !== 0) return 0;
  } else if (typeof a === "string" && typeof b === "string" && a === b) return 0;
  return compareValues(a, b);
}
