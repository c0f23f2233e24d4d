import { FunctionMemory } from "./function-memory.ts";
import type { Watchdog } from "./realm/watchdog.ts";
import type { FunctionError } from "./types.ts";

/** How long the JavaScript of one query or mutation may run, in ms (convex-facts f.1). */
export const MAX_USER_MS = 1000;

// A function that took more than this share of it is warned (convex-facts f.1).
const WARNING_SHARE = 0.8;

// Syscalls included (convex-facts f.1).
const MAX_TOTAL_MS = 15_000;

// A function that has run this long in one stretch gets its next answer in a later turn of the event loop, so that
// others run in between.
const YIELD_MS = 100;

export const TIMED_OUT: FunctionError = { message: "Function execution timed out (maximum duration: 1s)" };

const SYSTEM_TIMED_OUT: FunctionError = {
  message: "Your request timed out performing too many system operations.",
  code: "SystemTimeoutError",
};

// Reading the processor time costs a call into the system, and this much more of it is not held against a function that
// may use a second.
const CPU_AGE_MS = 50;

let cpuAtMs = -Infinity;
let cpu: NodeJS.CpuUsage = { user: 0, system: 0 };

/** The processor time at `nowMs` of `performance`, or a little earlier. */
function recentCpu(nowMs: number): NodeJS.CpuUsage {
  if (nowMs - cpuAtMs > CPU_AGE_MS) {
    cpuAtMs = nowMs;
    cpu = process.cpuUsage();
  }
  return cpu;
}

/**
 * How much time and memory a run may take: 1 s of JavaScript and 15 s in all. JavaScript time is counted on the wall
 * between syscalls, and only held against a run that also used that much processor time, so a busy machine refuses
 * nothing. A stretch lasts from where the event loop enters the run's code to where it leaves it; loops that make no
 * syscalls are ended by the watchdog.
 */
export class TimeBudget {
  readonly #watchdog: Watchdog;
  readonly #startedMs = performance.now();
  readonly #startedCpu = recentCpu(this.#startedMs);
  readonly #memory = new FunctionMemory(this.#startedMs);
  #earlierUserMs = 0;
  #stretchStartMs = this.#startedMs;
  #hasYielded = false;

  constructor(watchdog: Watchdog) {
    this.#watchdog = watchdog;
  }

  /** Called where the function has handed control to the host. Returns the refusal when a limit is crossed. */
  check(): FunctionError | null {
    // Before the first stretch there is nothing to hold against the function.
    if (!this.#watchdog.isInStretch) return null;
    const nowMs = this.#watchdog.hostSinceMs;
    const outOfMemory = this.#memory.check(nowMs);
    if (outOfMemory !== null) return outOfMemory;
    if (nowMs - this.#startedMs > MAX_TOTAL_MS) return SYSTEM_TIMED_OUT;
    return this.#isOverTime(this.#watchdog.stretchUserMs) ? TIMED_OUT : null;
  }

  /** Called when the event loop enters the run's code. */
  beginStretch(): void {
    this.#stretchStartMs = this.#watchdog.prepare(this.#earlierUserMs);
    this.#memory.beginStretch();
  }

  /** Called when the event loop gets control back. */
  endStretch(): FunctionError | null {
    this.#earlierUserMs = this.#watchdog.stretchUserMs;
    return this.#isOverTime(this.#earlierUserMs) ? TIMED_OUT : this.#memory.endStretch(this.#earlierUserMs);
  }

  /** The next answer must wait for a turn of its own. */
  shouldYield(): boolean {
    if (this.#watchdog.hostSinceMs - this.#stretchStartMs < YIELD_MS) return false;
    this.#hasYielded = true;
    return true;
  }

  /** It goes on asynchronously because it takes long. */
  get hasYielded(): boolean {
    return this.#hasYielded;
  }

  /** What to warn of when the run has ended. */
  warnings(): string[] {
    const limitMs = WARNING_SHARE * MAX_USER_MS;
    if (this.#earlierUserMs <= limitMs || !this.#hasUsedProcessor(limitMs)) return [];
    const actual = `${this.#earlierUserMs.toFixed(1)}ms`;
    return [`Function execution took a long time (maximum duration: 1s, actual duration: ${actual}).`];
  }

  #isOverTime(userMs: number): boolean {
    return userMs > MAX_USER_MS && this.#hasUsedProcessor(MAX_USER_MS);
  }

  #hasUsedProcessor(atLeastMs: number): boolean {
    const { user, system } = process.cpuUsage(this.#startedCpu);
    return (user + system) / 1000 > atLeastMs;
  }
}
