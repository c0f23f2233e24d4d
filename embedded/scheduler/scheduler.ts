import type { Namespace, Subscription, Transaction } from "../database/types.ts";
import { DeploymentCache } from "../functions/deployment.ts";
import { finishCron, nextCrons } from "./crons.ts";
import type { CronJob } from "./crons.ts";
import { runCron } from "./cron-runner.ts";
import { endJob, inTransaction, LOST_ACTION, runJob } from "./job-runner.ts";
import type { JobServices } from "./job-runner.ts";
import { nextJobs } from "./job-store.ts";
import type { ScheduledJob } from "./job-store.ts";
import { removeExpired } from "./retention.ts";

export interface Scheduler {
  /** Settles what a crash left half done, then runs jobs as they fall due. */
  start(): Promise<void>;
  /** Resolves when nothing runs and nothing is due at the clock's present time. */
  idle(): Promise<void>;
  /** Starts nothing more and waits for what runs. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

// Convex-facts f.6.
const MAX_PARALLEL = 8;

const HOUR_MS = 60 * 60 * 1000;

/** What the tables say is to be done: jobs and crons in order of time, with what was read to find out. */
interface Agenda {
  jobs: ScheduledJob[];
  crons: CronJob[];
}

class ClockScheduler implements Scheduler {
  readonly #services: JobServices;
  readonly #deployments = new DeploymentCache();
  /** Jobs and crons that run, by key. */
  readonly #running = new Map<string, Promise<void>>();
  #subscription: Subscription | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelCleaning: (() => void) | null = null;
  #isStopped = true;
  #willLook = false;
  #failure: Error | null = null;

  constructor(services: JobServices) {
    this.#services = services;
  }

  async start(): Promise<void> {
    await this.#recover();
    this.#isStopped = false;
    this.#wake();
    this.#scheduleCleaning();
  }

  async idle(): Promise<void> {
    for (;;) {
      await this.#services.runner.idle();
      if (this.#failure !== null) throw this.#failure;
      if (this.#isStopped || (this.#running.size === 0 && !this.#hasDue())) return;
      this.#wake();
      await Promise.race([...this.#running.values(), new Promise<void>((resolve) => setImmediate(resolve))]);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#forgetWaiting();
    this.#cancelCleaning?.();
    await Promise.all(this.#running.values());
  }

  close(): Promise<void> {
    return this.stop();
  }

  // Many runs end and many commits come in one turn; one look at its end serves them all.
  #wake(): void {
    if (this.#isStopped || this.#willLook) return;
    this.#willLook = true;
    setImmediate(() => {
      this.#willLook = false;
      try {
        if (!this.#isStopped) this.#look();
      } catch (error) {
        this.#fail(error as Error);
      }
    });
  }

  /** Looks what is due, starts it, and arranges to look again when that may have changed. */
  #look(): void {
    this.#forgetWaiting();
    const { database, clock } = this.#services;
    const tx = database.begin({ readOnly: true });
    const agenda = this.#agenda(tx);
    database.abandon(tx);
    const nextMs = this.#startDue(agenda, clock.nowMs());
    // With every place taken, the end of a run looks again.
    if (this.#running.size < MAX_PARALLEL && nextMs !== null) {
      this.#cancelTimer = clock.at(nextMs, () => this.#wake());
    }
    this.#subscription = database.subscribe(tx.reads, tx.beginTs, () => this.#wake());
  }

  #agenda(tx: Transaction): Agenda {
    const limit = MAX_PARALLEL + this.#running.size + 1;
    const crons = this.#namespaces(tx).flatMap((ns) => nextCrons(tx, ns, limit));
    return { jobs: nextJobs(tx, limit), crons };
  }

  /** Starts what is due while there is room; answers when the first thing not started is due. */
  #startDue({ jobs, crons }: Agenda, nowMs: number): number | null {
    const waiting = [
      ...jobs
        .filter((job) => !job.isRunning)
        .map((job) => ({ key: `job ${job.id}`, atMs: job.nextMs, run: () => runJob(this.#services, job) })),
      ...crons
        .filter((cron) => !cron.isRunning)
        .map((cron) => ({ key: `cron ${cron.rowId}`, atMs: cron.nextMs, run: () => runCron(this.#services, cron) })),
    ]
      .filter(({ key }) => !this.#running.has(key))
      .sort((a, b) => a.atMs - b.atMs);
    for (const { key, atMs, run } of waiting) {
      if (atMs > nowMs || this.#running.size >= MAX_PARALLEL) return atMs;
      this.#track(key, run());
    }
    return null;
  }

  #track(key: string, run: Promise<void>): void {
    const ended = run.then(
      () => this.#end(key),
      (error: unknown) => {
        this.#end(key);
        this.#fail(error as Error);
      },
    );
    this.#running.set(key, ended);
  }

  #end(key: string): void {
    this.#running.delete(key);
    this.#wake();
  }

  #hasDue(): boolean {
    const { database, clock } = this.#services;
    const tx = database.begin({ readOnly: true });
    try {
      const { jobs, crons } = this.#agenda(tx);
      const nowMs = clock.nowMs();
      return [...jobs, ...crons].some((item) => !item.isRunning && item.nextMs <= nowMs);
    } finally {
      database.abandon(tx);
    }
  }

  #namespaces(tx: Transaction): Namespace[] {
    return this.#deployments.read(tx)?.components.map((component) => component.path) ?? [];
  }

  #forgetWaiting(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#subscription?.cancel();
    this.#subscription = null;
  }

  /** Actions that were running when the process died are not started again (convex-facts d.7). */
  async #recover(): Promise<void> {
    const { database, clock } = this.#services;
    const tx = database.begin({ readOnly: true });
    const lost = nextJobs(tx).filter((job) => job.isRunning);
    const lostCrons = this.#namespaces(tx).flatMap((ns) => nextCrons(tx, ns).filter((cron) => cron.isRunning));
    database.abandon(tx);
    for (const job of lost) await endJob(this.#services, job, LOST_ACTION);
    for (const cron of lostCrons) {
      await inTransaction(database, (change) => finishCron(change, cron, clock.nowMs(), LOST_ACTION));
    }
  }

  #scheduleCleaning(): void {
    const { database, clock } = this.#services;
    this.#cancelCleaning = clock.at(clock.nowMs() + HOUR_MS, () => {
      if (this.#isStopped) return;
      const tx = database.begin({ readOnly: true });
      const namespaces = this.#namespaces(tx);
      database.abandon(tx);
      this.#track(
        "cleaning",
        removeExpired(database, namespaces, clock.nowMs()).then(() => this.#scheduleCleaning()),
      );
    });
  }

  // The store no longer works: whoever waits is told, and the process says why.
  #fail(error: Error): void {
    this.#failure ??= error;
    process.emitWarning(error);
  }
}

/** Runs scheduled functions and crons by the clock (convex-facts d.7). Wakes on commits to its tables, never polls. */
export function createScheduler(services: JobServices): Scheduler {
  return new ClockScheduler(services);
}
