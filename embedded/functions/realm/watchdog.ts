import { createContext, Script } from "node:vm";

/**
 * No function may hold the event loop longer than this in one stretch; far above the limit of 1 s of JavaScript, so that
 * only a loop without end is cut off.
 */
export const WATCHDOG_MS = 5000;

const workScript = new Script("work()", { filename: "switchboard:turn" });

/** True for what `runInContext` throws when its `timeout` has passed. */
export function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

/**
 * Cuts off pushed code that never ends. Node watches by starting a thread, which costs as much as a short function does;
 * so one watch covers everything a turn of the event loop runs. It ends whatever is on the stack, functions and backend
 * alike; `cutOff` is told apart from a backend that was cut in the middle of its own work, after which nothing in memory
 * can be trusted.
 */
export class Watchdog {
  readonly #globals: { work: () => void } = { work: () => undefined };
  readonly #context = createContext(this.#globals);
  #isWatching = false;
  #inFunction = false;

  /** Whether a watch is already on, so that entering a realm needs none of its own. */
  get isWatching(): boolean {
    return this.#isWatching;
  }

  /**
   * Runs `work` under a watch. Throws Error when the time passes while the backend's own code runs: that must end the
   * process.
   */
  watch(work: () => void): "finished" | "cutOff" {
    this.#globals.work = work;
    this.#isWatching = true;
    this.#inFunction = false;
    try {
      workScript.runInContext(this.#context, { timeout: WATCHDOG_MS });
      return "finished";
    } catch (error) {
      if (!isTimeout(error)) throw error;
      if (!this.#inFunction) throw new Error("The backend was cut off in the middle of its own work", { cause: error });
      return "cutOff";
    } finally {
      this.#isWatching = false;
    }
  }

  /** Pushed code is entered, or goes on after a call to the host. Returns what to give to {@link leave}. */
  enterFunction(): boolean {
    const before = this.#inFunction;
    this.#inFunction = true;
    return before;
  }

  /** The host is entered out of pushed code. Returns what to give to {@link leave}. */
  enterHost(): boolean {
    const before = this.#inFunction;
    this.#inFunction = false;
    return before;
  }

  leave(before: boolean): void {
    this.#inFunction = before;
  }
}
