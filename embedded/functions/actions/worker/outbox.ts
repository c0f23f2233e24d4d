import nodeProcess from "node:process";
import type { MessagePort } from "node:worker_threads";
import type { FromWorker } from "../messages.ts";

// What is asked and answered may wait for the end of the turn; what is said by the way must not, because the code that
// said it may go on to hold the thread up.
const MAY_WAIT: ReadonlySet<FromWorker["type"]> = new Set(["syscall", "answered", "returned"]);

/** Messages to the main thread: those of one turn cost together what one costs. They keep their order. */
export class Outbox {
  readonly #port: MessagePort;
  #unsent: FromWorker[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(message: FromWorker): void {
    const isFirst = this.#unsent.push(message) === 1;
    if (!MAY_WAIT.has(message.type)) this.#flush();
    else if (isFirst) nodeProcess.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (this.#unsent.length === 0) return;
    this.#port.postMessage(this.#unsent);
    this.#unsent = [];
  }
}
