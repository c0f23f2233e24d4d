import { AsyncLocalStorage } from "node:async_hooks";
import type { MessagePort } from "node:worker_threads";
import { ConsoleCalls } from "../../console-calls.ts";
import type { SyscallFailure } from "../../realm/protocol.ts";
import type { BlobData, FromWorker } from "../messages.ts";

type Answer = string | SyscallFailure | BlobData | null;

/** One action being run in this worker; found again through asynchronous calls by {@link currentAction}. */
export class ActionContext {
  readonly runId: number;
  readonly env: Record<string, string>;
  readonly console: ConsoleCalls;
  readonly abortController = new AbortController();
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #operations = new Map<number, string>();
  #nextCallId = 1;

  constructor(port: MessagePort, runId: number, env: Record<string, string>) {
    this.#port = port;
    this.runId = runId;
    this.env = env;
    this.console = new ConsoleCalls(
      (level, messages) => this.send({ type: "log", runId, level, messages }),
      () => performance.now(),
    );
  }

  send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Asks the main thread; `make` builds the message for the call's id. */
  ask(operation: string, make: (callId: number) => FromWorker): Promise<Answer> {
    const callId = this.#nextCallId++;
    this.#operations.set(callId, operation);
    return new Promise((resolve) => {
      this.#waiting.set(callId, resolve);
      this.send(make(callId));
    });
  }

  answer(callId: number, answer: Answer): void {
    this.#operations.delete(callId);
    this.#waiting.get(callId)?.(answer);
    this.#waiting.delete(callId);
  }

  /** Follows an operation of the worker's own, such as a fetch. */
  async follow<T>(operation: string, work: Promise<T>): Promise<T> {
    const callId = this.#nextCallId++;
    this.#operations.set(callId, operation);
    try {
      return await work;
    } finally {
      this.#operations.delete(callId);
    }
  }

  /** Names of what was started and is not finished (convex-facts d.1). */
  get unawaited(): string[] {
    return [...this.#operations.values()];
  }
}

const storage = new AsyncLocalStorage<ActionContext>();

/** The action that is running, or null outside of any. */
export function currentAction(): ActionContext | null {
  return storage.getStore() ?? null;
}

export function runInAction<T>(context: ActionContext, work: () => T): T {
  return storage.run(context, work);
}
