import type { MaybePromise } from "./maybe-promise.ts";
import type { Watchdog } from "./realm/watchdog.ts";

// Long enough that many runs share one group commit, short enough that sockets are served between.
const SLICE_MS = 10;

class Task<T> {
  constructor(
    private readonly run: () => MaybePromise<T>,
    private readonly cutOffResult: () => T,
    private readonly resolve: (result: T) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  /** The promise of a task that goes on asynchronously, or null. */
  start(): Promise<T> | null {
    try {
      const result = this.run();
      if (result instanceof Promise) {
        result.then(this.resolve, this.reject);
        return result;
      }
      this.resolve(result);
    } catch (error) {
      this.reject(error);
    }
    return null;
  }

  cutOff(): void {
    try {
      this.resolve(this.cutOffResult());
    } catch (error) {
      this.reject(error);
    }
  }
}

/**
 * Runs tasks one after the other, in order: those that came during one turn of the event loop together, under one watch
 * and before one group commit. A task that finishes at once has the thread to itself; one that goes on asynchronously
 * lets the next begin. After each slice of time the event loop gets a turn.
 */
export class TurnQueue {
  readonly #watchdog: Watchdog;
  #tasks: Task<unknown>[] = [];
  #next = 0;
  #isScheduled = false;
  #running = 0;

  constructor(watchdog: Watchdog) {
    this.#watchdog = watchdog;
  }

  /** Tasks waiting or running. */
  get size(): number {
    return this.#tasks.length - this.#next + this.#running;
  }

  /** `cutOff` gives the result of a task that the watchdog ended before it returned. */
  run<T>(task: () => MaybePromise<T>, cutOff: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#tasks.push(new Task<T>(task, cutOff, resolve, reject) as Task<unknown>);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#runSlice();
      if (this.#tasks.length > 0) this.#schedule();
    });
  }

  #follow(running: Promise<unknown>): void {
    this.#running += 1;
    const ended = () => void (this.#running -= 1);
    running.then(ended, ended);
  }

  #runSlice(): void {
    const endMs = performance.now() + SLICE_MS;
    let current: Task<unknown> | undefined;
    const outcome = this.#watchdog.watch(() => {
      do {
        current = this.#tasks[this.#next++];
        const running = current?.start() ?? null;
        if (running !== null) this.#follow(running);
      } while (this.#next < this.#tasks.length && performance.now() < endMs);
    });
    if (outcome === "cutOff") current?.cutOff();
    this.#tasks = this.#tasks.slice(this.#next);
    this.#next = 0;
  }
}
