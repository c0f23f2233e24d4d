import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { bundleEntry } from "../bundle-entry.ts";
import type { CompiledModule } from "../modules/compile.ts";
import type { FromWorker, ToWorker, WorkerKind, WorkerSettings } from "./messages.ts";

/** What a run is told by its worker. */
export interface RunListener {
  message(message: Extract<FromWorker, { runId: number }>): void;
  /** The worker is gone; nothing more will come. `message` is what the function's caller is told. */
  lost(message: string): void;
}

// Convex-facts f.5. The default runtime's workers hold several actions, each of which may take 64 MB.
const HEAP_MB: Record<WorkerKind, { limit: number; documented: number }> = {
  isolate: { limit: 256, documented: 64 },
  node: { limit: 512, documented: 512 },
};

// The answer of the reference when the process that runs an action dies (convex-facts d.7).
const LOST = "Transient error while executing action";

// A worker that has left this many looks unanswered is held up by a loop: it gets no further actions. Looks are counted
// rather than time, because this thread may be held up as well.
const STUCK_LOOKS = 3;
const LOOK_EVERY_MS = 500;

// Idle Node workers beyond this are ended: each holds a whole Node runtime.
const MAX_IDLE_NODE_WORKERS = 4;

// The default runtime's workers are shared; with two, one busy loop leaves another worker free.
const MIN_SHARED_WORKERS = 2;

// Where loops hold up all of them, more are started.
const MAX_SHARED_WORKERS = 16;

/** One worker thread and the runs in it. */
class ActionWorker {
  readonly kind: WorkerKind;
  readonly #worker: Worker;
  readonly #runs = new Map<number, RunListener>();
  readonly #sentTexts = new Set<string>();
  readonly #sentEnvironments = new Set<string>();
  /** Looks since it was asked for a sign of life that has not come yet; null when none is awaited. */
  #unansweredLooks: number | null = null;
  #isOnline = false;
  #unsent: ToWorker[] = [];
  /** Takes no further runs; ends with the last one. */
  isRetired = false;

