import type { JSONValue, Value } from "convex/values";
import type { TableNameByNumber, ValidatorJson } from "../value/validator.ts";
import { checkValidator } from "../value/validator.ts";
import { decodeValue, displayBytes, MAX_DOCUMENT_NESTING, MAX_VALUE_NESTING, measureValue } from "../value/document.ts";
import { DeveloperError, coerceError } from "../errors.ts";
import type { KnownDocuments, ReducedText } from "./known-documents.ts";

// Convex-facts f.2.
const MAX_ARGUMENT_BYTES = 16 << 20;
const MAX_RETURN_BYTES = 16 << 20;

// Above this share of the limit a warning is logged (convex-facts f.1).
const WARNING_SHARE = 0.8;

// Array header of the measured `[args]` (convex-facts f.1).
const ARGUMENT_ARRAY_BYTES = 2;

// JSON.stringify escapes a surrogate only when it stands alone.
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/;

const parsedValidators = new Map<string, ValidatorJson | null>();

// Validators are parsed once; the texts come from pushed code, so their number is bounded by what was ever pushed.
function parseValidator(text: string): ValidatorJson | null {
  const known = parsedValidators.get(text);
  if (known !== undefined) return known;
  const validator = JSON.parse(text) as ValidatorJson | null;
  parsedValidators.set(text, validator);
  return validator;
}

/** True when JSON text written by `JSON.stringify` holds half of a surrogate pair. */
export function hasLoneSurrogate(json: string): boolean {
  return json.includes("\\ud") && LONE_SURROGATE.test(json);
}

export interface ArgumentCheck {
  /** The function's canonical path, for messages. */
  path: string;
  /** The analysed `exportArgs()` text. */
  validator: string | null;
  tables: TableNameByNumber;
  /** As warnings name it. */
  kind: "function" | "action";
  /** Callees inside a mutation may get commit-timestamp placeholders (convex-facts d.6). */
  allowCommitTs: boolean;
}

/** Above 80 % of a limit: `what` (actual: …, limit: …). Else null. */
function sizeWarning(what: string, bytes: number, limit: number): string | null {
  return bytes > WARNING_SHARE * limit ? `${what} (actual: ${bytes} bytes, limit: ${limit} bytes).` : null;
}

/**
 * The one argument object in encoded form, ready for `invoke…`. Takes an object or the legacy array of one. Throws
 * DeveloperError with the texts of convex-facts d.4 and f.2. `onWarning` is told of what comes near a limit.
 */
export function checkArguments(args: JSONValue, check: ArgumentCheck, onWarning: (warning: string) => void): JSONValue {
  const list = Array.isArray(args) ? args : [args];
  const validator = check.validator === null ? null : parseValidator(check.validator);
  const isValidated = validator !== null && validator.type !== "any";
  const [first] = list;
  if (list.length !== 1 || first === undefined) {
    if (!isValidated && list.length === 0) return {};
    throw new DeveloperError(
      "ArgumentValidationError",
      "ArgumentValidationError: Expected to receive a single object as the function's argument. " +
        `Instead received ${list.length} arguments: ${JSON.stringify(list)}`,
    );
  }
  const decoded = decodeValue(first);
  const size = decoded.size + ARGUMENT_ARRAY_BYTES;
  if (size > MAX_ARGUMENT_BYTES) {
    throw new DeveloperError(
      "ArgumentsTooLarge",
      `Arguments for ${check.path} are too large (actual: ${displayBytes(size)}, limit: 16 MiB)`,
    );
  }
  if (decoded.hasCommitTs && !check.allowCommitTs) {
    throw new DeveloperError(
      "InvalidCommitTs",
      `Arguments for ${check.path} can't contain a commit timestamp placeholder`,
    );
  }
  const problem = isValidated ? checkValidator(validator, decoded.value, check.tables) : null;
  if (problem !== null) {
    throw new DeveloperError("ArgumentValidationError", `ArgumentValidationError: ${problem}`);
  }
  const warning = sizeWarning(`Large size of the ${check.kind} arguments`, size, MAX_ARGUMENT_BYTES);
  if (warning !== null) onWarning(warning);
  return first;
}

interface DecodedReturn {
  /** Only where it is to be validated. */
  value?: Value;
  size: number;
  hasCommitTs: boolean;
}

function decodeReturn(json: string, path: string, isValidated: boolean, known: KnownDocuments | null): DecodedReturn {
  const reduced = isValidated ? null : (known?.takeOutOf(json) ?? null);
  const measured = reduced === null ? null : measureReduced(reduced);
  if (measured !== null) return measured;
  try {
    if (hasLoneSurrogate(json)) throw new Error("lone surrogate in a string");
    const parsed = JSON.parse(json) as JSONValue;
    return isValidated ? decodeValue(parsed) : measureValue(parsed);
  } catch (thrown) {
    throw new DeveloperError(
      "FunctionReturnInvalidJson",
      `Function ${path} return value invalid: ${coerceError(thrown).message}`,
    );
  }
}

/** The measures of the whole text, or null where something in it must be looked at as it is. */
function measureReduced({ json, extraBytes }: ReducedText): DecodedReturn | null {
  try {
    if (hasLoneSurrogate(json)) return null;
    const { size, nesting, hasCommitTs } = measureValue(JSON.parse(json) as JSONValue);
    // The documents may nest as deep as they are allowed to.
    if (nesting + MAX_DOCUMENT_NESTING > MAX_VALUE_NESTING) return null;
    return { size: size + extraBytes, hasCommitTs };
  } catch {
    // Read as a whole it is refused with words that fit it.
    return null;
  }
}

/**
 * Checks what a function returned, as text. Throws DeveloperError for a broken return value (the callee's writes are
 * undone); answers how it does not fit the validator (they are kept, convex-facts d.6), else null. `onWarning` is told
 * of what comes near a limit. `known` are documents that the text may have in it.
 */
export function checkReturn(
  json: string,
  check: ArgumentCheck,
  onWarning: (warning: string) => void,
  known: KnownDocuments | null = null,
): string | null {
  const validator = check.validator === null ? null : parseValidator(check.validator);
  const { value, size, hasCommitTs } = decodeReturn(json, check.path, validator !== null, known);
  if (size > MAX_RETURN_BYTES) {
    throw new DeveloperError(
      "FunctionReturnTooLarge",
      `Function ${check.path} return value is too large (actual: ${displayBytes(size)}, limit: 16 MiB)`,
    );
  }
  if (hasCommitTs && !check.allowCommitTs) {
    throw new DeveloperError(
      "FunctionReturnInvalidJson",
      `Function ${check.path} return value invalid: commit timestamp placeholders can only be returned from mutations`,
    );
  }
  const problem = validator === null || value === undefined ? null : checkValidator(validator, value, check.tables);
  const warning = sizeWarning(`Large size of the ${check.kind} return value`, size, MAX_RETURN_BYTES);
  if (warning !== null) onWarning(warning);
  return problem === null ? null : `ReturnsValidationError: ${problem}`;
}
