import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { newSigningKey, TokenSigner } from "../auth/token-signer.ts";
import { ManualClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Database, Namespace } from "../database/types.ts";
import { Storage } from "../storage/storage.ts";
import { ActionRunner } from "./actions/action-runner.ts";
import { HttpRunner } from "./actions/http-runner.ts";
import type { HttpContext } from "./actions/http-runner.ts";
import { WorkerPool } from "./actions/worker-pool.ts";
import type { Origins } from "./environment.ts";
import { executionLimits, executionSlots } from "./execution-limits.ts";
import type { ExecutionLimits } from "./execution-limits.ts";
import { FunctionLog } from "./function-log.ts";
import type { LogSink } from "./function-log.ts";
import { parseFunctionPath } from "./function-path.ts";
import { ModuleCompiler } from "./modules/compile.ts";
import { CodeLoader, findFunction } from "./modules/deployed-code.ts";
import { FrameMapper } from "./modules/frames.ts";
import { chain, type MaybePromise } from "./maybe-promise.ts";
import { MutationRunner } from "./mutation-runner.ts";
import type { DiscardedTry } from "./mutation-runner.ts";
import type { MutationCall } from "./mutation-try.ts";
import { OneOffQueries, type OneOffCall } from "./one-off/one-off-queries.ts";
import { NodePackages } from "./node-packages.ts";
import { QueryRunner } from "./query-runner.ts";
import type { QueryCall } from "./query-try.ts";
import { RealmPool } from "./realm/realm-pool.ts";
import { watchUnhandledRejections } from "./realm/unhandled-rejections.ts";
import { Watchdog } from "./realm/watchdog.ts";
import type { RunServices } from "./run.ts";
import { SYSCALLS } from "./syscalls/dispatch.ts";
import { MAX_USER_MS } from "./time-budget.ts";
import type { SystemFunction } from "./top-call.ts";
import { TurnQueue } from "./turn-queue.ts";
import type {
  ActionOutcome,
  FunctionCall,
  FunctionRunner,
  HttpAnswer,
  HttpRequestData,
  MutationOutcome,
  QueryOutcome,
  UdfType,
} from "./types.ts";

export interface RunnerOptions {
  database: Database;
  clock: Clock;
  /** Compiled modules are cached and files kept below it. */
  dataDir: string;
  origins: Origins;
  /** Shared with the HTTP routes; made here when absent. */
  storage?: Storage;
  /** Signs for `ctx.auth.signJwt`; one with a key of its own when absent. */
  signer?: TokenSigner;
  /** Told of every execution, in the form `convex logs` reads. */
  onLog?: LogSink;
  /** Functions of the backend's own, by `_system/dir/mod:fn`; for admins only. */
  systemFunctions?: Readonly<Record<string, SystemFunction>>;
  /** From the process's environment when absent. */
  limits?: ExecutionLimits;
  /** Where `"use node"` modules of a push without external packages find them. The working directory when absent. */
  packageRoot?: string;
  /** External packages of pushes; below `dataDir` when absent. */
  packages?: NodePackages;
}

class Runner implements FunctionRunner {
  readonly #database: Database;
  readonly #loader: CodeLoader;
  readonly #turns: TurnQueue;
  readonly #queries: QueryRunner;
  readonly #oneOffs: OneOffQueries;
  readonly #mutations: MutationRunner;
  readonly #actions: ActionRunner;
  readonly #http: HttpRunner;
  readonly #pool: WorkerPool;
  readonly #log: FunctionLog;
  readonly #watchdog: Watchdog;
  readonly #stopWatching: () => void;
  #pendingMutations = 0;