  constructor(source: string, settings: WorkerSettings, onExit: (worker: ActionWorker) => void) {
    this.kind = settings.kind;
    // The host's environment stays outside; `execArgv` too, since a loader of the host has nothing to load there.
    const { limit, documented } = HEAP_MB[settings.kind];
    this.#worker = new Worker(source, {
      eval: true,
      workerData: settings,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limit },
    });
    let failure = `${LOST}: The action's worker stopped`;
    this.#worker.on("online", () => (this.#isOnline = true));
    this.#worker.on("message", (messages: FromWorker[]) => {
      for (const message of messages) this.#receive(message);
    });
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      failure =
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `JavaScript execution ran out of memory (maximum memory usage: ${documented} MB)`
          : `${LOST}: ${error.message}`;
    });
    this.#worker.on("exit", () => {
      this.isRetired = true;
      for (const listener of this.#runs.values()) listener.lost(failure);
      this.#runs.clear();
      onExit(this);
    });
  }

  get load(): number {
    return this.#runs.size;
  }

  /** An action in it lets nothing else run. */
  get isStuck(): boolean {
    return this.#unansweredLooks !== null && this.#unansweredLooks >= STUCK_LOOKS;
  }

  /** Asks for a sign of life, or counts that none has come. */
  look(): void {
    if (this.#unansweredLooks !== null) this.#unansweredLooks += 1;
    else if (this.#isOnline) {
      this.#unansweredLooks = 0;
      this.send({ type: "ping" });
    }
  }

  #receive(message: FromWorker): void {
    if (message.type === "pong") this.#unansweredLooks = null;
    else if (message.type === "spoiled") this.isRetired = true;
    else this.#runs.get(message.runId)?.message(message);
  }

  add(runId: number, listener: RunListener): void {
    this.#runs.set(runId, listener);
    this.#worker.ref();
  }

  remove(runId: number): void {
    this.#runs.delete(runId);
    // An idle worker doesn't keep the process alive.
    if (this.#runs.size === 0) this.#worker.unref();
  }

  /** At the end of this turn of the event loop: what is sent in one turn costs together what one message costs. */
  send(message: ToWorker): void {
    if (this.#unsent.push(message) > 1) return;
    setImmediate(() => {
      this.#worker.postMessage(this.#unsent);
      this.#unsent = [];
    });
  }

  /** Sends module texts unless this worker has them. */
  ensureModules(texts: string, modules: () => CompiledModule[], packageRoot: string): void {
    if (this.#sentTexts.has(texts)) return;
    this.#sentTexts.add(texts);
    this.send({ type: "modules", texts, modules: modules(), packageRoot });
  }

  /** Sends the environment of an evaluation unless this worker has it. */
  ensureEnvironment(instance: string, env: Record<string, string>): void {
    if (this.#sentEnvironments.has(instance)) return;
    this.#sentEnvironments.add(instance);
    this.send({ type: "environment", instance, env });
  }

  async terminate(): Promise<void> {
    this.isRetired = true;
    await this.#worker.terminate();
  }
}

/** A run's place in a worker. */
export interface Lease {
  send(message: ToWorker): void;
  ensureModules(texts: string, modules: () => CompiledModule[], packageRoot: string): void;
  ensureEnvironment(instance: string, env: Record<string, string>): void;
  /** Gives the place back. `retire` when code of the run may still be going on in it. */
  release(retire: boolean): void;
}

/**
 * Warm workers: those of the default runtime take several runs at a time, Node workers one each (their `process` is the
 * run's alone, and one that exits takes nothing else with it).
 */
export class WorkerPool {
  readonly #settings: Omit<WorkerSettings, "kind">;
  readonly #nodeWorkers: number;
  readonly #workers = new Set<ActionWorker>();
  readonly #waiting: (() => void)[] = [];
  #looking: NodeJS.Timeout | null = null;
  #nextRunId = 1;

  /** At most `nodeWorkers` actions of the Node runtime run at a time. */
  constructor({ nodeWorkers, ...settings }: Omit<WorkerSettings, "kind"> & { nodeWorkers: number }) {
    this.#settings = settings;
    this.#nodeWorkers = nodeWorkers;
  }

  /** Finds or starts a worker and puts a run into it. Waits while every allowed Node worker is busy. */
  async lease(
    kind: WorkerKind,
    makeListener: (runId: number) => RunListener,
  ): Promise<{ runId: number; lease: Lease }> {
    const source = await bundleEntry(new URL("./worker/main.ts", import.meta.url));
    const worker = await this.#find(kind, source);
    const runId = this.#nextRunId++;
    worker.add(runId, makeListener(runId));
    this.#startLooking();
    const lease: Lease = {
      send: (message) => worker.send(message),
      ensureModules: (texts, modules, packageRoot) => worker.ensureModules(texts, modules, packageRoot),
      ensureEnvironment: (instance, env) => worker.ensureEnvironment(instance, env),
      release: (retire) => this.#release(worker, runId, retire),
    };
    return { runId, lease };
  }

  async close(): Promise<void> {
    this.#stopLooking();
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  async #find(kind: WorkerKind, source: string): Promise<ActionWorker> {
    for (;;) {
      const own = [...this.#workers].filter((worker) => worker.kind === kind && !worker.isRetired);
      const usable = own.filter((worker) => !worker.isStuck);
      const least = (usable.length > 0 ? usable : own).sort((a, b) => a.load - b.load)[0];
      const max = kind === "node" ? this.#nodeWorkers : Math.max(MIN_SHARED_WORKERS, availableParallelism());
      const mayStart = kind === "node" ? own.length < max : usable.length < max && own.length < MAX_SHARED_WORKERS;
      if (least?.load === 0) return least;
      if (mayStart || least === undefined) return this.#start(kind, source);
      if (kind === "isolate") return least;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** While actions run, their workers are asked now and then whether they can. */
  #startLooking(): void {
    if (this.#looking !== null) return;
    this.#looking = setInterval(() => {
      const busy = [...this.#workers].filter((worker) => worker.load > 0);
      for (const worker of busy) worker.look();
      if (busy.length === 0) this.#stopLooking();
    }, LOOK_EVERY_MS).unref();
  }

  #stopLooking(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
  }

  #start(kind: WorkerKind, source: string): ActionWorker {
    const worker = new ActionWorker(source, { kind, ...this.#settings }, (ended) => {
      this.#workers.delete(ended);
      this.#waiting.shift()?.();
    });
    this.#workers.add(worker);
    return worker;
  }

  #release(worker: ActionWorker, runId: number, retire: boolean): void {
    worker.remove(runId);
    if (retire) worker.isRetired = true;
    // What else runs in a worker that a loop holds up would never go on.
    const isLost = worker.isRetired && worker.isStuck;
    if (isLost || (worker.load === 0 && (worker.isRetired || this.#isSurplus(worker)))) void worker.terminate();
    this.#waiting.shift()?.();
  }

  #isSurplus(worker: ActionWorker): boolean {
    if (worker.kind !== "node") return false;
    const idle = [...this.#workers].filter((other) => other.kind === "node" && other.load === 0);
    return idle.length > MAX_IDLE_NODE_WORKERS;
  }
}
