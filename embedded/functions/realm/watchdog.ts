import { Session } from "node:inspector";
import { isMainThread, Worker } from "node:worker_threads";
import { bundleEntry } from "../bundle-entry.ts";
import {
  allocateWatchMemory,
  ASLEEP,
  CONDEMNED,
  IDLE,
  IN_FUNCTION,
  IN_HOST,
  timeOf,
  WORD,
  wordOf,
  wordsOf,
  type WatchMemory,
  type WatchState,
} from "./watchdog-protocol.ts";

// Of 32 bits two are the state's and one the sign's.
const MAX_STRETCH = 2 ** 29 - 1;

// The monitor runs a loop and an inspector session; a thread's ordinary limits would let its garbage grow.
const MONITOR_LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

// The inspector evaluates text, and text reaches only globals.
const TURN = "switchboard.turn";
const EVALUATE_TURN = { expression: `globalThis[Symbol.for("${TURN}")]()`, silent: true };
let turn: () => void = () => undefined;
Object.defineProperty(globalThis, Symbol.for(TURN), { value: () => turn(), configurable: true });

/**
 * Cuts off pushed code that never ends. `node:vm` watches by starting a thread each time, which costs more than a short
 * function does. Here one thread watches for as long as the process lives: it is told by shared memory whether pushed
 * code runs and since when, and ends it through the inspector (`watchdog-monitor.ts`). What is cut off is everything on
 * the stack up to {@link watch}, which is therefore an inspector's evaluation: those outlive a termination. The
 * backend's own work is never cut: it is told apart in the same memory, by compare-and-swap.
 */
export class Watchdog {
  readonly #session = new Session();
  readonly #words: Int32Array;
  readonly #begunAt: Float64Array;
  readonly #monitor: Worker;
  #isWatching = false;
  #stretch = 0;
  #state: WatchState = IDLE;
  #usedMs = 0;
  #hostSinceMs = 0;
  #isFree = false;
  #lastUserMs = 0;

  private constructor(monitorSource: string, limitMs: number) {
    if (!isMainThread) throw new Error("Functions can only be watched on the process's main thread");
    const buffer = allocateWatchMemory();
    this.#words = wordsOf(buffer);
    this.#begunAt = timeOf(buffer);
    const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
    const memory: WatchMemory = { buffer, originMs, limitMs };
    this.#monitor = new Worker(monitorSource, {
      eval: true,
      workerData: memory,
      env: {},
      execArgv: [],
      resourceLimits: MONITOR_LIMITS,
    });
    this.#monitor.unref();
    this.#session.connect();
  }

  /** Starts the monitor. `limitMs` is how long pushed code may run, the backend's work for it not counted. */
  static async start(limitMs: number): Promise<Watchdog> {
    return new Watchdog(await bundleEntry(new URL("./watchdog-monitor.ts", import.meta.url)), limitMs);
  }

  async close(): Promise<void> {
    this.#session.disconnect();
    await this.#monitor.terminate();
  }

  /** Whether a watch is already on, so that entering a realm needs none of its own. */
  get isWatching(): boolean {
    return this.#isWatching;
  }

  /** Whether pushed code is on the stack. */
  get isInStretch(): boolean {
    return this.#state !== IDLE;
  }

  /** The next stretch belongs to a function that has run for `usedMs` already. Returns the time, as `performance` tells it. */
  prepare(usedMs: number): number {
    this.#usedMs = usedMs;
    return performance.now();
  }

  /** When pushed code last handed control to the backend. */
  get hostSinceMs(): number {
    return this.#hostSinceMs;
  }

  /** How long the function has run: of the present stretch up to its last call to the host, or of the last one. */
  get stretchUserMs(): number {
    return this.#state === IDLE ? this.#lastUserMs : this.#hostSinceMs - (this.#begunAt[0] ?? 0);
  }

  /** Runs `work` so that pushed code in it can be cut off. Throws what `work` throws. */
  watch(work: () => void): "finished" | "cutOff" {
    let ended: { error: unknown } | "finished" | null = null;
    turn = () => {
      try {
        work();
        ended = "finished";
      } catch (error) {
        ended = { error };
      }
    };
    this.#isWatching = true;
    this.#session.post("Runtime.evaluate", EVALUATE_TURN);
    this.#isWatching = false;
    return this.#settle(ended);
  }

  /** Pushed code is entered, or goes on after a call to the host. Returns what to give to {@link leave}. */
  enterFunction(): WatchState {
    return this.#change(IN_FUNCTION);
  }

  /**
   * The host is entered out of pushed code. What it does counts as the function's own time unless `isFree`. Returns what
   * to give to {@link leave}.
   */
  enterHost(isFree: boolean): WatchState {
    this.#isFree = isFree;
    return this.#change(IN_HOST);
  }

  leave(before: WatchState): void {
    // Only asynchronous calls to the host, which are free, enter functions in turn.
    if (before === IN_HOST) this.#isFree = true;
    this.#change(before);
  }

  #settle(ended: { error: unknown } | "finished" | null): "finished" | "cutOff" {
    if (ended === "finished") return ended;
    if (ended !== null) throw ended.error;
    if (Atomics.load(this.#words, WORD) !== wordOf(this.#stretch, CONDEMNED)) {
      throw new Error("The backend was cut off in the middle of its own work");
    }
    this.#state = IDLE;
    Atomics.store(this.#words, WORD, wordOf(this.#stretch, IDLE));
    return "cutOff";
  }

  #change(next: WatchState): WatchState {
    const before = this.#state;
    if (before === next) return before;
    const found = wordOf(this.#stretch, before);
    this.#account(before, next, performance.now());
    this.#state = next;
    if (Atomics.compareExchange(this.#words, WORD, found, wordOf(this.#stretch, next)) !== found) awaitCutOff();
    if (before === IDLE && Atomics.load(this.#words, ASLEEP) === 1) Atomics.notify(this.#words, WORD);
    return before;
  }

  /** Keeps `begunAt` where the function's time began if only the time it ran itself counted. */
  #account(before: WatchState, next: WatchState, nowMs: number): void {
    if (before === IDLE) {
      this.#stretch = (this.#stretch + 1) % MAX_STRETCH;
      this.#begunAt[0] = nowMs - this.#usedMs;
      this.#usedMs = 0;
    } else if (before === IN_HOST && this.#isFree) {
      this.#begunAt[0] = (this.#begunAt[0] ?? 0) + nowMs - this.#hostSinceMs;
    }
    if (next === IN_HOST) this.#hostSinceMs = nowMs;
    else if (next === IDLE) this.#lastUserMs = nowMs - (this.#begunAt[0] ?? 0);
  }
}

/** The monitor has decided: nothing may happen any more until the termination comes. */
function awaitCutOff(): never {
  for (;;);
}
