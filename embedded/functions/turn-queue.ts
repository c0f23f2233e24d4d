import type { MaybePromise } from "./maybe-promise.ts";
import type { Watchdog } from "./realm/watchdog.ts";

// Long enough that many runs share one group commit, short enough that sockets are served between.
const SLICE_MS = 10;

interface Task {
  start(): void;
  cutOff(): void;
}

/**
 * Runs tasks one after the other, in order: those that came during one turn of the event loop together, under one watch
 * and before one group commit. A task that finishes at once has the thread to itself; one that goes on asynchronously
 * lets the next begin. After each slice of time the event loop gets a turn.
 */
export class TurnQueue {
  readonly #watchdog: Watchdog;
  #tasks: Task[] = [];
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
      const settle = (result: () => T) => {
        this.#running -= 1;
        try {
          resolve(result());
        } catch (error) {
          reject(error as Error);
        }
      };
      const start = () => {
        this.#running += 1;
        let result: MaybePromise<T>;
        try {
          result = task();
        } catch (error) {
          return settle(() => {
            throw error;
          });
        }
        if (!(result instanceof Promise)) return settle(() => result as T);
        result.then(resolve, reject).finally(() => void (this.#running -= 1));
      };
      this.#tasks.push({ start, cutOff: () => settle(cutOff) });
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

  #runSlice(): void {
    const endMs = performance.now() + SLICE_MS;
    let current: Task | undefined;
    const outcome = this.#watchdog.watch(() => {
      do {
        current = this.#tasks[this.#next++];
        current?.start();
      } while (this.#next < this.#tasks.length && performance.now() < endMs);
    });
    if (outcome === "cutOff") current?.cutOff();
    this.#tasks = this.#tasks.slice(this.#next);
    this.#next = 0;
  }
}
