import type { Database, Timestamp } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { attempt, chain, type MaybePromise } from "../functions/maybe-promise.ts";
import { randomRequestId } from "../functions/request-id.ts";
import type { FunctionRunner, Identity, QueryOutcome } from "../functions/types.ts";
import type { ClientView, QueryRun, TrackedQuery, TransitionPlan } from "./client-view.ts";
import { queryRunOf } from "./query-run.ts";
import type { Transition } from "./server-messages.ts";
import type { ReadsListener, SharedSubscriptions } from "./shared-subscriptions.ts";
import { follow, lead, WakeUp } from "./wake-ups.ts";

// Queries of one client that run at the same time (convex-facts a.4).
const CONCURRENT_QUERIES = 20;

// A slow client gets fewer, newer Transitions instead of a growing backlog (convex-facts a.4).
const UNSENT_TRANSITIONS = 2;

export interface PumpHost {
  database: Pick<Database, "latestTs" | "durable" | "isDurable">;
  runner: Pick<FunctionRunner, "query">;
  subscriptions: SharedSubscriptions;
  view: ClientView;
  client: { ip: string | null; userAgent: string | null };
  /** The identity queries run with; throws when its token has expired. */
  identity(): Identity;
  /** `onSent` is called when the frames have left this process. */
  send(transition: Omit<Transition, "clientClockSkewMs" | "serverTimeNs" | "type">, onSent: () => void): void;
  fail(error: unknown): void;
}

// Instants that are tried before the client is told to come again.
const MAX_TRIES = 3;

function isForgotten(error: unknown): boolean {
  return error instanceof DeveloperError && error.code === "OutOfRetention";
}

// Its callbacks cost less than queueMicrotask, which makes an async resource of each.
const NOW = Promise.resolve();

type Runs = Map<TrackedQuery, QueryRun>;

interface Computed {
  plan: TransitionPlan;
  runs: Runs;
}

type Phase = "idle" | "scheduled" | "computing" | "stopped";

/** A query that has been answered, until it is run again. */
class Watch implements ReadsListener {
  constructor(
    private readonly pump: TransitionPump,
    private readonly query: TrackedQuery,
    readonly outcome: QueryOutcome,
    /** When the outcome was computed. */
    readonly ts: Timestamp,
  ) {}

  readsChanged(delayMs: number, isFirst: boolean): void {
    this.pump.queryChanged(this.query, delayMs, isFirst);
  }
}

/**
 * Computes one Transition at a time for one client (convex-facts a.4). What is asked for meanwhile is folded into the
 * next; while the client is slow to receive, none is computed.
 */
export class TransitionPump {
  #phase: Phase = "idle";
  #wanted = false;
  #unsent = 0;
  readonly #watches = new Map<TrackedQuery, Watch>();
  readonly #wakeUp = new WakeUp(() => this.#requestStale());
  /** Called when those who follow this client need not wait any longer. */
  #endLead: (() => void) | null = null;

  constructor(private readonly host: PumpHost) {}

