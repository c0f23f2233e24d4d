import type { JSONValue } from "convex/values";
import { DeveloperError } from "../../errors.ts";
import { isUuid } from "../../storage/file-store.ts";
import { tryDecodeId } from "../../value/ids.ts";

/** The parsed argument of a syscall. */
export type SyscallArgs = Record<string, JSONValue | undefined>;

function invalid(argument: string, call: string, cause: string): DeveloperError {
  return new DeveloperError("InvalidArgument", `Invalid argument \`${argument}\` for \`${call}\`: ${cause}`);
}

/** What opening a query threw, as the fault of the call's query where the query makes no sense (convex-facts d.3). */
export function queryRefusal(thrown: unknown, call: string): unknown {
  if (!(thrown instanceof DeveloperError) || thrown.code !== "InvalidQuery") return thrown;
  return invalid("query", call, thrown.message);
}

function kindOf(value: JSONValue | undefined): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "array" : typeof value;
}

/** Reads typed fields of a syscall's argument; errors name the field and the public call (convex-facts d.3). */
export class ArgumentReader {
  readonly #args: SyscallArgs;
  readonly #call: string;

  constructor(args: SyscallArgs, call: string) {
    this.#args = args;
    this.#call = call;
  }

  string(name: string): string {
    const value = this.#args[name];
    if (typeof value === "string") return value;
    throw invalid(name, this.#call, `expected a string, got ${kindOf(value)}`);
  }

  /** The id of a file: of its `_storage` document, or the UUID that ids were in the beginning. */
  storageId(): string {
    const id = this.string("storageId");
    if (isUuid(id) || tryDecodeId(id) !== null) return id;
    throw invalid("storageId", this.#call, `Invalid storage ID: ${JSON.stringify(id)}`);
  }

  optionalString(name: string): string | undefined {
    const value = this.#args[name];
    return value === undefined || value === null ? undefined : this.string(name);
  }

  number(name: string): number {
    const value = this.#args[name];
    if (typeof value === "number") return value;
    throw invalid(name, this.#call, `expected a number, got ${kindOf(value)}`);
  }

  optionalNumber(name: string): number | null {
    const value = this.#args[name];
    return value === undefined || value === null ? null : this.number(name);
  }

  boolean(name: string): boolean {
    return this.#args[name] === true;
  }

  /** Any value that is there; the engine checks it further. */
  value(name: string): JSONValue {
    const value = this.#args[name];
    if (value !== undefined) return value;
    throw invalid(name, this.#call, "missing");
  }

  object(name: string): Record<string, JSONValue> {
    const value = this.#args[name];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, JSONValue>;
    }
    throw invalid(name, this.#call, `Value must be an Object, got ${kindOf(value)}`);
  }
}