  constructor(
    options: RunnerOptions,
    limits: ExecutionLimits,
    services: RunServices,
    loader: CodeLoader,
    watchdog: Watchdog,
  ) {
    const { database, clock } = options;
    const systemFunctions = options.systemFunctions ?? {};
    this.#database = database;
    this.#loader = loader;
    this.#watchdog = watchdog;
    this.#turns = new TurnQueue(watchdog);
    this.#log = new FunctionLog(options.onLog ?? (() => {}), clock);
    this.#queries = new QueryRunner(services, loader, this.#turns, systemFunctions);
    this.#oneOffs = new OneOffQueries(services, loader, this.#turns);
    this.#mutations = new MutationRunner(services, loader, this.#turns, systemFunctions, (call, discarded) => {
      const { logLines, executionMs } = discarded.conflict;
      const ended = { logLines, executionMs, error: discarded.error, cached: false, discarded, willRetry: true };
      this.#logEnd(call, "Mutation", ended);
    });
    this.#pool = new WorkerPool({
      hasTestClock: clock instanceof ManualClock,
      nodeWorkers: limits.nodeActions,
      stuckActionMs: limits.stuckActionMs,
    });
    const calls = {
      query: (call: FunctionCall) => this.query(call),
      mutation: (call: FunctionCall) => this.mutation(call),
      action: (call: FunctionCall) => this.action(call),
    };
    const packages = options.packages ?? new NodePackages(options.dataDir);
    this.#actions = new ActionRunner(
      services,
      loader,
      this.#pool,
      limits,
      calls,
      ({ nodeDependencies = [] }) => packages.rootOf(nodeDependencies) ?? options.packageRoot ?? process.cwd(),
    );
    this.#http = new HttpRunner(this.#actions, this.#pool);
    this.#stopWatching = watchUnhandledRejections(services.realms);
  }

  query(call: QueryCall): MaybePromise<QueryOutcome> {
    return chain(this.#queries.run(call), (outcome) => {
      const error = outcome.result.ok ? null : outcome.result.error;
      const { logLines, executionMs, cached } = outcome;
      this.#logEnd(call, "Query", { logLines, executionMs, cached, error });
      return outcome;
    });
  }

  oneOffQuery(call: OneOffCall): Promise<QueryOutcome> {
    return this.#oneOffs.run(call);
  }

  async mutation(call: MutationCall): Promise<MutationOutcome> {
    this.#pendingMutations += 1;
    try {
      const outcome = await this.#mutations.run(call);
      const error = outcome.ok ? null : outcome.error;
      if (error?.code !== "NotRun") this.#logEnd(call, "Mutation", { ...outcome, error, cached: false });
      return outcome;
    } finally {
      this.#pendingMutations -= 1;
    }
  }

  async action(call: FunctionCall & { signal?: AbortSignal }): Promise<ActionOutcome> {
    const executionId = randomUUID();
    const { environment, ...outcome } = await this.#actions.run(call, (line) =>
      this.#log.progressed(call, "Action", executionId, line),
    );
    const error = outcome.ok ? null : outcome.error;
    // Its lines went out one by one already.
    this.#log.completed(call, "Action", executionId, { ...outcome, logLines: [], error, cached: false, environment });
    return outcome;
  }

  httpAction(request: HttpRequestData, context: HttpContext): Promise<HttpAnswer> {
    return this.#http.run(request, context, ({ call, ...ended }) =>
      this.#log.completed(call, "HttpAction", randomUUID(), { ...ended, cached: false, environment: "isolate" }),
    );
  }

  async describe(component: Namespace, path: string): Promise<{ udfType: UdfType; isPublic: boolean } | null> {
    const tx = this.#database.begin({ readOnly: true });
    try {
      const code = (await this.#loader.load(tx))?.components.get(component);
      const found = code === undefined ? null : findFunction(code, parseFunctionPath(path));
      if (found === null) return null;
      return { udfType: found.udfType, isPublic: found.visibility?.kind !== "internal" };
    } finally {
      this.#database.abandon(tx);
    }
  }

  async reload(): Promise<void> {
    this.#queries.clearCache();
    const tx = this.#database.begin({ readOnly: true });
    try {
      await this.#loader.load(tx);
    } finally {
      this.#database.abandon(tx);
    }
  }

  async idle(): Promise<void> {
    // A turn lets what has just ended start what follows from it.
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#turns.size > 0 || this.#pendingMutations > 0 || this.#actions.active > 0);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    await Promise.all([this.#pool.close(), this.#watchdog.close()]);
  }

  #logEnd(
    call: FunctionCall,
    udfType: "Query" | "Mutation",
    ended: Pick<QueryOutcome, "logLines" | "executionMs" | "cached"> & {
      error: { message: string } | null;
      discarded?: DiscardedTry | undefined;
      willRetry?: boolean;
    },
  ): void {
    this.#log.completed(call, udfType, randomUUID(), ended);
  }
}

/**
 * The part of the backend that runs functions: queries and mutations on this thread, actions in workers. Whatever is
 * deployed is read from the database with every run, so a push needs no call here.
 */
export async function createFunctionRunner(options: RunnerOptions): Promise<FunctionRunner> {
  const { database, clock, dataDir, origins, limits = executionLimits(process.env) } = options;
  const frames = new FrameMapper();
  const loader = new CodeLoader(new ModuleCompiler(join(dataDir, "module-cache")), frames);
  const storage = options.storage ?? new Storage({ database, clock, dataDir, cloudOrigin: origins.cloud });
  const signer = options.signer ?? new TokenSigner(newSigningKey(), origins.cloud);
  const slots = executionSlots(limits);
  const watchdog = await Watchdog.start(MAX_USER_MS);
  const realms = await RealmPool.create(loader, frames, watchdog);
  return new Runner(
    options,
    limits,
    { database, clock, origins, realms, storage, signer, slots, watchdog, syscalls: SYSCALLS },
    loader,
    watchdog,
  );
}