  /** Asks for a Transition that begins later than this call, even if it turns out empty. */
  request(): void {
    if (this.#phase === "stopped") return;
    this.#wanted = true;
    if (this.#phase === "idle" && this.#unsent < UNSENT_TRANSITIONS) this.#schedule();
  }

  /** A commit touched what the query read; the arguments are those of {@link ReadsListener}. */
  queryChanged(query: TrackedQuery, delayMs: number, isFirst: boolean): void {
    // At once: whatever is computed from now on runs the query again. Only the asking may wait.
    this.host.view.invalidate(query);
    if (delayMs > 0) this.#wakeUp.after(delayMs);
    else if (isFirst) this.#lead();
    else follow(() => this.#requestStale());
  }

  forget(query: TrackedQuery): void {
    const watch = this.#watches.get(query);
    if (watch === undefined) return;
    this.host.subscriptions.leave(watch.outcome.reads, watch);
    this.#watches.delete(query);
  }

  stop(): void {
    this.#phase = "stopped";
    this.#letFollow();
    this.#wakeUp.cancel();
    for (const watch of this.#watches.values()) this.host.subscriptions.leave(watch.outcome.reads, watch);
    this.#watches.clear();
  }

  #lead(): void {
    if (this.#isStopped()) return;
    this.#endLead ??= lead();
    this.request();
  }

  #letFollow(): void {
    this.#endLead?.();
    this.#endLead = null;
  }

  // Another Transition may have run meanwhile what was to be run.
  #requestStale(): void {
    if (!this.#isStopped() && this.host.view.hasStale()) this.request();
  }

  #schedule(): void {
    this.#phase = "scheduled";
    // One commit may touch many of this client's queries: their notices all arrive before the microtask.
    void NOW.then(this.#go);
  }

  readonly #go = () => {
    void attempt<void>(
      () => chain(this.#compute(1), (computed) => this.#tell(computed)),
      (error) => this.host.fail(error),
    );
  };

  #tell(computed: Computed | null): void {
    if (computed === null || this.#isStopped()) return;
    const { plan, runs } = computed;
    const modifications = this.host.view.finish(plan, runs);
    for (const query of runs.keys()) this.#watch(query);
    this.#unsent++;
    this.host.send({ startVersion: plan.startVersion, endVersion: plan.endVersion, modifications }, this.#sent);
    this.#phase = "idle";
    this.#letFollow();
    if (this.#wanted && this.#unsent < UNSENT_TRANSITIONS) this.#schedule();
  }

  readonly #sent = () => {
    this.#unsent--;
    if (this.#wanted && this.#phase === "idle") this.#schedule();
  };

  /** Everything that is to be told, at one instant; null once stopped. At once where all of it is known. */
  #compute(tries: number): MaybePromise<Computed | null> {
    if (this.#isStopped()) return null;
    this.#phase = "computing";
    this.#wanted = false;
    const { database, view } = this.host;
    // Only what is on disk may be shown. Once `ts` is durable, all notices of commits up to it have been given: a query
    // without one still holds at `ts`, however long ago it ran.
    const ts = database.latestTs;
    return chain(database.isDurable(ts) ? undefined : database.durable(ts), () => {
      if (this.#isStopped()) return null;
      const identity = this.host.identity();
      const plan = view.begin(ts);
      return attempt<Computed | null>(
        () => chain(this.#runQueries(plan, identity), (runs) => ({ plan, runs })),
        (error) => {
          // So much was written meanwhile that the instant is forgotten: a newer one serves the client as well.
          if (!isForgotten(error) || tries === MAX_TRIES) throw error;
          view.undo(plan);
          return this.#compute(tries + 1);
        },
      );
    });
  }

  // A method, because the compiler believes #phase cannot change across an await.
  #isStopped(): boolean {
    return this.#phase === "stopped";
  }

  #runQueries(plan: TransitionPlan, identity: Identity): MaybePromise<Runs> {
    const runs: Runs = new Map();
    const waiting = plan.toRun.values();
    for (const query of waiting) {
      const run = this.#runQuery(query, plan.endVersion.ts, identity);
      if (run instanceof Promise) return this.#runRest(runs, { query, run }, waiting, plan, identity);
      runs.set(query, run);
    }
    return runs;
  }

  /** Goes on with queries that are not answered at once, some at a time. */
  async #runRest(
    runs: Runs,
    begun: { query: TrackedQuery; run: Promise<QueryRun> },
    waiting: IterableIterator<TrackedQuery>,
    plan: TransitionPlan,
    identity: Identity,
  ): Promise<Runs> {
    const { ts } = plan.endVersion;
    const others = Math.min(CONCURRENT_QUERIES, plan.toRun.length - runs.size) - 1;
    const worker = async () => {
      for (const query of waiting) runs.set(query, await this.#runQuery(query, ts, identity));
    };
    const first = begun.run.then((run) => void runs.set(begun.query, run)).then(worker);
    await Promise.all([first, ...Array.from({ length: others }, worker)]);
    return runs;
  }

  #runQuery(query: TrackedQuery, ts: Timestamp, identity: Identity): MaybePromise<QueryRun> {
    const outcome = this.host.runner.query({
      component: query.componentPath,
      path: query.udfPath,
      args: query.args,
      identity,
      requestId: randomRequestId(),
      caller: "SyncWorker",
      client: this.host.client,
      at: ts,
      journal: query.journal,
    });
    return chain(outcome, (ran) => {
      this.forget(query);
      if (!this.#isStopped() && !query.removed) this.#watches.set(query, new Watch(this, query, ran, ts));
      return queryRunOf(ran);
    });
  }

  // Only after the view counts the query as fresh: the notice may come at once.
  #watch(query: TrackedQuery): void {
    const watch = this.#watches.get(query);
    if (watch === undefined) return;
    if (query.removed) return this.forget(query);
    this.host.subscriptions.watch(watch.outcome.reads, watch.ts, watch);
  }
}
