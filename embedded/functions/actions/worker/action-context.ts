import { AsyncLocalStorage } from "node:async_hooks";
import { ConsoleCalls } from "../../console-calls.ts";
import type { SyscallFailure } from "../../realm/protocol.ts";
import type { BlobData, FromWorker } from "../messages.ts";
import type { Outbox } from "./outbox.ts";

type Answer = string | SyscallFailure | BlobData | null;

export interface ActionContextOptions {
  outbox: Pick<Outbox, "send">;
  runId: number;
  env: Record<string, string>;
  /** Told that a message for the run is due; answers what to call when it came. */
  expect?: () => () => void;
  /** Called before the run tells how it ended. */
  beforeEnd?: () => void;
  /** What log texts are shown as. */
  present?: (text: string) => string;
  /** The console is Node's own (convex-facts d.1). */
  isNode?: boolean;
}

const ENDINGS: ReadonlySet<FromWorker["type"]> = new Set(["returned", "threw", "stuck", "answered", "bodyEnded"]);

/** One action being run in this worker; found again through asynchronous calls by {@link currentAction}. */
export class ActionContext {
  readonly runId: number;
  readonly env: Record<string, string>;
  readonly console: ConsoleCalls;
  readonly abortController = new AbortController();
  readonly #outbox: Pick<Outbox, "send">;
  readonly #expect: () => () => void;
  readonly #beforeEnd: () => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #operations = new Map<number, string>();
  #nextCallId = 1;

  constructor({ outbox, runId, env, expect, beforeEnd, present, isNode = false }: ActionContextOptions) {
    this.#outbox = outbox;
    this.#beforeEnd = beforeEnd ?? (() => {});
    this.#expect = expect ?? (() => () => {});
    this.runId = runId;
    this.env = env;
    const shown = (messages: string[]) => (present === undefined ? messages : messages.map(present));
    this.console = new ConsoleCalls(
      (level, messages) => this.send({ type: "log", runId, level, messages: shown(messages) }),
      () => performance.now(),
      isNode,
    );
  }

  /** Waits for a message of the main thread. */
  async expecting<T>(message: Promise<T>): Promise<T> {
    const came = this.#expect();
    try {
      return await message;
    } finally {
      came();
    }
  }

  send(message: FromWorker): void {
    if (ENDINGS.has(message.type)) this.#beforeEnd();
    this.#outbox.send(message);
  }

  /** Asks the main thread; `make` builds the message for the call's id. */
  ask(operation: string, make: (callId: number) => FromWorker): Promise<Answer> {
    const callId = this.#nextCallId++;
    this.#operations.set(callId, operation);
    const answer = new Promise<Answer>((resolve) => {
      this.#waiting.set(callId, resolve);
      this.send(make(callId));
    });
    return this.expecting(answer);
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
