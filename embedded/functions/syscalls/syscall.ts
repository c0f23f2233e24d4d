import type { MaybePromise } from "../maybe-promise.ts";
import type { SyscallFailure } from "../realm/protocol.ts";
import type { Frame } from "../run.ts";
import type { SyscallArgs } from "./arguments.ts";

/** A syscall of queries and mutations: answers with JSON text, throws DeveloperError or FunctionFailure. */
export type Syscall = (frame: Frame, args: SyscallArgs) => MaybePromise<string>;
export type SyncSyscall = (frame: Frame, args: SyscallArgs) => string;

/** How a running function's syscalls are answered. Never throws. A run that failed for good gets null, or text without meaning. */
export interface SyscallDispatcher {
  sync(frame: Frame, op: string, args: string): string | SyscallFailure;
  async(frame: Frame, op: string, args: string): MaybePromise<string | SyscallFailure> | null;
}
