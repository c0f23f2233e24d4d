import type { MaybePromise } from "./maybe-promise.ts";

// Long enough that many runs share one group commit, short enough that sockets are served between.
const SLICE_MS = 10;

/**
 * Starts tasks one after the other, in order. A task that finishes at once has the thread to itself; one that goes on
 * asynchronously lets the next begin. After each slice of time the event loop gets a turn.
 */
export class TurnQueue {
  readonly #tasks: (() => void)[] = [];
  #sliceStartMs = 0;
  #inTurn = false;
  #isPumping = false;
  #isPaused = false;
  #running = 0;

  /** Tasks waiting or running. */
  get size(): number {
    return this.#tasks.length + this.#running;
  }

  run<T>(task: () => MaybePromise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#tasks.push(() => {
        this.#running += 1;
        const ended = () => {
          this.#running -= 1;
        };
        try {
          const result = task();
          if (result instanceof Promise) {
            result.then(resolve, reject).finally(ended);
            return;
          }
          resolve(result);
        } catch (error) {
          reject(error as Error);
        }
        ended();
      });
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isPaused || this.#isPumping) return;
    this.#isPumping = true;
    this.#beginTurn();
    while (this.#tasks.length > 0) {
      if (performance.now() - this.#sliceStartMs > SLICE_MS) {
        this.#isPaused = true;
        setImmediate(() => {
          this.#isPaused = false;
          this.#inTurn = false;
          this.#pump();
        });
        break;
      }
      this.#tasks.shift()?.();
    }
    this.#isPumping = false;
  }

  #beginTurn(): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#sliceStartMs = performance.now();
    setImmediate(() => {
      if (!this.#isPaused) this.#inTurn = false;
    });
  }
}
