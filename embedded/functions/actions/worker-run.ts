import type { FunctionError } from "../types.ts";
import type { LogCollector } from "../log-lines.ts";
import type { Clock } from "../../clock.ts";
import { answerActionSyscall, getBlob, storeBlob } from "./action-syscalls.ts";
import type { ActionRun } from "./action-syscalls.ts";
import type { CodeKey, ToWorker, WorkerKind } from "./messages.ts";
import type { CompiledModule } from "../modules/compile.ts";
import type { Lease, RunListener, WorkerPool } from "./worker-pool.ts";

type Answer = Extract<ToWorker, { type: "answer" }>["answer"];

/** What to run in a worker. */
export interface WorkerTask {
  kind: WorkerKind;
  run: ActionRun;
  log: LogCollector;
  clock: Clock;
  code: CodeKey;
  env: Record<string, string>;
  modules: () => CompiledModule[];
  packageRoot: string;
  message: Omit<Extract<ToWorker, { type: "run" }>, "type" | "runId" | "code" | "nowMs">;
  signal: AbortSignal | undefined;
  timeoutMs: number;
}

/** What the worker says besides syscalls and logs. `end` was called before nothing more arrives. */
export interface WorkerEvents {
  returned(value: string, unawaited: string[]): void;
  threw(error: FunctionError): void;
  answered(status: number, headers: [string, string][], body: Uint8Array | null): void;
  responded(status: number, headers: [string, string][]): void;
  chunk(bytes: Uint8Array): void;
  bodyEnded(error: FunctionError | null): void;
}

export interface WorkerHandle {
  /** Asks for one more body chunk. */
  pull(): void;
  /** Frees the worker; `abandoned` when code of the run may still be going on. */
  end(abandoned: boolean): void;
}

function timedOut({ kind, message, timeoutMs }: WorkerTask): string {
  const limit = `${timeoutMs / 1000}s`;
  return kind === "node" && message.target.kind === "action"
    ? `Action \`${message.target.exportName}\` execution timed out (maximum duration ${limit})`
    : `Function execution timed out (maximum duration: ${limit})`;
}

/** A Node action that can't end by itself reads like one that took too long; the default runtime has a text of its own. */
function stuck(task: WorkerTask): string {
  if (task.kind === "isolate") return "Returned promise will never resolve";
  return `${timedOut(task)}: it waits for a promise that nothing will resolve any more.`;
}

// Convex-facts f.5: operations of one action that are executed at the same time.
const MAX_OPERATIONS = 8;

class Connection implements RunListener {
  readonly #task: WorkerTask;
  readonly #events: WorkerEvents;
  readonly #runId: number;
  readonly #waiting: (() => void)[] = [];
  #operations = 0;
  lease: Lease | null = null;

  constructor(task: WorkerTask, events: WorkerEvents, runId: number) {
    this.#task = task;
    this.#events = events;
    this.#runId = runId;
  }

  message(message: Parameters<RunListener["message"]>[0]): void {
    const { run } = this.#task;
    switch (message.type) {
      case "syscall":
        this.#perform(message.callId, () => answerActionSyscall(run, message.op, message.args));
        return;
      case "storeBlob":
        this.#perform(message.callId, () => storeBlob(run, message.blob, message.sha256));
        return;
      case "getBlob":
        this.#perform(message.callId, () => getBlob(run, message.storageId));
        return;
      case "log":
        this.#task.log.add(message.level, message.messages, this.#task.clock.nowMs());
        return;
      case "returned":
        this.#events.returned(message.value, message.unawaited);
        return;
      case "threw":
        this.#events.threw(message.error);
        return;
      case "stuck":
        this.#events.threw({ message: stuck(this.#task) });
        return;
      case "answered":
        this.#events.answered(message.status, message.headers, message.body);
        return;
      case "responded":
        this.#events.responded(message.status, message.headers);
        return;
      case "chunk":
        this.#events.chunk(message.bytes);
        return;
      case "bodyEnded":
        this.#events.bodyEnded(message.error);
        return;
    }
  }

  lost(message: string): void {
    this.#events.threw({ message });
  }

  /** Operations never throw; those beyond the limit wait in line. */
  #perform(callId: number, operation: () => Promise<Answer>): void {
    if (this.#operations >= MAX_OPERATIONS) {
      this.#waiting.push(() => this.#perform(callId, operation));
      return;
    }
    this.#operations += 1;
    const runId = this.#runId;
    void operation().then((answer) => {
      this.#operations -= 1;
      this.#waiting.shift()?.();
      this.lease?.send({ type: "answer", runId, callId, nowMs: this.#task.clock.nowMs(), answer });
    });
  }
}

/** Starts a task in a worker and wires its syscalls, logs, time limit and abort. */
export async function startInWorker(pool: WorkerPool, task: WorkerTask, events: WorkerEvents): Promise<WorkerHandle> {
  let connection: Connection | null = null;
  const { runId, lease } = await pool.lease(task.kind, (id) => (connection = new Connection(task, events, id)));
  if (connection !== null) (connection as Connection).lease = lease;
  let hasEnded = false;
  const onAbort = () => lease.send({ type: "abort", runId });
  const timer = setTimeout(() => {
    // First, because whoever is told ends the run as one that is over.
    end(true);
    events.threw({ message: timedOut(task) });
  }, task.timeoutMs);
  const end = (abandoned: boolean) => {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    task.signal?.removeEventListener("abort", onAbort);
    if (abandoned) lease.send({ type: "abort", runId });
    lease.release(abandoned);
  };
  lease.ensureModules(task.code.texts, task.modules, task.packageRoot);
  lease.ensureEnvironment(task.code.instance, task.env);
  lease.send({ type: "run", runId, code: task.code, nowMs: task.clock.nowMs(), ...task.message });
  if (task.signal?.aborted === true) onAbort();
  else task.signal?.addEventListener("abort", onAbort);
  return { pull: () => lease.send({ type: "pull", runId }), end };
}
