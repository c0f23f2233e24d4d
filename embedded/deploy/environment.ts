import type { JSONValue } from "convex/values";
import type { Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readEnvironment } from "../functions/environment.ts";

// Limits of convex-facts c.3; sizes in UTF-8 bytes.
const NAME_LENGTH = 256;
const VALUE_BYTES = 8 * 1024;
const VARIABLES = 512;
const TOTAL_BYTES = 512 * 1024;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const BUILT_IN = new Set(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"]);

export interface EnvironmentChange {
  name: string;
  /** Null removes the variable. */
  value: string | null;
}

/** Reads `{changes: [{name, value}]}`. Throws DeveloperError `BadJsonBody`. */
export function parseEnvironmentChanges(changes: JSONValue | undefined): EnvironmentChange[] {
  if (!Array.isArray(changes)) throw new DeveloperError("BadJsonBody", "`changes` must be an array");
  return changes.map((change) => {
    const isObject = change !== null && typeof change === "object" && !Array.isArray(change);
    const { name, value = null } = isObject ? change : {};
    if (typeof name !== "string" || (value !== null && typeof value !== "string")) {
      throw new DeveloperError("BadJsonBody", "Each change must be {name, value}");
    }
    return { name, value };
  });
}

/**
 * Writes `changes` into `tx` and returns the resulting environment. Throws DeveloperError with the codes of
 * convex-facts c.3 when a name, a value or the whole is out of bounds; then nothing has been written.
 */
export function applyEnvironmentChanges(
  tx: Transaction,
  changes: readonly EnvironmentChange[],
): Record<string, string> {
  const next = new Map(Object.entries(readEnvironment(tx)));
  for (const change of changes) {
    checkChange(change);
    if (change.value === null) next.delete(change.name);
    else next.set(change.name, change.value);
  }
  checkTotals(next);
  for (const change of changes) write(tx, change);
  return Object.fromEntries(next);
}

function checkChange({ name, value }: EnvironmentChange): void {
  if (BUILT_IN.has(name)) {
    throw new DeveloperError(
      "EnvVarNameForbidden",
      `Environment variable with name "${name}" is built-in and cannot be overridden`,
    );
  }
  if (!NAME.test(name)) {
    throw new DeveloperError(
      "EnvironmentVariableNameInvalid",
      `Environment variable name "${name}" is invalid: it must begin with a letter or underscore and contain only letters, digits and underscores.`,
    );
  }
  if (name.length > NAME_LENGTH) {
    throw new DeveloperError(
      "EnvironmentVariableNameTooLong",
      `Environment variable name is too long (${name.length} > maximum ${NAME_LENGTH})`,
    );
  }
  if (value !== null && Buffer.byteLength(value) > VALUE_BYTES) {
    throw new DeveloperError(
      "EnvironmentVariableValueTooLarge",
      `Environment variable "${name}" is too large (${Buffer.byteLength(value)} > maximum ${VALUE_BYTES} bytes)`,
    );
  }
}

function checkTotals(variables: ReadonlyMap<string, string>): void {
  if (variables.size > VARIABLES) {
    throw new DeveloperError("EnvVarLimitMet", `Cannot have more than ${VARIABLES} environment variables`);
  }
  let bytes = 0;
  for (const [name, value] of variables) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (bytes > TOTAL_BYTES) {
    throw new DeveloperError(
      "EnvVarTotalSizeLimitMet",
      `Environment variables together are larger than ${TOTAL_BYTES} bytes`,
    );
  }
}

function write(tx: Transaction, { name, value }: EnvironmentChange): void {
  const row = tx.system.rows("", "_environment_variables", "by_name", [name], { limit: 1 })[0];
  if (value === null) {
    if (row !== undefined) tx.system.remove("", row.id);
  } else if (row === undefined) {
    tx.system.insert("", "_environment_variables", { name, value });
  } else if (row.value["value"] !== value) {
    tx.system.patch("", row.id, { value });
  }
}
