import nodeProcess from "node:process";
import type { MessagePort } from "node:worker_threads";

/**
 * Notices that what runs in this worker can't go on: its promises wait, the main thread owes no answer and the event
 * loop stays empty. For that the port keeps the loop alive only while an answer is due or nothing runs.
 */
export class Liveness {
  readonly #port: MessagePort;
  readonly #graceMs: number;
  readonly #onStuck: () => void;
  #runs = 0;
  #expected = 0;
  /** Counts what began and ended. */
  #changes = 0;
  /** The count when the loop was found empty and the grace began. */
  #emptyAt: number | null = null;

  /** `onStuck` must end every run; it is called when the loop was empty for `graceMs`. */
  constructor(port: MessagePort, graceMs: number, onStuck: () => void) {
    this.#port = port;
    this.#graceMs = graceMs;
    this.#onStuck = onStuck;
    nodeProcess.on("beforeExit", () => this.#isEmpty());
  }

  /** A run begins; the returned function says that it is over. */
  begin(): () => void {
    this.#runs += 1;
    return this.#release(() => (this.#runs -= 1));
  }

  /** A message from the main thread is due; the returned function says that it came or is not waited for any more. */
  expect(): () => void {
    this.#expected += 1;
    return this.#release(() => (this.#expected -= 1));
  }

  #isEmpty(): void {
    if (this.#emptyAt === this.#changes) {
      this.#emptyAt = null;
      // Whatever ends now, the loop goes on.
      this.#port.ref();
      this.#onStuck();
      return;
    }
    this.#emptyAt = this.#changes;
    setTimeout(() => {}, this.#graceMs);
  }

  #release(count: () => void): () => void {
    let isHeld = true;
    this.#update();
    return () => {
      if (!isHeld) return;
      isHeld = false;
      count();
      this.#update();
    };
  }

  #update(): void {
    this.#changes += 1;
    if (this.#runs > 0 && this.#expected === 0) this.#port.unref();
    else this.#port.ref();
  }
}
