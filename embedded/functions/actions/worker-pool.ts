import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { bundleEntry } from "../bundle-entry.ts";
import type { CompiledModule } from "../modules/compile.ts";
import type { FromWorker, ToWorker, WorkerKind, WorkerSettings } from "./messages.ts";

/** What a run is told by its worker. */
export interface RunListener {
  message(message: FromWorker): void;
  /** The worker is gone; nothing more will come. */
  lost(reason: string): void;
}

// Idle Node workers beyond this are ended: each holds a whole Node runtime.
const MAX_IDLE_NODE_WORKERS = 4;

// The default runtime's workers are shared; with two, one busy loop leaves another worker free.
const MIN_SHARED_WORKERS = 2;

/** One worker thread and the runs in it. */
class ActionWorker {
  readonly kind: WorkerKind;
  readonly #worker: Worker;
  readonly #runs = new Map<number, RunListener>();
  readonly #sentTexts = new Set<string>();
  /** Takes no further runs; ends with the last one. */
  isRetired = false;

  constructor(source: string, settings: WorkerSettings, onExit: (worker: ActionWorker) => void) {
    this.kind = settings.kind;
    // The host's environment stays outside; `execArgv` too, since a loader of the host has nothing to load there.
    this.#worker = new Worker(source, { eval: true, workerData: settings, env: {}, execArgv: [] });
    let failure = "The action's worker stopped";
    this.#worker.on("message", (message: FromWorker) => this.#runs.get(message.runId)?.message(message));
    this.#worker.on("error", (error: Error) => {
      failure = error.message;
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

  add(runId: number, listener: RunListener): void {
    this.#runs.set(runId, listener);
    this.#worker.ref();
  }

  remove(runId: number): void {
    this.#runs.delete(runId);
    // An idle worker doesn't keep the process alive.
    if (this.#runs.size === 0) this.#worker.unref();
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Sends module texts unless this worker has them. */
  ensureModules(texts: string, modules: () => CompiledModule[]): void {
    if (this.#sentTexts.has(texts)) return;
    this.#sentTexts.add(texts);
    this.send({ type: "modules", texts, modules: modules() });
  }

  async terminate(): Promise<void> {
    this.isRetired = true;
    await this.#worker.terminate();
  }
}

/** A run's place in a worker. */
export interface Lease {
  send(message: ToWorker): void;
  ensureModules(texts: string, modules: () => CompiledModule[]): void;
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
    const lease: Lease = {
      send: (message) => worker.send(message),
      ensureModules: (texts, modules) => worker.ensureModules(texts, modules),
      release: (retire) => this.#release(worker, runId, retire),
    };
    return { runId, lease };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  async #find(kind: WorkerKind, source: string): Promise<ActionWorker> {
    for (;;) {
      const usable = [...this.#workers].filter((worker) => worker.kind === kind && !worker.isRetired);
      const least = usable.sort((a, b) => a.load - b.load)[0];
      const max = kind === "node" ? this.#nodeWorkers : Math.max(MIN_SHARED_WORKERS, availableParallelism());
      if (least !== undefined && (least.load === 0 || (kind === "isolate" && usable.length >= max))) return least;
      if (usable.length < max) return this.#start(kind, source);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
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
    if (worker.load === 0 && (worker.isRetired || this.#isSurplus(worker))) void worker.terminate();
    this.#waiting.shift()?.();
  }

  #isSurplus(worker: ActionWorker): boolean {
    if (worker.kind !== "node") return false;
    const idle = [...this.#workers].filter((other) => other.kind === "node" && other.load === 0);
    return idle.length > MAX_IDLE_NODE_WORKERS;
  }
}
