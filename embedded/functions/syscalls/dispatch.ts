import { DeveloperError, coerceError } from "../../errors.ts";
import { attempt, chain } from "../maybe-promise.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { SyscallFailure } from "../realm/protocol.ts";
import { checkBudget } from "../run.ts";
import type { Frame } from "../run.ts";
import { checkCallLimits } from "../transaction-limits.ts";
import { hasLoneSurrogate } from "../values-check.ts";
import type { SyscallArgs } from "./arguments.ts";
import { DATABASE_SYSCALLS, DATABASE_SYNC_SYSCALLS } from "./database.ts";
import { developerFailure, FunctionFailure } from "./failure.ts";
import { META_SYNC_SYSCALLS, META_SYSCALLS } from "./meta.ts";
import { SCHEDULER_SYSCALLS } from "./scheduler.ts";
import { STORAGE_SYSCALLS } from "./storage.ts";
import type { Syscall, SyncSyscall, SyscallDispatcher } from "./syscall.ts";
import { TRIAL_SYSCALLS } from "./trials.ts";
import { UDF_SYSCALLS } from "./udf.ts";

// Convex-facts d.2.
const SYNC_SYSCALLS: Record<string, SyncSyscall> = {
  ...DATABASE_SYNC_SYSCALLS,
  ...META_SYNC_SYSCALLS,
  ...TRIAL_SYSCALLS,
};

// Convex-facts d.3.
const ASYNC_SYSCALLS: Record<string, Syscall> = {
  ...DATABASE_SYSCALLS,
  ...UDF_SYSCALLS,
  ...META_SYSCALLS,
  ...SCHEDULER_SYSCALLS,
  ...STORAGE_SYSCALLS,
};

// Convex-facts d.6.
const INTERNAL_FAILURE = "Your request couldn't be completed. Try again later.";

function fail(frame: Frame, thrown: unknown): SyscallFailure {
  frame.run.sawFailure = true;
  if (thrown instanceof FunctionFailure) return thrown.failure;
  if (thrown instanceof DeveloperError) return developerFailure(thrown);
  frame.run.internalError ??= coerceError(thrown);
  return { message: INTERNAL_FAILURE };
}

function parseArgs(text: string): SyscallArgs {
  if (hasLoneSurrogate(text))
    throw new DeveloperError("InvalidJson", "Received invalid json: lone surrogate in a string");
  return JSON.parse(text) as SyscallArgs;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function dispatchSync(frame: Frame, op: string, text: string): string | SyscallFailure {
  try {
    checkBudget(frame.run);
    const syscall = Object.hasOwn(SYNC_SYSCALLS, op) ? SYNC_SYSCALLS[op] : undefined;
    if (syscall === undefined) throw new DeveloperError("UnknownOperation", `Unknown operation ${op}`);
    return syscall(frame, parseArgs(text));
  } catch (thrown) {
    return fail(frame, thrown);
  }
}

function answerAsync(frame: Frame, op: string, text: string): MaybePromise<string | SyscallFailure> {
  return attempt<string | SyscallFailure>(
    () => {
      const syscall = Object.hasOwn(ASYNC_SYSCALLS, op) ? ASYNC_SYSCALLS[op] : undefined;
      if (syscall === undefined) throw new DeveloperError("UnknownAsyncOperation", `Unknown async operation ${op}`);
      return chain(syscall(frame, parseArgs(text)), (result) => {
        for (const limits of frame.limits) checkCallLimits(frame.tx, limits);
        return result;
      });
    },
    (thrown) => fail(frame, thrown),
  );
}

/** Answers at once unless the operation, or a nested call started earlier, is still going on. */
function dispatchAsync(frame: Frame, op: string, text: string): MaybePromise<string | SyscallFailure> | null {
  checkBudget(frame.run);
  if (frame.run.fatal !== null) return null;
  const blocker = frame.blockedBy;
  const before = blocker ?? (frame.run.budget.shouldYield() ? nextTurn() : null);
  const answer = before === null ? answerAsync(frame, op, text) : before.then(() => answerAsync(frame, op, text));
  if (answer instanceof Promise) {
    frame.blockedBy = answer;
    void answer.then(() => {
      if (frame.blockedBy === answer) frame.blockedBy = null;
    });
  }
  return answer;
}

/** The syscalls of queries and mutations. */
export const SYSCALLS: SyscallDispatcher = { sync: dispatchSync, async: dispatchAsync };
