import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";

// Convex-facts f.5.
const MAX_LINES = 500;
const MAX_LINE_BYTES = 100_000;
const MAX_TOTAL_BYTES = 4_000_000;

// What `log.vars` may become at most, quotation marks included: it is filled in after the function has ended.
const VARIABLE_BYTES = 1026;

const VARIABLES = new Set(["requestId", "ip", "userAgent", "now", "convexActor"]);

/** Counts the `{"$var": name}` in a line's body. Throws DeveloperError for a name that means nothing. */
function countVariables(body: JSONValue): number {
  if (typeof body !== "object" || body === null) return 0;
  if (!Array.isArray(body) && "$var" in body) {
    const name = body["$var"];
    if (typeof name === "string" && VARIABLES.has(name)) return 1;
    throw new DeveloperError("UnknownAuditLogVar", `Unknown audit log variable: ${JSON.stringify(name)}`);
  }
  return Object.values(body).reduce<number>((count, part) => count + countVariables(part ?? null), 0);
}

/**
 * The lines of `log.audit` in one function run. Nothing receives them on a node of one's own, so they are only measured
 * (convex-facts f.5).
 */
export class AuditLog {
  #lines = 0;
  #bytes = 0;

  /** Throws DeveloperError when the line or all of them together are too large or too many. */
  add(body: JSONValue): void {
    const bytes = Buffer.byteLength(JSON.stringify(body)) + countVariables(body) * VARIABLE_BYTES;
    if (bytes > MAX_LINE_BYTES) {
      throw new DeveloperError(
        "AuditLogLineTooLarge",
        `An audit log line may have a maximum possible size of ${MAX_LINE_BYTES} bytes, ` +
          `but this line could be up to ${bytes} bytes.`,
      );
    }
    this.#lines += 1;
    this.#bytes += bytes;
    if (this.#lines > MAX_LINES) {
      throw new DeveloperError(
        "TooManyAuditLogLines",
        `Function execution exceeded the maximum of ${MAX_LINES} audit log lines.`,
      );
    }
    if (this.#bytes > MAX_TOTAL_BYTES) {
      throw new DeveloperError(
        "AuditLogLinesTooLarge",
        `The total maximum possible size of audit log lines from a single function execution is ${MAX_TOTAL_BYTES} ` +
          `bytes, but this execution could produce up to ${this.#bytes} bytes.`,
      );
    }
  }
}
