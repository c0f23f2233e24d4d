import type { DeveloperError } from "../../errors.ts";
import type { FunctionError } from "../types.ts";
import type { SyscallFailure } from "../realm/protocol.ts";

/** A nested function failed: its caller gets the text and, for a ConvexError, the data. */
export class FunctionFailure extends Error {
  readonly failure: SyscallFailure;

  constructor(error: FunctionError) {
    super(error.message);
    this.failure = error.data === undefined ? { message: error.message } : { message: error.message, data: error.data };
  }
}

/** What the function sees of a refused syscall. */
export function developerFailure({ message, data }: DeveloperError): SyscallFailure {
  return data === undefined ? { message } : { message, data };
}
